## Writes what this engine sees in exported SpriteFrames and scenes to res://seen.json.
extends SceneTree


## Looks in the first frame and ends with it.
func _process(_delta: float) -> bool:
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://asked.json"))
	var seen := {"frames": {}, "scenes": {}, "players": {}}
	for path: String in asked["frames"]:
		seen["frames"][path] = frames_of(load(path))
	for path: String in asked["scenes"]:
		seen["scenes"][path] = scene_of(load(path))
	for path: String in asked["players"]:
		seen["players"][path] = player_of(load(path), asked["players"][path])
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify(seen))
	file.close()
	return true


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
	var pivot: Vector2 = frames.get_meta("playreel_pivot", Vector2.ZERO)
	return {
		"animations": animations,
		"metadata": frames.get_meta("playreel", ""),
		"pivot": [pivot.x, pivot.y],
		"hit_boxes": hit_boxes_of(frames),
	}


## The boxes of each animation, as left, top, width and height.
func hit_boxes_of(frames: SpriteFrames) -> Dictionary:
	var found := {}
	var boxes: Dictionary = frames.get_meta("playreel_hit_boxes", {})
	for animation: StringName in boxes:
		var sides := func(box: Rect2) -> Array:
			return [box.position.x, box.position.y, box.size.x, box.size.y]
		found[animation] = boxes[animation].map(sides)
	return found


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


## What a Sprite2D shows at the given seconds of each animation, and after RESET.
func player_of(scene: PackedScene, times: Dictionary) -> Dictionary:
	var node: Sprite2D = scene.instantiate()
	root.add_child(node)
	var player: AnimationPlayer = node.get_node("AnimationPlayer")
	var library := player.get_animation_library("")
	var seen := {
		"name": node.name,
		"offset": [node.offset.x, node.offset.y],
		"centered": node.centered,
		"nearest": node.texture_filter == CanvasItem.TEXTURE_FILTER_NEAREST,
		"autoplay": player.autoplay,
		"at_first": picture_of(node.texture),
		"metadata": library.get_meta("playreel", ""),
		"animations": {},
	}
	for animation: String in library.get_animation_list():
		var loops := library.get_animation(animation).loop_mode == Animation.LOOP_LINEAR
		var shown: Array = []
		player.play(animation)
		for at: float in times.get(animation, [0.0]):
			player.seek(at, true)
			shown.append(picture_of(node.texture))
		var length := library.get_animation(animation).length
		seen["animations"][animation] = {"loop": loops, "length": length, "shown": shown}
	node.free()
	return seen


## The pixels that a texture draws, with the border that trimming took away.
func picture_of(texture: AtlasTexture) -> Dictionary:
	var page := texture.atlas.get_image()
	page.convert(Image.FORMAT_RGBA8)
	var size := Vector2i(texture.get_size())
	var picture := Image.create_empty(size.x, size.y, false, Image.FORMAT_RGBA8)
	picture.blit_rect(page, Rect2i(texture.region), Vector2i(texture.margin.position))
	var seen := {"size": [size.x, size.y], "pixels": picture.get_data().hex_encode()}
	if texture.atlas is CanvasTexture:
		var map: Image = texture.atlas.normal_texture.get_image()
		map.convert(Image.FORMAT_RGBA8)
		picture.fill(Color(0, 0, 0, 0))
		picture.blit_rect(map, Rect2i(texture.region), Vector2i(texture.margin.position))
		seen["normals"] = picture.get_data().hex_encode()
	return seen
