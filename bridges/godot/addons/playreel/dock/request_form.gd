## The fields of a request: what to draw, which actions and views, how large, how long.
@tool
extends VBoxContainer

## The user asks for the clip.
signal wanted(request: Dictionary)
## The fields changed and were then left alone for a moment, with live preview on.
signal typed(request: Dictionary)

const Request := preload("../jobs/request.gd")
const PAUSE := 0.6
const SIZES: Array[int] = [32, 48, 64, 96, 128]

var _prompt := TextEdit.new()
var _kind := OptionButton.new()
var _actions := MenuButton.new()
var _directions := OptionButton.new()
var _width := SpinBox.new()
var _height := SpinBox.new()
var _frames := SpinBox.new()
var _fps := SpinBox.new()
var _seed := SpinBox.new()
var _new_seed := CheckBox.new()
var _loop := CheckBox.new()
var _live := CheckBox.new()
var _generate := Button.new()
var _pause := Timer.new()


func _init() -> void:
	_prompt.placeholder_text = "What to draw, for example: a red knight walking right"
	_prompt.custom_minimum_size = Vector2(0, 64)
	_prompt.wrap_mode = TextEdit.LINE_WRAPPING_BOUNDARY
	_fill_choices()
	_bound(_width, 16, 256, 16, 64)
	_bound(_height, 16, 256, 16, 64)
	_bound(_frames, 1, 64, 1, 8)
	_bound(_fps, 1, 60, 1, 12)
	_bound(_seed, 0, Request.MAX_SEED, 1, 0)
	_new_seed.text = "new each time"
	_new_seed.button_pressed = true
	_loop.text = "Loop"
	_loop.button_pressed = true
	_live.text = "Preview as I type"
	_generate.text = "Generate"
	_pause.one_shot = true
	_pause.wait_time = PAUSE
	_lay_out()
	_connect_all()


## The request that the fields describe.
func request() -> Dictionary:
	return (
		Request
		. build(
			{
				"prompt": _prompt.text,
				"num_frames": int(_frames.value),
				"width": int(_width.value),
				"height": int(_height.value),
				"fps": _fps.value,
				"seed": int(_seed.value),
				"loop": _loop.button_pressed,
				"actions": _checked_actions(),
				"directions": Request.DIRECTIONS[maxi(0, _directions.selected)],
			}
		)
	)


## Sets the fields to a request from the history.
func show_request(given: Dictionary) -> void:
	_prompt.text = str(given.get("prompt", ""))
	_frames.value = _number(given, "num_frames", 8.0)
	_width.value = _number(given, "width", 64.0)
	_height.value = _number(given, "height", 64.0)
	_fps.value = _number(given, "fps", 12.0)
	_seed.value = _number(given, "seed", 0.0)
	_new_seed.button_pressed = false
	var loops: bool = given.get("loop", true)
	_loop.button_pressed = loops
	var actions: Array = given.get("actions", [])
	_check_actions(actions)
	_directions.select(Request.DIRECTIONS.find(int(_number(given, "directions", 0.0))))


## Puts the cursor where the prompt is typed.
func take_cursor() -> void:
	_prompt.grab_focus()


## Types a prompt, as the user would.
func type(text: String) -> void:
	_prompt.text = text
	_on_edited()


## Asks for what the fields say, as the button does.
func generate() -> void:
	if _new_seed.button_pressed:
		_seed.set_value_no_signal(randi_range(0, Request.MAX_SEED))
	_pause.stop()
	wanted.emit(request())


## Turns the preview while typing on or off.
func set_live(live: bool) -> void:
	_live.button_pressed = live


func _fill_choices() -> void:
	for kind: Dictionary in Request.KINDS:
		_kind.add_item(str(kind["name"]))
	for count in Request.DIRECTIONS:
		_directions.add_item("as said" if count == 0 else str(count))
	var popup := _actions.get_popup()
	popup.hide_on_checkable_item_selection = false
	for action in Request.ACTIONS:
		popup.add_check_item(action)
	_actions.flat = false
	_check_actions([])


func _lay_out() -> void:
	add_child(_prompt)
	var grid := GridContainer.new()
	grid.columns = 2
	_row(grid, "Kind", [_kind])
	_row(grid, "Actions", [_actions])
	_row(grid, "Directions", [_directions])
	_row(grid, "Size", [_width, _height])
	_row(grid, "Frames, fps", [_frames, _fps])
	_row(grid, "Seed", [_seed, _new_seed])
	add_child(grid)
	var line := HBoxContainer.new()
	line.add_child(_loop)
	line.add_child(_live)
	add_child(line)
	add_child(_generate)
	add_child(_pause)


static func _row(grid: GridContainer, title: String, parts: Array[Control]) -> void:
	var label := Label.new()
	label.text = title
	grid.add_child(label)
	var line := HBoxContainer.new()
	line.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	for part in parts:
		part.size_flags_horizontal = Control.SIZE_EXPAND_FILL
		line.add_child(part)
	grid.add_child(line)


func _connect_all() -> void:
	_prompt.text_changed.connect(_on_edited)
	_kind.item_selected.connect(_on_kind)
	_actions.get_popup().index_pressed.connect(_on_action)
	_directions.item_selected.connect(func(_index: int) -> void: _on_edited())
	for box: SpinBox in [_width, _height, _frames, _fps, _seed]:
		box.value_changed.connect(func(_value: float) -> void: _on_edited())
	_loop.toggled.connect(func(_on: bool) -> void: _on_edited())
	_live.toggled.connect(func(_on: bool) -> void: _on_edited())
	_generate.pressed.connect(generate)
	_pause.timeout.connect(_on_pause)


static func _bound(box: SpinBox, low: float, high: float, step: float, value: float) -> void:
	box.min_value = low
	box.max_value = high
	box.step = step
	box.value = value


static func _number(given: Dictionary, name: String, otherwise: float) -> float:
	return float(str(given.get(name, otherwise)))


func _checked_actions() -> Array[String]:
	var found: Array[String] = []
	var popup := _actions.get_popup()
	for index in popup.item_count:
		if popup.is_item_checked(index):
			found.append(popup.get_item_text(index))
	return found


func _check_actions(names: Array) -> void:
	var popup := _actions.get_popup()
	for index in popup.item_count:
		popup.set_item_checked(index, names.has(popup.get_item_text(index)))
	var checked := _checked_actions()
	_actions.text = "as said" if checked.is_empty() else ", ".join(PackedStringArray(checked))


func _on_action(index: int) -> void:
	_actions.get_popup().toggle_item_checked(index)
	_check_actions(_checked_actions())
	_on_edited()


func _on_kind(index: int) -> void:
	var kind: Dictionary = Request.KINDS[index]
	var actions: Array = kind["actions"]
	var directions: int = kind["directions"]
	var frames: int = kind["num_frames"]
	_check_actions(actions)
	_directions.select(Request.DIRECTIONS.find(directions))
	_frames.value = frames
	_loop.button_pressed = not kind.has("once")
	_on_edited()


func _on_edited() -> void:
	if _live.button_pressed and is_inside_tree():
		_pause.start()


func _on_pause() -> void:
	if not _prompt.text.strip_edges().is_empty():
		typed.emit(request())
