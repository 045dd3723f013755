## `NAME_frames/TAG_0.tres` beside a sheet: each frame as a texture of its own.
extends RefCounted

const FramesBuilder := preload("frames_builder.gd")
const Sheet := preload("sheet.gd")
## Marks the files that are ours, so that stale ones can go and the user's stay.
const OF_META := &"playreel_of"


## Folder of the textures that belong to a `.playreel` file.
static func folder_of(source: String) -> String:
	return source.get_basename() + "_frames"


## Writes the textures that changed and takes away those of frames that are gone.
static func update(
	source: String, sheet: Sheet, texture: Texture2D, written: Array[String]
) -> Error:
	var folder := folder_of(source)
	if not DirAccess.dir_exists_absolute(folder):
		var failed := DirAccess.make_dir_recursive_absolute(folder)
		if failed != OK:
			return failed
	var cuts := FramesBuilder.cut(sheet, texture)
	var wanted: Dictionary = {}
	for tag in sheet.tags:
		var order := Sheet.play_order(tag)
		for number in order.size():
			var name := "%s_%d.tres" % [str(tag["name"]).validate_filename(), number]
			wanted[folder.path_join(name)] = cuts[order[number]]
	for path: String in wanted:
		var cut: AtlasTexture = wanted[path]
		var failed := _write(path, cut, source, written)
		if failed != OK:
			return failed
	_remove_stale(folder, source, wanted)
	return OK


static func _write(
	path: String, cut: AtlasTexture, source: String, written: Array[String]
) -> Error:
	var known := _known(path)
	if known != null and known.region == cut.region and known.atlas == cut.atlas:
		return OK
	var saved := known if known != null else AtlasTexture.new()
	saved.atlas = cut.atlas
	saved.region = cut.region
	saved.filter_clip = true
	saved.set_meta(OF_META, source.get_file())
	written.append(path)
	return ResourceSaver.save(saved, path)


static func _known(path: String) -> AtlasTexture:
	return ResourceLoader.load(path) as AtlasTexture if FileAccess.file_exists(path) else null


static func _remove_stale(folder: String, source: String, wanted: Dictionary) -> void:
	for name in DirAccess.get_files_at(folder):
		var path := folder.path_join(name)
		if wanted.has(path) or name.get_extension() != "tres":
			continue
		var known := _known(path)
		if known != null and known.get_meta(OF_META, "") == source.get_file():
			DirAccess.remove_absolute(path)
