## Requests for clips from what the dock's fields say, and the dock's ready-made kinds.
extends RefCounted

const ACTIONS: Array[String] = ["idle", "walk", "run", "jump", "attack", "cast", "hurt", "die"]
const DIRECTIONS: Array[int] = [0, 1, 2, 4, 8]
const DRAFT_STEPS := 4
const MAX_PROMPT := 1000
const MAX_SEED := 2147483647
## Asset kinds: what each sets in the dock. The first leaves everything to the prompt.
const KINDS: Array[Dictionary] = [
	{"name": "As the prompt says", "actions": [], "directions": 0, "num_frames": 8},
	{"name": "Idle, 8 frames", "actions": ["idle"], "directions": 1, "num_frames": 8},
	{"name": "Walk, 4 directions", "actions": ["walk"], "directions": 4, "num_frames": 8},
	{
		"name": "Side-view set",
		"actions": ["idle", "walk", "jump", "attack", "hurt"],
		"directions": 1,
		"num_frames": 8,
	},
	{
		"name": "Top-down set",
		"actions": ["idle", "walk", "attack"],
		"directions": 4,
		"num_frames": 8,
	},
	{"name": "Effect, plays once", "actions": [], "directions": 0, "num_frames": 8, "once": true},
]


## A whole request; `fields` are those of `SpriteRequest` that the dock shows.
static func build(fields: Dictionary) -> Dictionary:
	var request := {"type": "sprites"}
	request.merge(fields)
	request["prompt"] = str(fields["prompt"]).strip_edges().left(MAX_PROMPT)
	return request


## The same in a few steps, to look at while typing: one action, one direction.
static func draft(request: Dictionary) -> Dictionary:
	var quick := request.duplicate()
	var actions: Array = request["actions"]
	quick["actions"] = actions.slice(0, 1)
	quick["directions"] = mini(1, int(str(request["directions"])))
	quick["num_inference_steps"] = DRAFT_STEPS
	return quick
