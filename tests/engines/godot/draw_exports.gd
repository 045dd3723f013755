## Draws exported scenes and flip-books on a screen and saves all pictures as res://seen.json.
extends SceneTree

const PIXEL := 0.01


func _initialize() -> void:
	await process_frame  # until then nothing is in the tree, and what plays by itself begins later
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://asked.json"))
	var seen := {"flipbooks": {}, "sprites": {}}
	for path: String in asked["flipbooks"]:
		seen["flipbooks"][path] = await flipbook(load(path), asked["flipbooks"][path])
	for name: String in asked["sprites"]:
		seen["sprites"][name] = await sprites(asked["sprites"][name])
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify(seen))
	file.close()
	quit()


## Each asked frame of 2D scenes in a cell of its own; a light, where asked for, shades them.
func sprites(asked: Dictionary) -> String:
	var view := view_of(asked)
	for cell: Dictionary in asked["cells"]:
		var node: Node2D = load(cell["scene"]).instantiate()
		node.position = Vector2(cell["x"], cell["y"])
		view.add_child(node)
		show_frame(node, cell["animation"], cell["at"])
	if asked.has("light_degrees"):
		add_light(view, asked["light_degrees"])
	var seen := await picture_of(view)
	view.free()
	return seen


func show_frame(node: Node2D, animation: String, at: float) -> void:
	if node is AnimatedSprite2D:
		node.play(animation)
		node.pause()
		node.frame = roundi(at)
		return
	var player: AnimationPlayer = node.get_node("AnimationPlayer")
	player.play(animation)
	player.seek(at, true)
	player.pause()


func add_light(view: SubViewport, degrees: float) -> void:
	var dark := CanvasModulate.new()
	dark.color = Color.BLACK
	view.add_child(dark)
	var sun := DirectionalLight2D.new()
	sun.rotation = deg_to_rad(degrees)
	view.add_child(sun)


## What stands still, and what each animation shows at the given seconds of it.
func flipbook(scene: PackedScene, asked: Dictionary) -> Dictionary:
	var view := view_of(asked)
	view.own_world_3d = true
	add_camera(view, asked)
	var node: Node3D = scene.instantiate()
	view.add_child(node)
	var seen := {"still": await picture_of(view), "animations": {}}
	var player: AnimationPlayer = node.get_node("AnimationPlayer")
	seen["names"] = Array(player.get_animation_list())
	for animation: String in asked["animations"]:
		var pictures: Array = []
		player.play(animation)
		player.pause()
		for at: float in asked["animations"][animation]:
			player.seek(at, true)
			pictures.append(await picture_of(view))
		seen["animations"][animation] = pictures
	view.free()
	return seen


## A camera in front of where a frame stands, which sees it alone.
func add_camera(view: SubViewport, asked: Dictionary) -> void:
	var camera := Camera3D.new()
	camera.set_orthogonal(asked["height"] * PIXEL, 0.05, 10)
	camera.position = Vector3(asked["x"] * PIXEL, asked["y"] * PIXEL, 1)
	view.add_child(camera)


func view_of(asked: Dictionary) -> SubViewport:
	var view := SubViewport.new()
	view.size = Vector2i(asked["width"], asked["height"])
	view.transparent_bg = true
	view.render_target_update_mode = SubViewport.UPDATE_ALWAYS
	root.add_child(view)
	return view


func picture_of(view: SubViewport) -> String:
	await RenderingServer.frame_post_draw
	await RenderingServer.frame_post_draw
	var image := view.get_texture().get_image()
	image.convert(Image.FORMAT_RGBA8)
	return image.get_data().hex_encode()
