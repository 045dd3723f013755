## Results put to use: saved into the project, imported, and brought into the open scene.
extends RefCounted

## Something was done, or could not be.
signal told(sentence: String, is_problem: bool)

const FileSwap := preload("file_swap.gd")
const Imports := preload("imports.gd")
const ProjectFiles := preload("../sheets/project_files.gd")
const SceneEdits := preload("scene_edits.gd")
const Settings := preload("../settings.gd")
const Sheet := preload("../sheets/sheet.gd")
const Sidecar := preload("../sheets/sidecar.gd")
const NO_SCENE := "No scene is open; make one with Scene, New Scene first."

## The scene that the mouse carries, or carried last.
var dragged: String = ""

var _history: EditorUndoRedoManager
var _edits: SceneEdits
## Where a result was saved in this session, by its hash and name.
var _saved: Dictionary = {}


func _init(history: EditorUndoRedoManager) -> void:
	_history = history
	_edits = SceneEdits.new(history)


## Saves a result and adds a node that plays it to the open scene; returns the node or null.
func add(png: PackedByteArray, info: Dictionary, name: String, with_player: bool) -> Node2D:
	var root := EditorInterface.get_edited_scene_root()
	if root == null:
		told.emit(NO_SCENE, true)
		return null
	var source := await save(png, info, name, with_player)
	if source.is_empty():
		return null
	var parent := _parent_in(root)
	var node: Node2D = null
	if with_player:
		node = _edits.add_animation_player(parent, source)
	else:
		node = _edits.add_animated_sprite(parent, source)
	if node == null:
		told.emit("%s could not be imported; the Output panel says why." % source, true)
	else:
		told.emit("Added %s to %s." % [node.name, parent.name], false)
	return node


## Saves a result and shows it in the selected node.
func replace(png: PackedByteArray, info: Dictionary, name: String) -> bool:
	var node := selected_sprite()
	if node == null:
		told.emit("Select an AnimatedSprite2D first.", true)
		return false
	var source := await save(png, info, name, false)
	if source.is_empty():
		return false
	if not _edits.replace_frames(node, source):
		told.emit("%s could not be imported; the Output panel says why." % source, true)
		return false
	told.emit("%s shows %s." % [node.name, source.get_file()], false)
	return true


## Replaces the files of a sprite that is in use, as a step that can be undone.
func overwrite(png: PackedByteArray, info: Dictionary, source: String) -> void:
	var name := source.get_file().get_basename()
	var files := ProjectFiles.new()
	var problem := files.plan(png, info, source.get_base_dir(), name, false)
	if not problem.is_empty():
		told.emit(problem, true)
		return
	var complain := func(sentence: String) -> void: told.emit(sentence, true)
	var swap := FileSwap.new(files, complain)
	if not swap.forward():
		return
	told.emit("%s is made anew." % source.get_file(), false)
	_history.create_action("Regenerate %s" % source.get_file())
	_history.add_do_method(swap, &"forward")
	_history.add_undo_method(swap, &"back")
	_history.commit_action(false)


## The path of the `.playreel` file of a saved and imported result; empty when it failed.
func save(png: PackedByteArray, info: Dictionary, name: String, library: bool) -> String:
	var files := ProjectFiles.new()
	var problem := _plan(files, png, info, name, library)
	return files.sidecar if await _bring_in(files, problem, _key(info, name)) else ""


## The path of a scene that plays a saved and imported result; empty when it failed.
func save_scene(png: PackedByteArray, info: Dictionary, name: String) -> String:
	var files := ProjectFiles.new()
	var problem := _plan(files, png, info, name, false)
	var scene := files.sidecar.get_basename() + ".tscn"
	if problem.is_empty():
		files.contents[scene] = _scene_of(info, files.sidecar).to_utf8_buffer()
	if not await _bring_in(files, problem, _key(info, name)):
		return ""
	if not ResourceLoader.exists(files.sidecar):
		told.emit("%s could not be imported; the Output panel says why." % files.sidecar, true)
		return ""
	return scene


## What a drag of a scene carries, as the FileSystem dock would.
static func drag_data(scene: String) -> Dictionary:
	return {"type": "files", "files": PackedStringArray([scene]), "from": null}


## Plays what was dropped of the dragged scene; by itself it would play only in the game.
func play_dropped() -> void:
	var root := EditorInterface.get_edited_scene_root()
	if root == null or dragged.is_empty():
		return
	for sprite: AnimatedSprite2D in root.find_children("*", "AnimatedSprite2D"):
		if sprite.scene_file_path == dragged:
			sprite.play(sprite.autoplay)
	dragged = ""


## The selected node that can take other frames, or null.
static func selected_sprite() -> Node:
	for node in EditorInterface.get_selection().get_selected_nodes():
		if node is AnimatedSprite2D or node is AnimatedSprite3D:
			return node
	return null


## The `.playreel` file of the selected node, or the one selected in the FileSystem dock.
static func selected_source() -> String:
	for node in EditorInterface.get_selection().get_selected_nodes():
		var source := SceneEdits.source_of(node)
		if not source.is_empty():
			return source
	for path in EditorInterface.get_selected_paths():
		if path.get_extension() == Sidecar.EXTENSION:
			return path
	return ""


## Writes planned files and imports them; false, and told why, when there is a problem.
func _bring_in(files: ProjectFiles, planning_problem: String, key: String) -> bool:
	var problem := planning_problem if not planning_problem.is_empty() else files.write()
	if not problem.is_empty():
		told.emit(problem, true)
		return false
	_saved[key] = files.sidecar
	await Imports.bring_in(PackedStringArray(files.contents.keys()))
	return true


## A result that was saved before keeps its files; any other gets a name nobody has.
func _plan(
	files: ProjectFiles, png: PackedByteArray, info: Dictionary, name: String, library: bool
) -> String:
	var known: String = _saved.get(_key(info, name), "")
	var folder := Settings.output_folder()
	var free := name
	if not known.is_empty() and FileAccess.file_exists(known):
		folder = known.get_base_dir()
		free = known.get_file().get_basename()
	elif ProjectFiles.check_name(name).is_empty():
		free = ProjectFiles.free_name(folder, name)
	return files.plan(png, info, folder, free, library)


static func _scene_of(info: Dictionary, source: String) -> String:
	var sheet := Sheet.new()
	sheet.take_result(info, "any.png", {})
	return SceneEdits.scene_text(sheet, source)


static func _key(info: Dictionary, name: String) -> String:
	return "%s %s" % [info["result"], name]


static func _parent_in(root: Node) -> Node:
	for node in EditorInterface.get_selection().get_selected_nodes():
		if node == root or root.is_ancestor_of(node) and node.owner == root:
			return node
	return root
