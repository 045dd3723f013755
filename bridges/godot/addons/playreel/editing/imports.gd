## New and changed files made known to the editor, and imported.
extends RefCounted


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


static func _until_idle(files: EditorFileSystem) -> void:
	var tree := files.get_tree()
	await tree.process_frame
	while files.is_scanning():
		await tree.process_frame
