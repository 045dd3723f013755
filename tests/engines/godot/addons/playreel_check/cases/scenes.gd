## Changes to the open scene, undone and done again.
extends RefCounted

const Check := preload("../check.gd")
const FileSwap := preload("res://addons/playreel/editing/file_swap.gd")
const Imports := preload("res://addons/playreel/editing/imports.gd")
const Placing := preload("res://addons/playreel/editing/placing.gd")
const ProjectFiles := preload("res://addons/playreel/sheets/project_files.gd")
const SceneEdits := preload("res://addons/playreel/editing/scene_edits.gd")
const HERO := "res://sprites/hero.playreel"


func test_a_sprite_is_added_undone_and_done_again(check: Check) -> void:
	var root := await check.new_scene("adding")
	var edits := SceneEdits.new(check.plugin.get_undo_redo())
	var sprite := edits.add_animated_sprite(root, HERO)
	check.equal(root.get_child_count(), 1, "added")
	check.equal(sprite.owner, root, "saved with the scene")
	check.equal(sprite.name, &"Hero", "name")
	check.equal(sprite.sprite_frames.resource_path, HERO, "shares the imported frames")
	check.equal(sprite.offset, Vector2(-8, -14), "stands on its pivot")
	check.equal(sprite.autoplay, "walk", "plays in the game")
	check.that(sprite.is_playing(), "plays in the editor")
	check.undo()
	check.equal(root.get_child_count(), 0, "undone")
	check.redo()
	check.equal(root.get_child_count(), 1, "done again")
	check.equal(root.get_child(0).owner, root, "still saved with the scene")


func test_a_saved_scene_loads_the_sprite(check: Check) -> void:
	var root := await check.new_scene("saving")
	SceneEdits.new(check.plugin.get_undo_redo()).add_animated_sprite(root, HERO)
	check.equal(EditorInterface.save_scene(), OK, "saved")
	var scene: PackedScene = ResourceLoader.load(
		"res://saving.tscn", "", ResourceLoader.CACHE_MODE_IGNORE
	)
	var copy := scene.instantiate()
	var sprite: AnimatedSprite2D = copy.get_node("Hero")
	check.equal(sprite.sprite_frames.resource_path, HERO, "frames")
	check.equal(sprite.texture_filter, CanvasItem.TEXTURE_FILTER_NEAREST, "hard pixels")
	copy.free()


func test_a_player_is_added_undone_and_done_again(check: Check) -> void:
	var root := await check.new_scene("playing")
	var edits := SceneEdits.new(check.plugin.get_undo_redo())
	var sprite := edits.add_animation_player(root, HERO)
	var player: AnimationPlayer = sprite.get_node("AnimationPlayer")
	check.equal(player.owner, root, "the player is saved too")
	check.that(player.has_animation(&"walk"), "its animations")
	player.play(&"walk")
	player.seek(0.15, true)
	check.equal(sprite.frame, 1, "moves the sprite")
	check.equal(sprite.region_enabled, false, "by its frame")
	player.stop()
	check.undo()
	check.equal(root.get_child_count(), 0, "undone")
	check.redo()
	check.equal(root.get_child(0).get_child(0).owner, root, "done again, whole")


func test_frames_are_replaced_undone_and_done_again(check: Check) -> void:
	var root := await check.new_scene("replacing")
	var sprite := AnimatedSprite2D.new()
	var own := SpriteFrames.new()
	own.add_animation(&"mine")
	sprite.sprite_frames = own
	sprite.animation = &"mine"
	sprite.autoplay = "mine"
	root.add_child(sprite)
	sprite.owner = root
	var edits := SceneEdits.new(check.plugin.get_undo_redo())
	check.that(edits.replace_frames(sprite, HERO), "replaced")
	check.equal(sprite.sprite_frames.resource_path, HERO, "new frames")
	check.equal(sprite.animation, &"walk", "an animation that exists")
	check.equal(sprite.autoplay, "walk", "and is played")
	check.undo()
	check.equal(sprite.sprite_frames, own, "the old frames")
	check.equal(sprite.animation, &"mine", "the old animation")
	check.equal(sprite.autoplay, "mine", "the old autoplay")
	check.redo()
	check.equal(sprite.sprite_frames.resource_path, HERO, "new again")
	check.that(not edits.replace_frames(root, HERO), "only sprites take frames")


func test_files_are_replaced_undone_and_done_again(check: Check) -> void:
	var source := await _save(check, "swapped")
	var frames: SpriteFrames = load(source)
	var old := FileAccess.get_file_as_bytes(source)
	var placing := Placing.new(check.plugin.get_undo_redo())
	var info: Dictionary = check.data["hero_info"]
	var other := info.merged({"tags": []}, true)
	placing.overwrite(FileAccess.get_file_as_bytes("res://sprites/hero.png"), other, source)
	await check.until(
		func() -> bool: return frames.has_animation(&"default"), "the frames in use are new"
	)
	check.undo_global()
	check.equal(FileAccess.get_file_as_bytes(source), old, "the old file")
	await check.until(
		func() -> bool: return frames.has_animation(&"walk"), "the old frames are back in use"
	)
	check.redo_global()
	await check.until(
		func() -> bool: return frames.has_animation(&"default"), "and the new ones again"
	)


func test_a_dragged_scene_can_be_dropped(check: Check) -> void:
	var placing := Placing.new(check.plugin.get_undo_redo())
	var info: Dictionary = check.data["hero_info"]
	var png := FileAccess.get_file_as_bytes("res://sprites/hero.png")
	var path := await placing.save_scene(png, info, "dragged")
	check.equal(path, "res://sprites/dragged.tscn", "its scene")
	check.equal(Placing.drag_data(path)["type"], "files", "the kind the viewport takes")
	var scene: PackedScene = load(path)
	var node: AnimatedSprite2D = scene.instantiate()
	check.equal(node.sprite_frames.resource_path, "res://sprites/dragged.playreel", "frames")
	check.equal(node.autoplay, "walk", "plays")
	check.equal(node.offset, Vector2(-8, -14), "stands on its pivot")
	node.free()


func test_a_node_says_what_it_was_made_from(check: Check) -> void:
	var root := await check.new_scene("asking")
	var edits := SceneEdits.new(check.plugin.get_undo_redo())
	check.equal(SceneEdits.source_of(edits.add_animated_sprite(root, HERO)), HERO, "frames")
	check.equal(SceneEdits.source_of(edits.add_animation_player(root, HERO)), HERO, "texture")
	check.equal(SceneEdits.source_of(root), "", "anything else")


func test_without_a_scene_it_says_so(check: Check) -> void:
	for scene in EditorInterface.get_open_scenes():
		EditorInterface.open_scene_from_path(scene)
		await check.frames(2)
		EditorInterface.save_scene()
		EditorInterface.close_scene()
		await check.frames(2)
	if EditorInterface.get_edited_scene_root() != null:
		check.that(false, "a scene is still open")
		return
	var placing := Placing.new(check.plugin.get_undo_redo())
	var said: Array[String] = []
	placing.told.connect(func(sentence: String, _bad: bool) -> void: said.append(sentence))
	var info: Dictionary = check.data["hero_info"]
	var node := await placing.add(PackedByteArray(), info, "x", false)
	check.that(node == null, "nothing added")
	check.equal(said, [Placing.NO_SCENE] as Array[String], "says what to do")


static func _save(check: Check, name: String) -> String:
	var files := ProjectFiles.new()
	var info: Dictionary = check.data["hero_info"]
	files.plan(
		FileAccess.get_file_as_bytes("res://sprites/hero.png"), info, "res://sprites", name, false
	)
	files.write()
	await Imports.bring_in(PackedStringArray(files.contents.keys()))
	return files.sidecar
