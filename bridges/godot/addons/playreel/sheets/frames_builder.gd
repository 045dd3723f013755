## SpriteFrames from a sheet and its texture.
extends RefCounted

const Sheet := preload("sheet.gd")
## Name under which resources remember how they were made, as the exporters write it.
const META := &"playreel"
## Where the origin of a sprite belongs, in pixels of a frame.
const PIVOT_META := &"playreel_pivot"
## The animations that came from Playreel, the first one first; any other is the user's.
const OURS_META := &"playreel_animations"


## One animation per tag. Godot knows no direction, so that becomes the order of the frames.
static func build(sheet: Sheet, texture: Texture2D) -> SpriteFrames:
	var frames := SpriteFrames.new()
	frames.remove_animation(&"default")
	fill(frames, sheet, texture)
	return frames


## The animation that a sprite begins with.
static func first_of(frames: SpriteFrames) -> StringName:
	var ours: PackedStringArray = frames.get_meta(OURS_META, PackedStringArray())
	for name in ours:
		if frames.has_animation(name):
			return name
	return frames.get_animation_names()[0]


## Puts the sheet's animations into `frames`; others that the user made stay as they are.
static func fill(frames: SpriteFrames, sheet: Sheet, texture: Texture2D) -> void:
	var ours: PackedStringArray = frames.get_meta(OURS_META, PackedStringArray())
	for name in ours:
		if frames.has_animation(name):
			frames.remove_animation(name)
	var cuts := cut(sheet, texture)
	var names := PackedStringArray()
	for tag in sheet.tags:
		var name := str(tag["name"])
		names.append(name)
		_add_animation(frames, name, sheet, tag, cuts)
	frames.set_meta(OURS_META, names)
	frames.set_meta(META, JSON.stringify(sheet.metadata, "", true, true))
	frames.set_meta(PIVOT_META, Vector2(sheet.pivot_pixel()))


## One AtlasTexture per frame.
static func cut(sheet: Sheet, texture: Texture2D) -> Array[AtlasTexture]:
	var found: Array[AtlasTexture] = []
	for index in sheet.num_frames:
		var atlas := AtlasTexture.new()
		atlas.atlas = texture
		atlas.region = Rect2(sheet.region(index))
		atlas.filter_clip = true
		found.append(atlas)
	return found


static func _add_animation(
	frames: SpriteFrames,
	name: String,
	sheet: Sheet,
	tag: Dictionary,
	cuts: Array[AtlasTexture],
) -> void:
	if frames.has_animation(name):
		frames.remove_animation(name)
	var loops: bool = tag["loop"]
	frames.add_animation(name)
	frames.set_animation_speed(name, sheet.fps)
	frames.set_animation_loop(name, loops)
	for index in Sheet.play_order(tag):
		frames.add_frame(name, cuts[index], sheet.seconds(index) * sheet.fps)
