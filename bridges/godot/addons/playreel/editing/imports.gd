## New and changed files made known to the editor, and imported.
extends RefCounted

const PATIENCE := 60000


## Returns once the files are imported and can be loaded.
static func bring_in(paths: PackedStringArray) -> void:
	var files := EditorInterface.get_resource_filesystem()
	await _until_idle(files)
	if _folders_are_known(files, paths):
		for path in paths:
			files.update_file(path)
		files.reimport_files(_importable(paths))
	else:
		files.scan()
		await _until_imported(files, _importable(paths))
	await _until_idle(files)


static func _folders_are_known(files: EditorFileSystem, paths: PackedStringArray) -> bool:
	for path in paths:
		if files.get_filesystem_path(path.get_base_dir()) == null:
			return false
	return true


## Pictures come before the sheets that are cut from them.
static func _importable(paths: PackedStringArray) -> PackedStringArray:
	var found := PackedStringArray()
	for extension: String in ["png", "playreel"]:
		for path in paths:
			if path.get_extension() == extension and FileAccess.file_exists(path):
				found.append(path)
	return found


## A scan imports what it found in some later frame.
static func _until_imported(files: EditorFileSystem, paths: PackedStringArray) -> void:
	var stop := Time.get_ticks_msec() + PATIENCE
	for path in paths:
		while not _is_settled(path) and Time.get_ticks_msec() < stop:
			await files.get_tree().process_frame


## Whether an import is done, or has failed.
static func _is_settled(path: String) -> bool:
	var settings := ConfigFile.new()
	if settings.load(path + ".import") != OK:
		return false
	var keys := settings.get_section_keys("remap")
	return keys.has("path") or keys.has("valid")


static func _until_idle(files: EditorFileSystem) -> void:
	var tree := files.get_tree()
	await tree.process_frame
	while files.is_scanning():
		await tree.process_frame
