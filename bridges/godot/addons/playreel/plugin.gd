## Playreel in the editor: imports `.playreel` files and shows the dock.
@tool
extends EditorPlugin

const Dock := preload("dock/dock.gd")
const Importer := preload("sheets/importer.gd")
const Settings := preload("settings.gd")

## The dock while the plugin is enabled; for tests too.
var dock: Dock = null

var _importer: Importer = null


func _enter_tree() -> void:
	Settings.announce()
	_importer = Importer.new()
	add_import_plugin(_importer)
	dock = Dock.new()
	add_control_to_dock(DOCK_SLOT_RIGHT_UL, dock)
	dock.set_up(get_undo_redo(), _client_name(), get_plugin_version())


func _exit_tree() -> void:
	remove_import_plugin(_importer)
	_importer = null
	dock.close()
	remove_control_from_docks(dock)
	dock.free()
	dock = null


func _process(delta: float) -> void:
	dock.tick(delta)


static func _client_name() -> String:
	var project := str(ProjectSettings.get_setting("application/config/name", ""))
	return "godot:%s" % project.left(100)
