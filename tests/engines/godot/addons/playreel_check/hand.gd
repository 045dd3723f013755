## What a person does with the dock and the mouse.
extends RefCounted

const Check := preload("check.gd")
const Dock := preload("res://addons/playreel/dock/dock.gd")
const Settings := preload("res://addons/playreel/settings.gd")
const SMALL := {"width": 16.0, "height": 16.0, "num_frames": 2.0, "seed": 3.0, "fps": 12.0}


## The dock, wherever it is.
static func find_dock() -> Dock:
	var base := EditorInterface.get_base_control()
	return base.find_children("Playreel", "ScrollContainer", true, false)[0]


## The dock, connected to the server of one of the state folders.
static func connected_dock(check: Check, state: String) -> Dock:
	var dock := find_dock()
	var folder := state_folder(check, state)
	EditorInterface.get_editor_settings().set_setting(Settings.STATE_FOLDER, folder)
	if not dock.client.connection.is_ready() or dock.client.connection.folder != folder:
		dock.connection_bar.connect_pressed.emit()
	await check.until(func() -> bool: return dock.client.connection.is_ready(), "connected")
	return dock


## The path of a state folder.
static func state_folder(check: Check, name: String) -> String:
	var folder: String = check.data["states"]
	return folder.path_join(name)


## Puts the dock's tab in front of its neighbours.
static func bring_to_front(dock: Dock) -> void:
	var part: Node = dock
	while part != null:
		var tabs := part.get_parent() as TabContainer
		if tabs != null:
			tabs.current_tab = tabs.get_tab_idx_from_control(part as Control)
			return
		part = part.get_parent()


## A small clip is made, and can be used.
static func make(check: Check, dock: Dock, prompt: String) -> void:
	dock.form.show_request(SMALL.merged({"prompt": prompt}))
	dock.form.generate()
	await check.until(
		func() -> bool: return dock.has_result() and not dock.result_bar.file_name().is_empty(),
		"made: " + prompt
	)


## The middle of a job's line in the history, on the screen.
static func line_of(check: Check, dock: Dock, job: String) -> Vector2:
	var tree: Tree = dock.history.find_children("*", "Tree", true, false)[0]
	dock.ensure_control_visible(tree)
	await check.frames(3)
	for item in tree.get_root().get_children():
		if item.get_metadata(0) == job:
			var line := tree.get_item_area_rect(item, 0)
			return tree.get_screen_position() + line.get_center() - tree.get_scroll()
	check.that(false, "no line of " + job)
	return Vector2.ZERO


## Moves the mouse there and clicks.
static func click(check: Check, at: Vector2) -> void:
	await _point(check, ["mousemove", at.x, at.y])
	await _point(check, ["click", 1])


## Presses the mouse, moves it on in steps, and lets go.
static func drag(check: Check, from: Vector2, to: Vector2, steps: int) -> void:
	await _point(check, ["mousemove", from.x, from.y])
	await _point(check, ["mousedown", 1])
	for step in steps:
		var at := from.lerp(to, float(step + 1) / steps).round()
		await _point(check, ["mousemove", at.x, at.y])
	await check.until(func() -> bool: return check.tree.root.gui_is_dragging(), "carried")
	await _point(check, ["mousemove_relative", "--", 3, 2])
	await _point(check, ["mousemove", to.x, to.y])
	await _point(check, ["mouseup", 1])


## A real pointer of the screen: events come to the editor as from any mouse.
static func _point(check: Check, words: Array) -> void:
	var command: Array = check.data["pointer"] + words
	var arguments: Array = command.slice(1).map(
		func(word: Variant) -> String: return str(int(word)) if word is float else str(word)
	)
	check.equal(OS.execute(str(command[0]), PackedStringArray(arguments)), 0, "the mouse")
	await check.frames(3)
