## Finished lines of the history dragged by a mouse into the open scene, in an editor that draws.
extends RefCounted

const Check := preload("../check.gd")
const Dock := preload("res://addons/playreel/dock/dock.gd")
const Hand := preload("../hand.gd")


func test_a_dragged_line_plays_where_the_mouse_let_go(check: Check) -> void:
	var root := await check.new_scene("dragging")
	var dock := await _dock(check)
	await Hand.make(check, dock, "a red coin")
	check.that(not DirAccess.dir_exists_absolute("res://sprites"), "the first result of a project")
	var steps := check.steps()
	var to := _in_the_viewport(Vector2(0.6, 0.3))
	await Hand.drag(check, await Hand.line_of(check, dock, dock.shown), to, 12)
	var sprite := await _dropped(check, root)
	if sprite == null:
		return
	check.equal(sprite.owner, root, "saved with the scene")
	check.equal(sprite.position.round(), _in_the_scene(to).round(), "where the mouse let go")
	check.equal(sprite.sprite_frames.resource_path, "res://sprites/red_coin.playreel", "frames")
	check.that(sprite.is_playing(), "it plays")
	check.equal(check.steps(), steps + 1, "one step")
	check.picture("dropped")
	check.undo()
	check.equal(root.get_child_count(), 0, "undone")
	check.redo()
	check.equal(root.get_child_count(), 1, "done again")


func test_an_older_line_is_dragged_in_one_go(check: Check) -> void:
	var root := await check.new_scene("dragging_older")
	var dock := await _dock(check)
	await Hand.make(check, dock, "a green leaf")
	var older := dock.shown
	await Hand.make(check, dock, "a blue drop")
	var to := _in_the_viewport(Vector2(0.4, 0.6))
	await Hand.drag(check, await Hand.line_of(check, dock, older), to, 2)
	var sprite := await _dropped(check, root)
	if sprite == null:
		return
	check.equal(sprite.sprite_frames.resource_path, "res://sprites/green_leaf.playreel", "frames")
	check.that(sprite.is_playing(), "it plays")
	check.equal(dock.shown, older, "its frames are shown")


static func _dropped(check: Check, root: Node) -> AnimatedSprite2D:
	await check.until(func() -> bool: return root.get_child_count() == 1, "it is in the scene")
	return root.get_child(0) as AnimatedSprite2D if root.get_child_count() == 1 else null


static func _dock(check: Check) -> Dock:
	EditorInterface.set_main_screen_editor("2D")
	var dock := await Hand.connected_dock(check, "live")
	Hand.bring_to_front(dock)
	await check.frames(10)
	# a window without the focus takes its first press for no more than the wish to have it
	await Hand.click(check, _in_the_viewport(Vector2(0.5, 0.5)))
	return dock


## A point of the 2D viewport on the screen, by its share of width and height.
static func _in_the_viewport(share: Vector2) -> Vector2:
	var view := EditorInterface.get_editor_viewport_2d().get_parent() as Control
	return (view.get_screen_position() + view.size * share).round()


## The place in the scene of a point of the screen.
static func _in_the_scene(at: Vector2) -> Vector2:
	var viewport := EditorInterface.get_editor_viewport_2d()
	var view := viewport.get_parent() as Control
	return viewport.global_canvas_transform.affine_inverse() * (at - view.get_screen_position())
