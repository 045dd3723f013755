## Draws an imported flip-book, a pixel of it on each of the picture's, and saves res://seen.json.
extends SceneTree

const PIXEL := 0.01


func _initialize() -> void:
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://asked.json"))
	var seen := {}
	for path: String in asked:
		seen[path] = await drawn(load(path), asked[path])
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify(seen))
	file.close()
	quit()


## What stands still, and what each animation shows at the given seconds of it.
func drawn(scene: PackedScene, asked: Dictionary) -> Dictionary:
	var view := view_of(asked)
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


## A picture of a frame's size with a camera in front of where the frame stands.
func view_of(asked: Dictionary) -> SubViewport:
	var view := SubViewport.new()
	view.size = Vector2i(asked["width"], asked["height"])
	view.transparent_bg = true
	view.own_world_3d = true
	view.render_target_update_mode = SubViewport.UPDATE_ALWAYS
	root.add_child(view)
	var camera := Camera3D.new()
	camera.set_orthogonal(asked["height"] * PIXEL, 0.05, 10)
	camera.position = Vector3(asked["x"] * PIXEL, asked["y"] * PIXEL, 1)
	view.add_child(camera)
	return view


func picture_of(view: SubViewport) -> String:
	await RenderingServer.frame_post_draw
	await RenderingServer.frame_post_draw
	var image := view.get_texture().get_image()
	image.convert(Image.FORMAT_RGBA8)
	return image.get_data().hex_encode()
