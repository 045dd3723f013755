## The shipped model behind the dock, in an editor that draws: from a sentence to the scene.
extends RefCounted

const Check := preload("../check.gd")
const Dock := preload("res://addons/playreel/dock/dock.gd")
const Hand := preload("../hand.gd")
const Settings := preload("res://addons/playreel/settings.gd")
const SENTENCE := "a red knight walking right"


func test_a_typed_sentence_plays_in_the_open_scene(check: Check) -> void:
	check.patience = 1500.0
	var root := await check.new_scene("meadow")
	EditorInterface.set_main_screen_editor("2D")
	var dock := Hand.find_dock()
	Hand.bring_to_front(dock)
	await check.frames(10)
	check.picture("1_no_server")
	await _start_server(check, dock)
	await _type(check, dock)
	check.picture("2_typed")
	dock.form.generate()
	await check.until(func() -> bool: return dock.preview.has_frames(), "a preview appears")
	check.that(not dock.has_result(), "while it is made")
	await _see(check, dock, "3_preview")
	await check.until(
		func() -> bool: return not dock.result_bar.file_name().is_empty(), "the result comes"
	)
	check.equal(dock.result_bar.file_name(), "red_knight_walking_right", "its name")
	dock.result_bar.add_pressed.emit()
	await check.until(func() -> bool: return root.get_child_count() == 1, "it is in the scene")
	await _plays(check, root.get_child(0) as AnimatedSprite2D)
	await _see(check, dock, "4_added")
	dock.server.stop()
	await check.until(func() -> bool: return not dock.client.connection.is_ready(), "ended")


static func _start_server(check: Check, dock: Dock) -> void:
	var folder: String = check.data["states"]
	var settings := EditorInterface.get_editor_settings()
	settings.set_setting(Settings.STATE_FOLDER, folder.path_join("shipped"))
	settings.set_setting(Settings.SERVER_COMMAND, str(check.data["playreel"]))
	dock.connection_bar.start_pressed.emit()
	await check.until(func() -> bool: return dock.client.connection.is_ready(), "started")


## As a keyboard does, key by key.
static func _type(check: Check, dock: Dock) -> void:
	dock.form.take_cursor()
	for letter in SENTENCE:
		var key := InputEventKey.new()
		key.unicode = letter.unicode_at(0)
		key.pressed = true
		dock.get_viewport().push_input(key)
	await check.frames(2)
	check.equal(str(dock.form.request()["prompt"]), SENTENCE, "typed")


static func _plays(check: Check, sprite: AnimatedSprite2D) -> void:
	sprite.position = Vector2(300, 320)
	sprite.scale = Vector2(4, 4)
	var frames := sprite.sprite_frames
	check.that(sprite.is_playing(), "it plays")
	var count := frames.get_frame_count(sprite.animation)
	check.equal(count, 8, "frames")
	var different: Dictionary = {}
	for index in count:
		var cut: AtlasTexture = frames.get_frame_texture(sprite.animation, index)
		var image := cut.atlas.get_image().get_region(Rect2i(cut.region))
		different[image.get_data().hex_encode().sha256_text()] = true
		check.that(not image.get_used_rect().size == Vector2i.ZERO, "something is drawn")
		check.that(image.get_used_rect().size != image.get_size(), "on nothing")
	check.that(different.size() > 1, "it moves")
	var first := sprite.frame
	await check.until(func() -> bool: return sprite.frame != first, "frames follow one another")


## What the editor shows in the dock is the frame, pixel by pixel.
static func _see(check: Check, dock: Dock, name: String) -> void:
	await check.frames(3)
	dock.preview.set_process(false)
	dock.preview.queue_redraw()
	await check.frames(2)
	await RenderingServer.frame_post_draw
	var screen := check.picture(name)
	var frame := dock.preview.frame_image()
	var drawn := dock.preview.frame_rect()
	var factor := drawn.size / Vector2(frame.get_size())
	var corner := dock.preview.global_position + drawn.position
	var opaque: int = 0
	var wrong: int = 0
	for y in frame.get_height():
		for x in frame.get_width():
			var wanted := frame.get_pixel(x, y)
			if wanted.a < 1.0:
				continue
			opaque += 1
			var at := Vector2i(corner + (Vector2(x, y) + Vector2(0.5, 0.5)) * factor)
			wrong += 0 if _is_near(screen.get_pixelv(at), wanted) else 1
	check.that(opaque > 20, "%d opaque pixels" % opaque)
	check.equal(wrong, 0, "wrong pixels on the screen, of %d" % opaque)
	dock.preview.set_process(true)


static func _is_near(one: Color, other: Color) -> bool:
	var most := maxf(maxf(absf(one.r - other.r), absf(one.g - other.g)), absf(one.b - other.b))
	return most < 2.5 / 255.0
