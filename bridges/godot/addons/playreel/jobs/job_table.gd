## Every job the server told of, kept true by its events; survives a lost connection.
extends RefCounted

## A job is new or changed.
signal job_changed(job: Job)
## Everything known is void; what follows is the server's whole list.
signal emptied

const Asks := preload("../wire/asks.gd")
const Job := preload("job.gd")

## The newest event known, -1 before the first subscription.
var seq: int = -1
var epoch: String = ""

var _jobs: Dictionary = {}
## The epoch of a list that is not whole yet; until it is, there is nothing to resume.
var _coming: String = ""


## The job, or null.
func find(id: String) -> Job:
	return _jobs.get(id)


## All jobs, newest first.
func newest_first() -> Array[Job]:
	var found: Array[Job] = []
	found.assign(_jobs.values())
	found.sort_custom(func(one: Job, other: Job) -> bool: return one.is_newer_than(other))
	return found


## What to send to hear of everything from here on.
func subscription() -> Dictionary:
	return Asks.subscribe("subscribe", seq, epoch, true)


## Takes any message of the server; those that are not about jobs are passed over.
func take(body: Dictionary) -> void:
	match str(body["type"]):
		"subscribed":
			_take_subscribed(body)
		"snapshot":
			_put_all(body["jobs"])
			if not body["more"]:
				epoch = _coming
		"job.listed":
			_put_all(body["jobs"])
		"job.queued":
			var record := {"state": "queued", "favourite": false, "message": "", "result": {}}
			record.merge(body)
			record["first_seq"] = body["seq"]
			record["queued_at"] = body["at"]
			_put(record)
			seq = body["seq"]
		"job.state":
			_take_state(body)
		"job.marked":
			seq = body["seq"]
			var marked: Job = _jobs.get(body["job"])
			if marked != null:
				marked.favourite = body["favourite"]
				job_changed.emit(marked)
		"job.progress":
			_take_progress(body)


func _take_subscribed(body: Dictionary) -> void:
	epoch = body["epoch"]
	if body["reset"]:
		_coming = epoch
		epoch = ""
		_jobs.clear()
		seq = body["seq"]
		emptied.emit()


func _put_all(records: Array) -> void:
	for record: Dictionary in records:
		_put(record)


func _put(record: Dictionary) -> void:
	var job := Job.new()
	job.take(record)
	var known: Job = _jobs.get(job.id)
	if known != null and known.seq >= job.seq:
		return
	_jobs[job.id] = job
	job_changed.emit(job)


func _take_state(body: Dictionary) -> void:
	seq = body["seq"]
	var job: Job = _jobs.get(body["job"])
	if job == null:
		return
	job.seq = body["seq"]
	job.state = body["state"]
	job.message = body["message"]
	job.result = body["result"]
	job_changed.emit(job)


func _take_progress(body: Dictionary) -> void:
	var job: Job = _jobs.get(body["job"])
	if job == null or job.is_ended():
		return
	job.step = body["step"]
	job.num_steps = body["num_steps"]
	job.label = body["label"]
	job.position = body["position"]
	job.seconds_left = body["seconds_left"]
	job_changed.emit(job)
