## What can be done with the clip that is shown: into the scene, into a node, once more.
@tool
extends VBoxContainer

signal add_pressed
signal add_player_pressed
signal replace_pressed
## Once more with the same request, or with another seed.
signal regenerate_pressed(new_seed: bool)
## The user picked an animation to look at.
signal tag_picked(tag: int)

const ADD_SPRITE := 0
const ADD_PLAYER := 1

var _name := LineEdit.new()
var _tags := OptionButton.new()
var _add := MenuButton.new()
var _replace := Button.new()
var _again := MenuButton.new()
var _note := Label.new()


func _init() -> void:
	_name.placeholder_text = "File name"
	_name.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	_add.text = "Add to scene"
	_add.get_popup().add_item("AnimatedSprite2D", ADD_SPRITE)
	_add.get_popup().add_item("Sprite2D with AnimationPlayer", ADD_PLAYER)
	_replace.text = "Replace frames"
	_replace.tooltip_text = "Of the selected AnimatedSprite2D"
	_again.text = "Regenerate"
	_again.get_popup().add_item("Same seed", 0)
	_again.get_popup().add_item("New seed", 1)
	_note.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
	_note.custom_minimum_size = Vector2(120, 0)
	_note.visible = false
	for menu: MenuButton in [_add, _again]:
		menu.flat = false
	_lay_out()
	_add.get_popup().id_pressed.connect(_on_add)
	_replace.pressed.connect(replace_pressed.emit)
	_again.get_popup().id_pressed.connect(func(id: int) -> void: regenerate_pressed.emit(id == 1))
	_tags.item_selected.connect(tag_picked.emit)
	set_result("", [])
	set_target("", false)


## The file name that the user chose.
func file_name() -> String:
	return _name.text


## Types a file name, as the user would.
func set_file_name(name: String) -> void:
	_name.text = name


## A clip can be used, under this name; an empty name means there is none.
func set_result(name: String, tags: Array[String]) -> void:
	_name.text = name
	_add.disabled = name.is_empty()
	_tags.clear()
	for tag in tags:
		_tags.add_item(tag)
	_tags.visible = tags.size() > 1


## What is selected in the editor: the sprite file it shows, and whether it takes frames.
func set_target(source: String, takes_frames: bool) -> void:
	_replace.disabled = _add.disabled or not takes_frames
	_again.disabled = source.is_empty()
	_again.tooltip_text = source if not source.is_empty() else "Select a Playreel sprite first"


## One sentence about what was done or could not be.
func say(sentence: String, is_problem: bool) -> void:
	_note.text = sentence
	_note.visible = not sentence.is_empty()
	_note.modulate = Color(1.0, 0.6, 0.55) if is_problem else Color.WHITE


## The sentence that is shown.
func said() -> String:
	return _note.text


func _lay_out() -> void:
	var line := HBoxContainer.new()
	line.add_child(_name)
	line.add_child(_tags)
	add_child(line)
	var buttons := HFlowContainer.new()
	for button: Control in [_add, _replace, _again]:
		buttons.add_child(button)
	add_child(buttons)
	add_child(_note)


func _on_add(id: int) -> void:
	if id == ADD_PLAYER:
		add_player_pressed.emit()
	else:
		add_pressed.emit()
