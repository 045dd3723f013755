## Damaged and hostile files: a sentence that names the file, nothing half-written, no crash.
extends RefCounted

const AtlasFiles := preload("res://addons/playreel/sheets/atlas_files.gd")
const Check := preload("../check.gd")
const Importer := preload("res://addons/playreel/sheets/importer.gd")
const Imports := preload("res://addons/playreel/editing/imports.gd")
const LibraryFile := preload("res://addons/playreel/sheets/library_file.gd")
const Placing := preload("res://addons/playreel/editing/placing.gd")
const ProjectFiles := preload("res://addons/playreel/sheets/project_files.gd")
const Sheet := preload("res://addons/playreel/sheets/sheet.gd")
const Sidecar := preload("res://addons/playreel/sheets/sidecar.gd")


func test_each_bad_file_is_named_and_said_what_is_wrong(check: Check) -> void:
	var rows: Array = check.data["bad"]
	for row: Dictionary in rows:
		var path: String = row["path"]
		var problem := Sidecar.read(path, Sheet.new())
		check.that(problem.contains(str(row["words"])), "%s: %s" % [path, problem])
		check.that(problem.begins_with("res://bad/"), "names the file: " + problem)
		check.that(problem.ends_with("."), "is a sentence: " + problem)


func test_the_import_fails_and_the_editor_lives(check: Check) -> void:
	var rows: Array = check.data["bad"]
	for row: Dictionary in rows:
		var path: String = row["path"]
		var settings := ConfigFile.new()
		check.equal(settings.load(path + ".import"), OK, path)
		check.equal(settings.get_value("remap", "valid"), false, path + " is not imported")
	check.that(load("res://sprites/hero.playreel") is SpriteFrames, "the good one is")


func test_odd_names_import(check: Check) -> void:
	for name: String in check.data["odd_names"]:
		var frames := load("res://odd/%s.playreel" % name) as SpriteFrames
		check.that(frames != null, name)
		check.equal(frames.get_frame_count(&"default"), 2, name)


func test_names_that_leave_the_folder_are_refused(check: Check) -> void:
	for name: String in ["../x", "..", "a/b", "a\\b", ".hidden", "", "  ", "a:b", "x".repeat(101)]:
		check.that(not ProjectFiles.check_name(name).is_empty(), "refused: " + name.left(20))
	for name: String in ["hero", "red knight", "Ritter Ö", "🗡", "x".repeat(100)]:
		check.equal(ProjectFiles.check_name(name), "", "allowed: " + name.left(20))


func test_a_name_comes_from_any_prompt(check: Check) -> void:
	for row: Array in [
		["A red knight, walking right!", "red_knight_walking_right"],
		["../../etc/passwd", "etc_passwd"],
		["🗡🗡", "sprite"],
		["", "sprite"],
		["the slime", "slime"],
		["a".repeat(200), "a".repeat(40)],
	]:
		check.equal(ProjectFiles.name_from(str(row[0])), str(row[1]), str(row[0]).left(30))


func test_a_damaged_result_is_not_written(check: Check) -> void:
	var png := FileAccess.get_file_as_bytes("res://sprites/hero.png")
	var info: Dictionary = check.data["hero_info"]
	for case: Dictionary in [
		{"png": png.slice(0, png.size() - 20), "info": info},
		{"png": "no picture".to_utf8_buffer(), "info": info},
		{"png": png, "info": info.merged({"width": 8.0}, true)},
		{"png": png, "info": info.merged({"columns": 0.0}, true)},
		{"png": png, "info": info.merged({"num_frames": 40000.0}, true)},
	]:
		var files := ProjectFiles.new()
		var bytes: PackedByteArray = case["png"]
		var given: Dictionary = case["info"]
		check.that(
			not files.plan(bytes, given, "res://unwritten", "x", false).is_empty(), "refused"
		)
		check.equal(files.contents.size(), 0, "nothing planned")
	check.that(not DirAccess.dir_exists_absolute("res://unwritten"), "no folder")


func test_a_folder_that_cannot_be_written_is_named(check: Check) -> void:
	var png := FileAccess.get_file_as_bytes("res://sprites/hero.png")
	var info: Dictionary = check.data["hero_info"]
	for folder: String in ["res://locked", "res://locked/deeper", "res://project.godot/x"]:
		var files := ProjectFiles.new()
		check.equal(files.plan(png, info, folder, "hero", false), "", "planned")
		var problem := files.write()
		check.that(problem.contains(folder), "names the folder: " + problem)
		check.that(problem.contains("choose another folder"), "says what to do: " + problem)
	check.equal(Array(DirAccess.get_files_at("res://locked")), ["there.txt"], "nothing left behind")


func test_files_that_cannot_be_replaced_leave_no_step_to_undo(check: Check) -> void:
	var source := "res://sealed/there.playreel"
	var old := FileAccess.get_file_as_bytes(source)
	var manager := check.plugin.get_undo_redo()
	var history := manager.get_history_undo_redo(EditorUndoRedoManager.GLOBAL_HISTORY)
	var steps := history.get_history_count()
	var placing := Placing.new(manager)
	var said: Array[String] = []
	placing.told.connect(func(sentence: String, _bad: bool) -> void: said.append(sentence))
	var info: Dictionary = check.data["hero_info"]
	placing.overwrite(FileAccess.get_file_as_bytes("res://sprites/hero.png"), info, source)
	check.equal(said.size(), 1, "one sentence")
	check.that(said[0].contains("res://sealed/there.p"), "names the file: " + said[0])
	check.that(said[0].contains("choose another folder"), "says what to do: " + said[0])
	check.equal(FileAccess.get_file_as_bytes(source), old, "as it was")
	check.equal(history.get_history_count(), steps, "nothing to undo")


func test_files_beside_a_sheet_that_cannot_be_written_leave_nothing(check: Check) -> void:
	var source := "res://sealed/there.playreel"
	var sheet := Sheet.new()
	check.equal(Sidecar.read(source, sheet), "", "a good sheet")
	var written: Array[String] = []
	check.that(LibraryFile.update(source, sheet, written) != OK, "no library")
	check.that(AtlasFiles.update(source, sheet, null, written) != OK, "no textures")
	var names := ["there.playreel", "there.playreel.import", "there.png", "there.png.import"]
	check.equal(Array(DirAccess.get_files_at("res://sealed")), names, "nothing more")
	check.equal(Array(DirAccess.get_directories_at("res://sealed")), [], "and no folder")


func test_an_import_that_cannot_write_beside_the_sheet_fails(check: Check) -> void:
	# what it says to the Output panel is read by the tests outside
	for option: String in ["animation_library", "atlas_textures"]:
		var made := "user://sealed_%s" % option
		var none: Array[String] = []
		var importer := Importer.new()
		var failed := importer._import(
			"res://sealed/there.playreel", made, {option: true}, none, none
		)
		check.that(failed != OK, option)
		check.that(not FileAccess.file_exists(made + ".res"), "nothing is made of it")


func test_all_files_or_none(check: Check) -> void:
	DirAccess.make_dir_recursive_absolute("res://half/x.playreel")
	var png := FileAccess.get_file_as_bytes("res://sprites/hero.png")
	var info: Dictionary = check.data["hero_info"]
	var files := ProjectFiles.new()
	check.equal(files.plan(png, info, "res://half", "x", false), "", "planned")
	var problem := files.write()
	check.that(problem.contains("x.playreel"), "a folder is in the way: " + problem)
	check.equal(Array(DirAccess.get_files_at("res://half")), [], "nothing half-written")
	DirAccess.remove_absolute("res://half/x.playreel")
	check.equal(files.write(), "", "written once the way is free")
	check.equal(
		Array(DirAccess.get_files_at("res://half")), ["x.playreel", "x.png", "x.png.import"], "all"
	)


func test_settings_of_the_user_stay(check: Check) -> void:
	var png := FileAccess.get_file_as_bytes("res://sprites/hero.png")
	var info: Dictionary = check.data["hero_info"]
	var files := ProjectFiles.new()
	files.plan(png, info, "res://own", "own", true)
	files.write()
	await Imports.bring_in(PackedStringArray(files.contents.keys()))
	check.that(load("res://own/own_animations.tres") is AnimationLibrary, "the library option")
	var settings := ConfigFile.new()
	settings.load("res://own/own.playreel.import")
	settings.set_value("params", "atlas_textures", true)
	settings.save("res://own/own.playreel.import")
	files = ProjectFiles.new()
	files.plan(png, info, "res://own", "own", true)
	files.write()
	settings.load("res://own/own.playreel.import")
	check.equal(settings.get_value("params", "atlas_textures"), true, "the user's choice")
	check.equal(settings.get_value("params", "animation_library"), true, "ours")
