## What a client may say: one function a message; `Codec.encode` makes the text.
extends RefCounted


## The first message: who the client is and the largest message it takes, in bytes.
static func hello(id: String, client: String, version: String, max_frame: int) -> Dictionary:
	return {"type": "hello", "id": id, "client": client, "version": version, "max_frame": max_frame}


## Asks for a clip; the same job and request again only answers again.
static func job_submit(
	id: String, job: String, request: Dictionary, model: String, priority: String
) -> Dictionary:
	return {
		"type": "job.submit",
		"id": id,
		"job": job,
		"request": request,
		"model": model,
		"priority": priority,
	}


## Asks to stop a job.
static func job_cancel(id: String, job: String) -> Dictionary:
	return {"type": "job.cancel", "id": id, "job": job}


## Asks for the request of an ended job again, as a new job.
static func job_retry(id: String, job: String, retry_of: String) -> Dictionary:
	return {"type": "job.retry", "id": id, "job": job, "retry_of": retry_of}


## Makes a job a favourite, or ends that.
static func job_mark(id: String, job: String, favourite: bool) -> Dictionary:
	return {"type": "job.mark", "id": id, "job": job, "favourite": favourite}


## Asks for jobs, newest first, older than `before` (0 takes the newest).
static func job_list(
	id: String, search: String, favourite: bool, before: int, limit: int
) -> Dictionary:
	return {
		"type": "job.list",
		"id": id,
		"search": search,
		"favourite": favourite,
		"before": before,
		"limit": limit,
	}


## Asks for all job events after `since_seq`, -1 for everything, then for live ones.
static func subscribe(id: String, since_seq: int, epoch: String, previews: bool) -> Dictionary:
	return {
		"type": "subscribe",
		"id": id,
		"since_seq": since_seq,
		"epoch": epoch,
		"previews": previews,
	}


## Asks for a result as binary chunks.
static func result_get(id: String, result: String, first_chunk: int, credit: int) -> Dictionary:
	return {
		"type": "result.get",
		"id": id,
		"result": result,
		"first_chunk": first_chunk,
		"credit": credit,
	}


## Lets further chunks of a stream come.
static func stream_credit(id: String, stream: int, credit: int) -> Dictionary:
	return {"type": "stream.credit", "id": id, "stream": stream, "credit": credit}


## Ends a stream early.
static func stream_stop(id: String, stream: int) -> Dictionary:
	return {"type": "stream.stop", "id": id, "stream": stream}


## Announces a picture, by its sha256, that is sent as binary chunks.
static func upload_start(id: String, upload: String, size: int) -> Dictionary:
	return {"type": "upload.start", "id": id, "upload": upload, "size": size}


## Asks which models there are.
static func model_list(id: String) -> Dictionary:
	return {"type": "model.list", "id": id}


## Asks to load a model before a job needs it.
static func model_load(id: String, model: String) -> Dictionary:
	return {"type": "model.load", "id": id, "model": model}


## Asks to give a model's memory back.
static func model_unload(id: String, model: String) -> Dictionary:
	return {"type": "model.unload", "id": id, "model": model}


## Starts a game: `lockstep` steps on each action, `tick` at a fixed rate.
static func session_open(
	id: String, session: String, world: String, seed_value: int, mode: String, fps: float
) -> Dictionary:
	return {
		"type": "session.open",
		"id": id,
		"session": session,
		"world": world,
		"seed": seed_value,
		"mode": mode,
		"fps": fps,
	}


## One action; `act` numbers it so that frames can say which one they show. `cells` are what each
## cell is to show from then on, row by row; none change nothing.
static func session_act(
	id: String, session: String, act: int, action: int, cells := PackedInt32Array()
) -> Dictionary:
	return {
		"type": "session.act",
		"id": id,
		"session": session,
		"act": act,
		"action": action,
		"cells": Array(cells),
	}


## Keeps the state of a game under a name.
static func session_snapshot(id: String, session: String, snapshot: String) -> Dictionary:
	return {"type": "session.snapshot", "id": id, "session": session, "snapshot": snapshot}


## Puts a game back to a snapshot.
static func session_restore(id: String, session: String, snapshot: String) -> Dictionary:
	return {"type": "session.restore", "id": id, "session": session, "snapshot": snapshot}


## Starts a second game from the present state of the first.
static func session_branch(id: String, session: String, branch: String) -> Dictionary:
	return {"type": "session.branch", "id": id, "session": session, "branch": branch}


## Ends a game.
static func session_close(id: String, session: String) -> Dictionary:
	return {"type": "session.close", "id": id, "session": session}


## Asks for a `pong`.
static func ping(id: String) -> Dictionary:
	return {"type": "ping", "id": id}
