## Writes what this engine sees in exported SpriteFrames and scenes to res://seen.json.
extends SceneTree


func _init() -> void:
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://asked.json"))
	var seen := {"frames": {}, "scenes": {}}
	for path: String in asked["frames"]:
		seen["frames"][path] = frames_of(load(path))
	for path: String in asked["scenes"]:
		seen["scenes"][path] = scene_of(load(path))
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify(seen))
	file.close()
	quit(0)


func frames_of(frames: SpriteFrames) -> Dictionary:
	var animations := {}
	for animation in frames.get_animation_names():
		var shown: Array = []
		for index in frames.get_frame_count(animation):
			var picture := picture_of(frames.get_frame_texture(animation, index))
			var times := frames.get_frame_duration(animation, index)
			picture["seconds"] = times / frames.get_animation_speed(animation)
			shown.append(picture)
		animations[animation] = {"loop": frames.get_animation_loop(animation), "shown": shown}
	return {"animations": animations, "metadata": frames.get_meta("playreel", "")}


func scene_of(scene: PackedScene) -> Dictionary:
	var node: AnimatedSprite2D = scene.instantiate()
	root.add_child(node)
	var seen := {
		"name": node.name,
		"offset": [node.offset.x, node.offset.y],
		"centered": node.centered,
		"nearest": node.texture_filter == CanvasItem.TEXTURE_FILTER_NEAREST,
		"playing": [node.autoplay, node.animation],
		"frames": node.sprite_frames.resource_path,
	}
	node.free()
	return seen


## The pixels that a texture draws, with the border that trimming took away.
func picture_of(texture: AtlasTexture) -> Dictionary:
	var page := texture.atlas.get_image()
	page.convert(Image.FORMAT_RGBA8)
	var size := Vector2i(texture.get_size())
	var picture := Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
	picture.blit_rect(page, Rect2i(texture.region), Vector2i(texture.margin.position))
	return {"size": [size.x, size.y], "pixels": picture.get_data().hex_encode()}
