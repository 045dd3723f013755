## Results as files of the project: all of a sprite's files are written, or none.
extends RefCounted

const Importer := preload("importer.gd")
const Png := preload("png.gd")
const Sheet := preload("sheet.gd")
const Sidecar := preload("sidecar.gd")
const MAX_NAME := 100
const FIX := "choose another folder in the Project Settings, Playreel, or make this one writable"
const READ_ONLY := "%s cannot be written; give yourself the right to write there, or open a copy."
## Godot keeps what stands here and fills in the rest when it imports.
const IMPORT := """[remap]

importer="%s"
type="%s"

[deps]

source_file="%s"

[params]

"""

## New content by path; paths that are not here are not touched.
var contents: Dictionary = {}
## The `.playreel` file among them.
var sidecar: String = ""


## Plans the files of a result: NAME.png, NAME.playreel and their import settings in `folder`.
## Returns why they cannot be made, one sentence, or an empty text.
func plan(
	png: PackedByteArray, info: Dictionary, folder: String, name: String, library: bool
) -> String:
	var problem := check_name(name)
	return problem if not problem.is_empty() else _plan(png, info, folder.path_join(name), library)


## What is wrong with a name for new files; an empty text when nothing is.
static func check_name(name: String) -> String:
	if name.strip_edges().is_empty():
		return "The name is empty; give the sprite one, for example knight_walk."
	if name.length() > MAX_NAME:
		return "The name has %d characters; at most %d." % [name.length(), MAX_NAME]
	var odd := name != name.validate_filename() or name != name.strip_edges()
	if odd or name.begins_with("."):
		return '%s is no file name; leave out slashes, dots in front and : * ? " < > |.' % name
	return ""


## A name for a sprite from the words it was asked for with: `red_knight_walking`.
static func name_from(prompt: String) -> String:
	var words := prompt.to_lower().strip_edges()
	var name := ""
	for letter in words.left(200):
		var keep := letter >= "a" and letter <= "z" or letter >= "0" and letter <= "9"
		if keep:
			name += letter
		elif not name.ends_with("_"):
			name += "_"
	for article: String in ["a_", "an_", "the_"]:
		name = name.trim_prefix(article)
	name = name.left(40).trim_prefix("_").trim_suffix("_")
	return name if not name.is_empty() else "sprite"


## The name, or the name with a number, under which nothing lies in the folder yet.
static func free_name(folder: String, name: String) -> String:
	var found := name
	var number: int = 1
	while FileAccess.file_exists(folder.path_join(found + "." + Sidecar.EXTENSION)):
		number += 1
		found = "%s_%d" % [name, number]
	return found


## The present content of the same files; null for one that is not there.
func before() -> Dictionary:
	var old: Dictionary = {}
	for path: String in contents:
		var known := FileAccess.file_exists(path)
		old[path] = FileAccess.get_file_as_bytes(path) if known else null
	return old


## Writes all files, or none and says why; an empty text when it worked.
func write() -> String:
	var folder := sidecar.get_base_dir()
	var made := DirAccess.make_dir_recursive_absolute(folder)
	if made != OK:
		return _refusal(folder, "made", made)
	var parts: Dictionary = {}
	for path: String in contents:
		if contents[path] == null:
			continue
		var part := path + ".part"
		var content: PackedByteArray = contents[path]
		var failed := _write_part(part, content)
		parts[path] = part
		if failed != OK:
			_remove(parts.values())
			return _refusal(path, "written", failed)
	return _move(parts)


func _plan(png: PackedByteArray, info: Dictionary, stem: String, library: bool) -> String:
	var picture := Png.new()
	var problem := picture.read(png)
	if not problem.is_empty():
		return "The result %s; generate it again." % problem
	var sheet := Sheet.new()
	problem = sheet.take_result(info, stem.get_file() + ".png", picture.texts)
	if not problem.is_empty():
		return "The result %s." % problem
	if Vector2i(picture.width, picture.height) != sheet.picture_size():
		return "The result is another size than it says; generate it again."
	sidecar = stem + "." + Sidecar.EXTENSION
	contents[stem + ".png"] = png
	contents[sidecar] = Sidecar.write(sheet).to_utf8_buffer()
	_plan_settings(stem + ".png", "texture", "CompressedTexture2D", Importer.EXACT)
	if library:
		_plan_settings(sidecar, "playreel.sheet", "SpriteFrames", {"animation_library": true})
	return ""


## Settings that are there already are the user's; only what has to be another way changes.
func _plan_settings(path: String, importer: String, type: String, params: Dictionary) -> void:
	var settings := ConfigFile.new()
	var target := path + ".import"
	if settings.load(target) != OK:
		settings.parse(IMPORT % [importer, type, path])
	for param: String in params:
		settings.set_value("params", param, params[param])
	contents[target] = settings.encode_to_text().to_utf8_buffer()


## In a project where nothing can be written no other folder would help.
static func _refusal(path: String, what: String, failed: Error) -> String:
	var project := ProjectSettings.globalize_path("res://").trim_suffix("/")
	if not _takes_files("res://"):
		return READ_ONLY % ("The project " + project)
	return "%s cannot be %s (%s); %s." % [path, what, error_string(failed), FIX]


static func _takes_files(folder: String) -> bool:
	var part := folder.path_join(".playreel.part")
	var takes := _write_part(part, PackedByteArray()) == OK
	_remove([part])
	return takes


static func _write_part(path: String, content: PackedByteArray) -> Error:
	var file := FileAccess.open(path, FileAccess.WRITE)
	if file == null:
		return FileAccess.get_open_error()
	file.store_buffer(content)
	file.flush()
	return file.get_error()


func _move(parts: Dictionary) -> String:
	var old := before()
	for path: String in contents:
		var failed: Error = OK
		if parts.has(path):
			var part: String = parts[path]
			failed = DirAccess.rename_absolute(part, path)
		elif FileAccess.file_exists(path):
			failed = DirAccess.remove_absolute(path)
		if failed != OK:
			_remove(parts.values())
			_put_back(old)
			return _refusal(path, "replaced", failed)
	return ""


## Undoes a half-done write as far as the system lets it.
static func _put_back(old: Dictionary) -> void:
	for path: String in old:
		if old[path] == null:
			_remove([path])
		else:
			var content: PackedByteArray = old[path]
			if content != FileAccess.get_file_as_bytes(path):
				_write_part(path, content)


static func _remove(paths: Array) -> void:
	for path: String in paths:
		if FileAccess.file_exists(path):
			DirAccess.remove_absolute(path)
