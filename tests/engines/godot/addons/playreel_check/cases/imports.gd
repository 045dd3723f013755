## `.playreel` files as Godot imports them: exact pixels and times, and nothing of the user's lost.
extends RefCounted

const AtlasFiles := preload("res://addons/playreel/sheets/atlas_files.gd")
const Check := preload("../check.gd")
const FramesBuilder := preload("res://addons/playreel/sheets/frames_builder.gd")
const Imports := preload("res://addons/playreel/editing/imports.gd")
const LibraryBuilder := preload("res://addons/playreel/sheets/library_builder.gd")
const HERO := "res://sprites/hero.playreel"
const LIBRARY := "res://sprites/hero_animations.tres"


func test_every_frame_is_pixel_exact(check: Check) -> void:
	var frames: SpriteFrames = load(HERO)
	for animation: Dictionary in check.data["hero"]:
		var name: String = animation["name"]
		var expected: Array = animation["frames"]
		check.that(frames.has_animation(name), name)
		check.equal(frames.get_animation_loop(name), animation["loop"], name + " loops")
		check.equal(frames.get_frame_count(name), expected.size(), name + " frames")
		for index in expected.size():
			_compare(check, frames, name, index, expected[index])


func test_the_names_are_the_tags(check: Check) -> void:
	var frames: SpriteFrames = load(HERO)
	var names: Array = check.data["hero"].map(func(row: Dictionary) -> String: return row["name"])
	var found := Array(frames.get_animation_names())
	names.sort()
	found.sort()
	check.equal(found, names, "names")
	check.equal(str(FramesBuilder.first_of(frames)), "walk", "the first tag is the first animation")


func test_the_metadata_comes_along(check: Check) -> void:
	var frames: SpriteFrames = load(HERO)
	var metadata: Dictionary = JSON.parse_string(frames.get_meta(&"playreel"))
	check.equal(metadata["prompt"], 'a 🔥 "knight"\n & é', "prompt")
	check.equal(frames.get_meta(&"playreel_pivot"), Vector2(8, 14), "pivot in pixels")


func test_the_library_plays_the_same(check: Check) -> void:
	var library: AnimationLibrary = load(LIBRARY)
	for animation: Dictionary in check.data["hero"]:
		var made := library.get_animation(LibraryBuilder.name_of(str(animation["name"])))
		var expected: Array = animation["frames"]
		var track := made.find_track(^".:frame", Animation.TYPE_VALUE)
		check.equal(made.track_get_key_count(track), expected.size(), "keys")
		var at: float = 0.0
		for index in expected.size():
			var row: Dictionary = expected[index]
			check.equal(made.track_get_key_value(track, index), int(str(row["frame"])), "frame")
			check.that(absf(made.track_get_key_time(track, index) - at) < 1e-5, "time")
			at += float(str(row["seconds"]))
		check.that(absf(made.length - at) < 1e-5, "length")
	check.that(library.has_animation(&"RESET"), "RESET")


func test_atlas_textures_lie_beside(check: Check) -> void:
	var folder := AtlasFiles.folder_of(HERO)
	for animation: Dictionary in check.data["hero"]:
		var expected: Array = animation["frames"]
		for index in expected.size():
			var path := folder.path_join(
				"%s_%d.tres" % [str(animation["name"]).validate_filename(), index]
			)
			var cut: AtlasTexture = load(path)
			check.that(cut != null, path)
			var row: Dictionary = expected[index]
			check.equal(_pixels(cut), str(row["pixels"]), path)


func test_a_normal_map_makes_it_lit(check: Check) -> void:
	var frames: SpriteFrames = load("res://sprites/lit.playreel")
	var cut: AtlasTexture = frames.get_frame_texture(&"default", 0)
	var lit := cut.atlas as CanvasTexture
	check.that(lit != null, "a CanvasTexture")
	check.equal(lit.normal_texture.resource_path, "res://sprites/lit_n.png", "normal map")


func test_a_changed_sheet_changes_what_is_in_use(check: Check) -> void:
	_copy_hero("changing")
	var source := "res://sprites/changing.playreel"
	await Imports.bring_in(PackedStringArray(["res://sprites/changing.png", source]))
	var root := await check.new_scene("changing_scene")
	var sprite := AnimatedSprite2D.new()
	sprite.sprite_frames = load(source)
	root.add_child(sprite)
	var before := sprite.sprite_frames
	var body: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(source))
	body["tags"] = [{"name": "new", "start": 0, "stop": 2, "loop": false, "direction": "forward"}]
	_write(source, JSON.stringify(body))
	await Imports.bring_in(PackedStringArray([source]))
	await check.frames(3)
	check.equal(sprite.sprite_frames, before, "the same resource")
	check.equal(Array(before.get_animation_names()), ["new"], "with the new animation")


func test_what_the_user_added_to_a_library_stays(check: Check) -> void:
	_copy_hero("kept")
	var source := "res://sprites/kept.playreel"
	await Imports.bring_in(PackedStringArray(["res://sprites/kept.png", source]))
	var path := "res://sprites/kept_animations.tres"
	var library: AnimationLibrary = load(path)
	library.add_animation(&"mine", Animation.new())
	var walk := library.get_animation(&"walk")
	var track := walk.add_track(Animation.TYPE_VALUE)
	walk.track_set_path(track, ^".:modulate")
	walk.track_insert_key(track, 0.0, Color.RED)
	check.equal(ResourceSaver.save(library, path), OK, "saved")
	var body: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(source))
	body["tags"] = [{"name": "walk", "start": 0, "stop": 2, "loop": true, "direction": "forward"}]
	_write(source, JSON.stringify(body))
	await Imports.bring_in(PackedStringArray([source]))
	var again: AnimationLibrary = ResourceLoader.load(path, "", ResourceLoader.CACHE_MODE_IGNORE)
	var names := Array(again.get_animation_list())
	check.equal(names, [&"RESET", &"mine", &"walk"], "ours that are gone went, the user's stayed")
	var kept := again.get_animation(&"walk")
	check.that(kept.find_track(^".:modulate", Animation.TYPE_VALUE) >= 0, "the user's track")
	var ours := kept.find_track(^".:frame", Animation.TYPE_VALUE)
	check.equal(kept.track_get_key_count(ours), 2, "our track is new")


func test_the_pictures_settings_keep_every_pixel(check: Check) -> void:
	var settings := ConfigFile.new()
	check.equal(settings.load("res://sprites/hero.png.import"), OK, "imported")
	check.equal(settings.get_value("params", "process/fix_alpha_border"), false, "untouched")
	check.equal(settings.get_value("params", "compress/mode"), 0, "lossless")


static func _copy_hero(name: String) -> void:
	for suffix: String in [".png", ".png.import", ".playreel", ".playreel.import"]:
		var text := FileAccess.get_file_as_bytes("res://sprites/hero" + suffix)
		if suffix.ends_with(".import"):
			# as a user's copy: settings without the identity of the first
			var settings := ConfigFile.new()
			settings.parse(text.get_string_from_utf8())
			settings.set_value(
				"deps", "source_file", "res://sprites/" + name + suffix.get_basename()
			)
			for key: String in ["uid", "path"]:
				settings.erase_section_key("remap", key)
			settings.erase_section_key("deps", "dest_files")
			text = settings.encode_to_text().to_utf8_buffer()
		if suffix == ".playreel":
			text = text.get_string_from_utf8().replace("hero.png", name + ".png").to_utf8_buffer()
		_write_bytes("res://sprites/" + name + suffix, text)


static func _write(path: String, text: String) -> void:
	_write_bytes(path, text.to_utf8_buffer())


static func _write_bytes(path: String, bytes: PackedByteArray) -> void:
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_buffer(bytes)


static func _compare(
	check: Check, frames: SpriteFrames, name: String, index: int, row: Dictionary
) -> void:
	var cut: AtlasTexture = frames.get_frame_texture(name, index)
	var seconds := frames.get_frame_duration(name, index) / frames.get_animation_speed(name)
	check.that(absf(seconds - float(str(row["seconds"]))) < 1e-5, "%s %d time" % [name, index])
	check.equal(_pixels(cut), str(row["pixels"]), "%s %d pixels" % [name, index])


static func _pixels(cut: AtlasTexture) -> String:
	var image := cut.atlas.get_image()
	image.convert(Image.FORMAT_RGBA8)
	return image.get_region(Rect2i(cut.region)).get_data().hex_encode()
