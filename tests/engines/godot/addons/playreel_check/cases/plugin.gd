## The plugin itself: on and off, its settings, what it leaves behind.
extends RefCounted

const Check := preload("../check.gd")
const Dock := preload("res://addons/playreel/dock/dock.gd")
const Settings := preload("res://addons/playreel/settings.gd")
const ServerProcess := preload("res://addons/playreel/link/server_process.gd")


func test_it_goes_off_and_on_twice(check: Check) -> void:
	check.equal(_docks().size(), 1, "one dock")
	for _round in 2:
		EditorInterface.set_plugin_enabled("playreel", false)
		await check.frames(3)
		check.equal(_docks().size(), 0, "no dock")
		check.that(not EditorInterface.is_plugin_enabled("playreel"), "off")
		EditorInterface.set_plugin_enabled("playreel", true)
		await check.frames(3)
		check.equal(_docks().size(), 1, "one dock")
	check.that(load("res://sprites/hero.playreel") is SpriteFrames, "imports still load")


func test_its_settings_are_known(check: Check) -> void:
	check.equal(ProjectSettings.get_setting(Settings.OUTPUT_FOLDER), "res://sprites", "folder")
	var settings := EditorInterface.get_editor_settings()
	check.equal(settings.get_setting(Settings.SERVER_COMMAND), "playreel", "command")
	check.equal(settings.get_setting(Settings.STATE_FOLDER), "", "state folder")


func test_without_a_server_it_says_what_to_do(check: Check) -> void:
	var dock: Dock = _docks()[0]
	await check.until(
		func() -> bool: return dock.connection_bar.text().contains("No Playreel server"), "said"
	)
	check.that(dock.connection_bar.text().contains("playreel serve"), "and the command")


func test_a_command_is_split_as_a_shell_would(check: Check) -> void:
	for row: Array in [
		["playreel", ["playreel"]],
		['  "/a b/playreel"  --verbose ', ["/a b/playreel", "--verbose"]],
		["'C:\\x y\\p.exe' -m toolkit", ["C:\\x y\\p.exe", "-m", "toolkit"]],
		["", []],
	]:
		var words := ServerProcess.split_words(str(row[0]))
		var expected: Array = row[1]
		check.equal(Array(words), expected, str(row[0]))


func test_a_program_that_is_missing_is_named(check: Check) -> void:
	var server := ServerProcess.new()
	server.start("/nowhere/playreel", "")
	await check.until(
		func() -> bool:
			server.poll()
			return server.problem.contains("/nowhere/playreel"),
		"named"
	)
	check.that(server.problem.contains("pip install playreel"), server.problem)
	check.that(not server.is_running(), "nothing runs")


static func _docks() -> Array[Node]:
	return EditorInterface.get_base_control().find_children(
		"Playreel", "ScrollContainer", true, false
	)
