## How a sheet is cut into frames and played: the content of a `.playreel` file.
##
## One picture holds all frames, row by row, in `columns` columns. The file is JSON:
## `{"playreel": 1, "image": "hero.png", "width", "height", "num_frames", "columns", "fps",
## "durations": [], "tags": [{"name", "start", "stop", "loop", "direction"}], "pivot": [x, y],
## "normal_map": "", "metadata": {}}`; sizes are pixels of one frame, durations seconds, `stop`
## is one past the last frame, the pivot a share of width and height, y down.
extends RefCounted

const Codec := preload("../wire/codec.gd")
const VERSION := 1
## Pixels a side; Godot loads no larger picture as a texture everywhere.
const MAX_SIDE := 16384
const DIRECTIONS: Array[String] = ["forward", "reverse", "pingpong"]

## File name of the picture, beside the `.playreel` file.
var image: String = ""
## File name of a normal map of the same layout, or empty.
var normal_map: String = ""
var width: int = 0
var height: int = 0
var num_frames: int = 0
var columns: int = 1
var fps: float = 12.0
## Seconds per frame, or empty: then each lasts `1 / fps`.
var durations: Array[float] = []
## `Tag` records; at least one, names differ.
var tags: Array[Dictionary] = []
## Share of width and height, y down; a Vector2 would round what the file says.
var pivot: Array[float] = [0.5, 1.0]
## Texts that say how to make it again: prompt, seed, request, model.
var metadata: Dictionary = {}


## Takes a `ResultInfo`, whose picture will stand beside it; returns what is wrong, or nothing.
func take_result(info: Dictionary, picture: String, texts: Dictionary) -> String:
	var body := info.duplicate()
	body["playreel"] = VERSION
	body["image"] = picture
	var kept := texts.duplicate()
	kept.erase("sheet")
	body["metadata"] = kept
	return take_json(body)


## Takes a `.playreel` file's JSON; returns what is wrong with it, the second half of a sentence.
func take_json(body: Dictionary) -> String:
	var version: Variant = body.get("playreel")
	if version != VERSION and version != float(VERSION):
		return "is of version %s; this plugin reads version %d: update it" % [version, VERSION]
	var record := Codec.new()
	var problem := record.decode_record("ResultInfo", _with_result_fields(body))
	if not problem.is_empty():
		return "is damaged: %s" % problem.trim_suffix(".")
	_take(record.body)
	return _take_pictures(body)


## The content of a `.playreel` file.
func to_json() -> Dictionary:
	return {
		"playreel": VERSION,
		"image": image,
		"normal_map": normal_map,
		"width": width,
		"height": height,
		"num_frames": num_frames,
		"columns": columns,
		"fps": fps,
		"durations": durations,
		"tags": tags,
		"pivot": pivot,
		"metadata": metadata,
	}


## How many rows of frames the picture has.
func rows() -> int:
	return ceili(float(num_frames) / columns)


## Size of the whole picture in pixels.
func picture_size() -> Vector2i:
	return Vector2i(columns * width, rows() * height)


## Where a frame lies on the picture.
func region(index: int) -> Rect2i:
	@warning_ignore("integer_division")
	return Rect2i(index % columns * width, index / columns * height, width, height)


## How long a frame is shown, in seconds.
func seconds(index: int) -> float:
	return durations[index] if not durations.is_empty() else 1.0 / fps


## The pivot in whole pixels of a frame, halves rounded up.
func pivot_pixel() -> Vector2i:
	return Vector2i(floori(pivot[0] * width + 0.5), floori(pivot[1] * height + 0.5))


## The frames of a tag in the order one round plays them.
##
## A looping ping-pong leaves out both ends on the way back, since the next round shows the
## first; one that plays once ends where it began.
static func play_order(tag: Dictionary) -> PackedInt32Array:
	var start: int = tag["start"]
	var stop: int = tag["stop"]
	var order := PackedInt32Array(range(start, stop))
	if tag["direction"] == "reverse":
		order.reverse()
	elif tag["direction"] == "pingpong":
		var last: int = start if tag["loop"] else start - 1
		order.append_array(PackedInt32Array(range(stop - 2, last, -1)))
	return order


func _take_pictures(body: Dictionary) -> String:
	var texts: Variant = body.get("metadata", {})
	if texts is Dictionary:
		metadata = texts
	image = str(body.get("image", ""))
	normal_map = str(body.get("normal_map", ""))
	for name: String in [image, normal_map]:
		if name != name.get_file() or name.begins_with("..") or "\\" in name or ":" in name:
			return "names the picture %s; it has to lie beside it" % name
	if image.is_empty():
		return "names no picture"
	return _check()


## The record of the protocol has fields that mean nothing in a file; ints of ours are floats.
static func _with_result_fields(body: Dictionary) -> Dictionary:
	var given := {"result": "", "media": "image/png", "size": 0}
	given.merge(body)
	var json := JSON.new()
	json.parse(JSON.stringify(given, "", false, true))
	return json.data


func _take(info: Dictionary) -> void:
	width = info["width"]
	height = info["height"]
	num_frames = info["num_frames"]
	columns = info["columns"]
	fps = info["fps"]
	durations.assign(info["durations"])
	var share: Array = info["pivot"]
	if share.size() == 2:
		pivot.assign(share)
	tags.assign(info["tags"])
	if tags.is_empty():
		var whole := {"name": "default", "start": 0, "stop": num_frames, "loop": true}
		whole["direction"] = "forward"
		tags.append(whole)


func _check() -> String:
	if width < 1 or height < 1 or num_frames < 1 or columns < 1 or columns > num_frames:
		var said := [num_frames, width, height, columns]
		return "has %d frames of %dx%d in %d columns; none of these can be" % said
	if picture_size().x > MAX_SIDE or picture_size().y > MAX_SIDE:
		var sides := [picture_size().x, picture_size().y, MAX_SIDE]
		return "is a sheet of %dx%d pixels; Godot loads at most %d a side: use fewer frames" % sides
	if fps <= 0.0 or fps > 240.0:
		return "plays %s frames a second; must be above 0 and at most 240" % fps
	if not durations.is_empty() and durations.size() != num_frames:
		return "has %d durations for %d frames" % [durations.size(), num_frames]
	for duration in durations:
		if duration <= 0.0:
			return "has a frame that lasts %s seconds; must be above 0" % duration
	return _check_tags()


func _check_tags() -> String:
	var taken: Dictionary = {}
	for tag in tags:
		var start: int = tag["start"]
		var stop: int = tag["stop"]
		if start >= stop or stop > num_frames:
			return "has the tag %s over frames %d to %d" % [tag["name"], start, stop]
		if not DIRECTIONS.has(tag["direction"]):
			return "plays the tag %s %s" % [tag["name"], tag["direction"]]
		tag["name"] = _distinct(str(tag["name"]), taken)
	return ""


static func _distinct(name: String, taken: Dictionary) -> String:
	var base := name if not name.is_empty() else "default"
	var found := base
	var number: int = 1
	while taken.has(found):
		number += 1
		found = "%s_%d" % [base, number]
	taken[found] = true
	return found
