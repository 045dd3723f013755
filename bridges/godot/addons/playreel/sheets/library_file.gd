## `NAME_animations.tres` beside a sheet: an AnimationLibrary that the user may add to.
extends RefCounted

const LibraryBuilder := preload("library_builder.gd")
const Sheet := preload("sheet.gd")
const Sidecar := preload("sidecar.gd")
const MADE_FROM := &"playreel_made_from"


## Path of the library that belongs to a `.playreel` file.
static func path_of(source: String) -> String:
	return source.get_basename() + "_animations.tres"


## Writes the library again if the sheet changed; what the user added to it stays.
static func update(source: String, sheet: Sheet, written: Array[String]) -> Error:
	var path := path_of(source)
	var library := _known(path)
	var made_from := Sidecar.write(sheet).sha256_text()
	if library.get_meta(MADE_FROM, "") == made_from:
		return OK
	LibraryBuilder.fill(library, sheet)
	library.set_meta(MADE_FROM, made_from)
	written.append(path)
	return ResourceSaver.save(library, path)


static func _known(path: String) -> AnimationLibrary:
	if FileAccess.file_exists(path):
		var found := ResourceLoader.load(path) as AnimationLibrary
		if found != null:
			return found
	return AnimationLibrary.new()
