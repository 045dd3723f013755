## AnimationLibrary from a sheet, for an AnimationPlayer that moves a Sprite2D's `frame`.
extends RefCounted

const FramesBuilder := preload("frames_builder.gd")
const Sheet := preload("sheet.gd")
const RESET := "RESET"
## The one track of each animation that is ours; any other is the user's.
const TRACK := ^".:frame"


## Puts the sheet's animations into `library`; animations and tracks that the user made stay.
static func fill(library: AnimationLibrary, sheet: Sheet) -> void:
	var names := PackedStringArray([RESET])
	_write(_animation(library, RESET), [_key(0.0, _first_frame(sheet))], 0.0, false)
	for tag in sheet.tags:
		var name := name_of(str(tag["name"]))
		names.append(name)
		_write_tag(_animation(library, name), sheet, tag)
	var before: PackedStringArray = library.get_meta(FramesBuilder.OURS_META, PackedStringArray())
	for name in before:
		if not names.has(name) and library.has_animation(name):
			_withdraw(library, name)
	library.set_meta(FramesBuilder.OURS_META, names)


## A tag's name as an AnimationLibrary takes it.
static func name_of(tag: String) -> String:
	for sign: String in ["/", ":", ",", "["]:
		tag = tag.replace(sign, "_")
	return tag


static func _first_frame(sheet: Sheet) -> int:
	return Sheet.play_order(sheet.tags[0])[0]


static func _animation(library: AnimationLibrary, name: String) -> Animation:
	if not library.has_animation(name):
		library.add_animation(name, Animation.new())
	return library.get_animation(name)


static func _write_tag(animation: Animation, sheet: Sheet, tag: Dictionary) -> void:
	var keys: Array[Dictionary] = []
	var at: float = 0.0
	for index in Sheet.play_order(tag):
		keys.append(_key(at, index))
		at += sheet.seconds(index)
	var loops: bool = tag["loop"]
	_write(animation, keys, at, loops)


static func _key(at: float, frame: int) -> Dictionary:
	return {"at": at, "frame": frame}


static func _write(
	animation: Animation, keys: Array[Dictionary], length: float, loops: bool
) -> void:
	var track := animation.find_track(TRACK, Animation.TYPE_VALUE)
	if track >= 0:
		animation.remove_track(track)
	track = animation.add_track(Animation.TYPE_VALUE, 0)
	animation.track_set_path(track, TRACK)
	animation.value_track_set_update_mode(track, Animation.UPDATE_DISCRETE)
	animation.track_set_interpolation_type(track, Animation.INTERPOLATION_NEAREST)
	for key in keys:
		var at: float = key["at"]
		animation.track_insert_key(track, at, key["frame"])
	animation.length = maxf(length, 0.001)
	animation.loop_mode = Animation.LOOP_LINEAR if loops else Animation.LOOP_NONE


## Takes our track away; the animation goes too when nothing of the user's is left in it.
static func _withdraw(library: AnimationLibrary, name: String) -> void:
	var animation := library.get_animation(name)
	var track := animation.find_track(TRACK, Animation.TYPE_VALUE)
	if track >= 0:
		animation.remove_track(track)
	if animation.get_track_count() == 0:
		library.remove_animation(name)
