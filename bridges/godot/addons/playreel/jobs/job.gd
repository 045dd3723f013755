## One job as the server tells it: what was asked, where it stands, what came out.
extends RefCounted

const ENDED: Array[String] = ["done", "cancelled", "failed", "interrupted"]
## Jobs whose id begins so are previews made while somebody types; no history shows them.
const DRAFT := "draft-"

var id: String = ""
## Number of the newest event of the job.
var seq: int = 0
var state: String = "queued"
var client: String = ""
## Number of the event that queued it; orders the history.
var first_seq: int = 0
## Seconds since 1970.
var queued_at: float = 0.0
var request: Dictionary = {}
var favourite: bool = false
## Why it failed, one sentence.
var message: String = ""
## A `ResultInfo` once the job is done, else empty.
var result: Dictionary = {}
var step: int = 0
var num_steps: int = 0
## What is being made, for example `walk_right`.
var label: String = ""
## Place in the queue, 0 when it is being made.
var position: int = 0
## -1 when nobody knows.
var seconds_left: float = -1.0


## Takes everything from a `JobRecord`.
func take(record: Dictionary) -> void:
	id = record["job"]
	seq = record["seq"]
	state = record["state"]
	client = record["client"]
	first_seq = record["first_seq"]
	queued_at = record["queued_at"]
	request = record["request"]
	favourite = record["favourite"]
	message = record["message"]
	result = record["result"]


## Whether it was queued after another one; clocks jump, events do not.
func is_newer_than(other: RefCounted) -> bool:
	if first_seq == other.first_seq:
		return queued_at > other.queued_at
	return first_seq > other.first_seq


## A random id for a new job, a UUID of version 4.
static func new_id() -> String:
	var bytes := Crypto.new().generate_random_bytes(16)
	bytes[6] = (bytes[6] & 0x0F) | 0x40
	bytes[8] = (bytes[8] & 0x3F) | 0x80
	var hex := bytes.hex_encode()
	var parts: Array[String] = [
		hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4), hex.substr(20)
	]
	return "-".join(PackedStringArray(parts))


## Whether the state can never change again.
func is_ended() -> bool:
	return ENDED.has(state)


## Whether it is only a preview of what is being typed.
func is_draft() -> bool:
	return id.begins_with(DRAFT)


## The words it was asked for with.
func prompt() -> String:
	var words := str(request.get("prompt", ""))
	return words if not words.is_empty() else str(request.get("mesh", "")).get_file()


## Share that is done, 0 to 1.
func share() -> float:
	if state == "done":
		return 1.0
	return float(step) / num_steps if num_steps > 0 else 0.0


## Where it stands, in a few words.
func summary() -> String:
	match state:
		"queued":
			return "waiting, place %d" % position if position > 0 else "waiting"
		"running":
			var text := "step %d of %d" % [step, num_steps] if num_steps > 0 else "running"
			if not label.is_empty():
				text += ", %s" % label
			return text + (", %.0f s left" % seconds_left if seconds_left > 0.0 else "")
		"failed":
			return "failed: %s" % message
		"interrupted":
			return "interrupted; the server ended while it was made"
	return state
