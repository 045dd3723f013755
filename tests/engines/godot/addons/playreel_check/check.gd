## What one test found: every claim it made, and those that are false.
extends RefCounted

## Seconds; a starved machine takes long for little.
const PATIENCE := 180.0

## Of `until`, in seconds.
var patience: float = PATIENCE
var claims: int = 0
var failures: Array[String] = []
## What the tests' Python side has made ready: folders of servers, pictures, vectors.
var data: Dictionary = {}
var tree: SceneTree
var plugin: EditorPlugin


## Claims that a condition holds.
func that(condition: bool, what: String) -> void:
	claims += 1
	if not condition:
		failures.append(what)


## Claims that two values are the same.
func equal(actual: Variant, expected: Variant, what: String) -> void:
	claims += 1
	if typeof(actual) != typeof(expected) or actual != expected:
		failures.append(
			"%s: %s, expected %s" % [what, str(actual).left(400), str(expected).left(400)]
		)


## Waits until a condition holds; claims that it does in the end.
func until(condition: Callable, what: String) -> void:
	var stop := Time.get_ticks_msec() + int(patience * 1000.0)
	while not condition.call():
		if Time.get_ticks_msec() > stop:
			that(false, "never came true: %s" % what)
			return
		await tree.process_frame
	claims += 1


## A few frames of the editor.
func frames(count: int) -> void:
	for _frame in count:
		await tree.process_frame


## The step of the open scene's history that was made last is undone.
func undo() -> void:
	_history().undo()


## And done again.
func redo() -> void:
	_history().redo()


## How many steps the open scene's history has.
func steps() -> int:
	return _history().get_history_count()


## Opens a scene of the project and returns its root.
func open_scene(path: String) -> Node:
	EditorInterface.open_scene_from_path(path)
	await frames(3)
	return EditorInterface.get_edited_scene_root()


## Opens an empty scene of a name that no other test uses.
func new_scene(name: String) -> Node:
	var path := "res://%s.tscn" % name
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_string('[gd_scene format=3]\n\n[node name="Root" type="Node2D"]\n')
	file.close()
	EditorInterface.get_resource_filesystem().update_file(path)
	return await open_scene(path)


func _history() -> UndoRedo:
	var manager := plugin.get_undo_redo()
	var root := EditorInterface.get_edited_scene_root()
	return manager.get_history_undo_redo(manager.get_object_history_id(root))


## Undoes the newest step that belongs to no scene, or does it again.
func undo_global() -> void:
	plugin.get_undo_redo().get_history_undo_redo(EditorUndoRedoManager.GLOBAL_HISTORY).undo()


func redo_global() -> void:
	plugin.get_undo_redo().get_history_undo_redo(EditorUndoRedoManager.GLOBAL_HISTORY).redo()


## How many steps there are that belong to no scene.
func global_steps() -> int:
	var manager := plugin.get_undo_redo()
	var history := manager.get_history_undo_redo(EditorUndoRedoManager.GLOBAL_HISTORY)
	return history.get_history_count()


## What the editor's window shows now, kept as a picture of this name too.
func picture(name: String) -> Image:
	var image := tree.root.get_texture().get_image()
	var folder: String = data["pictures"]
	image.save_png(folder.path_join(name + ".png"))
	return image
