## Changes to the open scene, each one step of the editor's undo history.
extends RefCounted

const FramesBuilder := preload("../sheets/frames_builder.gd")
const LibraryBuilder := preload("../sheets/library_builder.gd")
const LibraryFile := preload("../sheets/library_file.gd")
const Sheet := preload("../sheets/sheet.gd")
const Sidecar := preload("../sheets/sidecar.gd")

var _history: EditorUndoRedoManager


func _init(history: EditorUndoRedoManager) -> void:
	_history = history


## Adds an AnimatedSprite2D that plays an imported `.playreel` file; null when it is none.
func add_animated_sprite(parent: Node, source: String) -> AnimatedSprite2D:
	var frames := ResourceLoader.load(source) as SpriteFrames
	if frames == null:
		return null
	var sprite := AnimatedSprite2D.new()
	sprite.name = _node_name(source)
	_set_up(sprite, frames)
	_add("Add Playreel Sprite", parent, sprite)
	sprite.play(sprite.animation)
	return sprite


## Adds a Sprite2D with an AnimationPlayer below it; null when there is no library.
func add_animation_player(parent: Node, source: String) -> Sprite2D:
	var sheet := Sheet.new()
	var problem := Sidecar.read(source, sheet)
	var library := ResourceLoader.load(LibraryFile.path_of(source)) as AnimationLibrary
	if not problem.is_empty() or library == null:
		return null
	var sprite := Sprite2D.new()
	sprite.name = _node_name(source)
	sprite.texture = ResourceLoader.load(source.get_base_dir().path_join(sheet.image))
	sprite.hframes = sheet.columns
	sprite.vframes = sheet.rows()
	_set_origin(sprite, -Vector2(sheet.pivot_pixel()))
	var player := AnimationPlayer.new()
	player.name = "AnimationPlayer"
	player.add_animation_library(&"", library)
	player.autoplay = LibraryBuilder.name_of(str(sheet.tags[0]["name"]))
	sprite.add_child(player)
	_add("Add Playreel Sprite", parent, sprite)
	return sprite


## Gives an AnimatedSprite2D or AnimatedSprite3D other frames.
func replace_frames(sprite: Node, source: String) -> bool:
	var frames := ResourceLoader.load(source) as SpriteFrames
	if frames == null or not (sprite is AnimatedSprite2D or sprite is AnimatedSprite3D):
		return false
	var name: StringName = sprite.get(&"animation")
	if not frames.has_animation(name):
		name = FramesBuilder.first_of(frames)
	_history.create_action("Replace Playreel Frames", UndoRedo.MERGE_DISABLE, sprite)
	_history.add_do_property(sprite, &"sprite_frames", frames)
	_history.add_do_property(sprite, &"animation", name)
	if not str(sprite.get(&"autoplay")).is_empty():
		_history.add_do_property(sprite, &"autoplay", str(name))
		_history.add_undo_property(sprite, &"autoplay", sprite.get(&"autoplay"))
	_history.add_undo_property(sprite, &"sprite_frames", sprite.get(&"sprite_frames"))
	_history.add_undo_property(sprite, &"animation", sprite.get(&"animation"))
	_history.commit_action()
	return true


## The `.playreel` file that a node shows, or an empty text.
static func source_of(node: Node) -> String:
	var path := ""
	if node is AnimatedSprite2D or node is AnimatedSprite3D:
		var frames: SpriteFrames = node.get(&"sprite_frames")
		path = frames.resource_path if frames != null else ""
	elif node is Sprite2D:
		var texture: Texture2D = node.get(&"texture")
		if texture != null:
			path = texture.resource_path.get_basename() + "." + Sidecar.EXTENSION
	if path.get_extension() == Sidecar.EXTENSION and FileAccess.file_exists(path):
		return path
	return ""


func _add(title: String, parent: Node, node: Node) -> void:
	var root := EditorInterface.get_edited_scene_root()
	_history.create_action(title, UndoRedo.MERGE_DISABLE, root)
	_history.add_do_method(parent, &"add_child", node, true)
	_history.add_do_property(node, &"owner", root)
	for child in node.get_children():
		_history.add_do_property(child, &"owner", root)
	_history.add_do_reference(node)
	_history.add_undo_method(parent, &"remove_child", node)
	_history.commit_action()


static func _set_up(sprite: AnimatedSprite2D, frames: SpriteFrames) -> void:
	var first := FramesBuilder.first_of(frames)
	var pivot: Vector2 = frames.get_meta(FramesBuilder.PIVOT_META, Vector2.ZERO)
	sprite.sprite_frames = frames
	sprite.animation = first
	sprite.autoplay = first
	_set_origin(sprite, -pivot)


## The origin of the node is the sprite's pivot: feet stand where the node stands.
static func _set_origin(sprite: Node2D, offset: Vector2) -> void:
	sprite.texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	sprite.set(&"centered", false)
	sprite.set(&"offset", offset)


## A scene that is one playing sprite, for dragging into the viewport.
static func scene_text(sheet: Sheet, source: String) -> String:
	var first := str(sheet.tags[0]["name"]).c_escape()
	var pivot := sheet.pivot_pixel()
	var lines: Array[String] = [
		"[gd_scene format=3]",
		"",
		'[ext_resource type="SpriteFrames" path="%s" id="frames"]' % source.c_escape(),
		"",
		'[node name="%s" type="AnimatedSprite2D"]' % _node_name(source),
		"texture_filter = 1",
		'sprite_frames = ExtResource("frames")',
		'animation = &"%s"' % first,
		'autoplay = "%s"' % first,
		"centered = false",
		"offset = Vector2(%d, %d)" % [-pivot.x, -pivot.y],
	]
	return "\n".join(PackedStringArray(lines)) + "\n"


static func _node_name(source: String) -> String:
	var name := source.get_file().get_basename().to_pascal_case().validate_node_name()
	return name if not name.is_empty() else "Sprite"
