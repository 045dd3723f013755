## `.playreel` files: read with every check, and the request inside them.
extends RefCounted

const Png := preload("png.gd")
const Sheet := preload("sheet.gd")
const EXTENSION := "playreel"
const MAX_BYTES := 4194304


## Reads a file into `sheet`; returns a sentence that names the file and what is wrong with it.
static func read(path: String, sheet: Sheet) -> String:
	var problem := _parse(path, sheet)
	if not problem.is_empty():
		return "%s %s." % [path, problem]
	problem = _check_picture(path.get_base_dir().path_join(sheet.image), sheet)
	if problem.is_empty() and not sheet.normal_map.is_empty():
		problem = _check_picture(path.get_base_dir().path_join(sheet.normal_map), sheet)
	return problem


## The text of a file.
static func write(sheet: Sheet) -> String:
	return JSON.stringify(sheet.to_json(), "\t", false, true) + "\n"


## The request that made a sheet, or empty when it does not say.
static func request_of(metadata: Dictionary) -> Dictionary:
	var json := JSON.new()
	if json.parse(str(metadata.get("request", ""))) == OK and json.data is Dictionary:
		return json.data
	return {}


static func _parse(path: String, sheet: Sheet) -> String:
	var file := FileAccess.open(path, FileAccess.READ)
	if file == null:
		return "cannot be read: %s" % error_string(FileAccess.get_open_error())
	if file.get_length() > MAX_BYTES:
		return "has %d bytes; at most %d" % [file.get_length(), MAX_BYTES]
	var json := JSON.new()
	if json.parse(file.get_as_text()) != OK or not json.data is Dictionary:
		return "is no JSON object; save it from the dock again"
	var body: Dictionary = json.data
	return sheet.take_json(body)


static func _check_picture(path: String, sheet: Sheet) -> String:
	if not FileAccess.file_exists(path):
		return "%s is missing; put the picture beside its .playreel file." % path
	var png := Png.new()
	var problem := png.read(FileAccess.get_file_as_bytes(path))
	if not problem.is_empty():
		return "%s %s; save it from the dock again." % [path, problem]
	var size := sheet.picture_size()
	if Vector2i(png.width, png.height) != size:
		var sides := [path, png.width, png.height, size.x, size.y]
		return "%s is %dx%d pixels; its .playreel file says %dx%d." % sides
	return ""
