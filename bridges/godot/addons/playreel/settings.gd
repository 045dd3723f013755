## Where the plugin's settings stand: what the project shares, and what is this user's own.
extends RefCounted

## Project setting: where results are saved.
const OUTPUT_FOLDER := "playreel/output_folder"
## Editor setting: the program that serves, with its path if it is not on PATH.
const SERVER_COMMAND := "playreel/server_command"
## Editor setting: where the server keeps its token; empty means the usual folder.
const STATE_FOLDER := "playreel/state_folder"


## Makes the settings known to the settings windows; values that are set stay.
static func announce() -> void:
	_announce_project(OUTPUT_FOLDER, "res://sprites", PROPERTY_HINT_DIR)
	_announce_editor(SERVER_COMMAND, "playreel", PROPERTY_HINT_NONE)
	_announce_editor(STATE_FOLDER, "", PROPERTY_HINT_GLOBAL_DIR)


## The folder for results, inside the project.
static func output_folder() -> String:
	var folder := str(ProjectSettings.get_setting(OUTPUT_FOLDER, "res://sprites"))
	return folder.simplify_path().trim_suffix("/")


## The program that serves.
static func server_command() -> String:
	return str(EditorInterface.get_editor_settings().get_setting(SERVER_COMMAND))


## The server's state folder; empty means the usual one.
static func state_folder() -> String:
	return str(EditorInterface.get_editor_settings().get_setting(STATE_FOLDER))


static func _announce_project(name: String, value: String, hint: PropertyHint) -> void:
	if not ProjectSettings.has_setting(name):
		ProjectSettings.set_setting(name, value)
	ProjectSettings.set_initial_value(name, value)
	ProjectSettings.add_property_info({"name": name, "type": TYPE_STRING, "hint": hint})


static func _announce_editor(name: String, value: String, hint: PropertyHint) -> void:
	var settings := EditorInterface.get_editor_settings()
	if not settings.has_setting(name):
		settings.set_setting(name, value)
	settings.set_initial_value(name, value, false)
	settings.add_property_info({"name": name, "type": TYPE_STRING, "hint": hint})
