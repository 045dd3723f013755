## What the server's messages hold: every field of `playreel.v1` and its kind.
##
## Kinds: text, flag, count (a whole number), number, object, [Record] a list of records,
## [text] or [number] a list of such values, Record? a record or null. A field whose name ends
## in "?" may be missing and is then its kind's empty value.
extends RefCounted

const MESSAGES := {
	"hello_ok":
	{
		"re?": "text",
		"server": "text",
		"epoch": "text",
		"seq": "count",
		"limits": "object",
		"models": "[ModelInfo]",
		"worlds?": "[text]",
		"features": "[text]",
	},
	"error":
	{
		"re?": "text",
		"code": "text",
		"message": "text",
		"retryable?": "flag",
		"job?": "text",
		"session?": "text",
	},
	"job.accepted":
	{"re?": "text", "job": "text", "state": "text", "replayed": "flag", "position": "count"},
	"job.cancel_ok": {"re?": "text", "job": "text", "state": "text"},
	"job.queued":
	{
		"seq": "count",
		"at": "number",
		"job": "text",
		"client": "text",
		"priority": "text",
		"model": "text",
		"request": "object",
		"retry_of?": "text",
	},
	"job.state":
	{
		"seq": "count",
		"at": "number",
		"job": "text",
		"state": "text",
		"code?": "text",
		"message?": "text",
		"result?": "ResultInfo?",
	},
	"job.marked": {"seq": "count", "at": "number", "job": "text", "favourite": "flag"},
	"job.progress":
	{
		"job": "text",
		"step": "count",
		"num_steps": "count",
		"label?": "text",
		"position?": "count",
		"seconds_left?": "number",
	},
	"job.listed": {"re?": "text", "jobs": "[JobRecord]", "more": "flag", "oldest": "count"},
	"subscribed": {"re?": "text", "epoch": "text", "seq": "count", "reset": "flag"},
	"snapshot": {"seq": "count", "jobs": "[JobRecord]", "more": "flag"},
	"result.start":
	{
		"re?": "text",
		"stream": "count",
		"result": "text",
		"size": "count",
		"chunk_size": "count",
		"chunks": "count",
		"first_chunk": "count",
	},
	"upload.ready":
	{
		"re?": "text",
		"upload": "text",
		"stream": "count",
		"chunk_size": "count",
		"known": "flag",
	},
	"upload.done": {"upload": "text", "stream": "count"},
	"model.listed": {"re?": "text", "models": "[ModelInfo]", "resident?": "count"},
	"session.opened":
	{
		"re?": "text",
		"session": "text",
		"world": "text",
		"width": "count",
		"height": "count",
		"actions": "[text]",
		"tick": "count",
		"rows?": "count",
		"columns?": "count",
		"kinds?": "[text]",
	},
	"session.state":
	{
		"re?": "text",
		"session": "text",
		"state": "text",
		"tick?": "count",
		"snapshot?": "text",
		"message?": "text",
	},
	"pong": {"re?": "text"},
}

const RECORDS := {
	"Tag":
	{
		"name": "text",
		"start": "count",
		"stop": "count",
		"loop": "flag",
		"direction": "text",
	},
	"ResultInfo":
	{
		"result": "text",
		"media": "text",
		"size": "count",
		"width": "count",
		"height": "count",
		"num_frames": "count",
		"columns": "count",
		"fps": "number",
		"durations?": "[number]",
		"tags?": "[Tag]",
		"pivot?": "[number]",
	},
	"JobRecord":
	{
		"job": "text",
		"seq": "count",
		"state": "text",
		"client": "text",
		"priority": "text",
		"model": "text",
		"request": "object",
		"retry_of?": "text",
		"first_seq?": "count",
		"queued_at?": "number",
		"changed_at?": "number",
		"favourite?": "flag",
		"code?": "text",
		"message?": "text",
		"result?": "ResultInfo?",
	},
	"ModelInfo":
	{
		"model": "text",
		"name": "text",
		"version": "text",
		"licence": "text",
		"loaded": "flag",
		"resident?": "count",
	},
}
