## Plays the frames of a sheet, hard pixels on a checkerboard.
@tool
extends Control

const Sheet := preload("../sheets/sheet.gd")
const SQUARE := 8.0
const LIGHT := Color(0.36, 0.36, 0.36)
const DARK := Color(0.29, 0.29, 0.29)

var _texture: ImageTexture = null
var _sheet: Sheet = null
var _tag: int = 0
var _place: int = 0
var _shown: float = 0.0


func _init() -> void:
	custom_minimum_size = Vector2(0, 160)
	texture_filter = CanvasItem.TEXTURE_FILTER_NEAREST
	clip_contents = true


## Plays a picture as a sheet says; unfinished frames and finished ones alike.
func show_sheet(image: Image, sheet: Sheet) -> void:
	if _texture != null and Vector2i(_texture.get_size()) == image.get_size():
		_texture.set_image(image)
	else:
		_texture = ImageTexture.create_from_image(image)
	if _sheet == null or _sheet.num_frames != sheet.num_frames or _tag >= sheet.tags.size():
		_tag = 0
		_place = 0
	_sheet = sheet
	queue_redraw()


## Shows nothing.
func clear() -> void:
	_texture = null
	_sheet = null
	queue_redraw()


## Whether frames are shown.
func has_frames() -> bool:
	return _sheet != null


## Plays another tag of the sheet.
func play_tag(tag: int) -> void:
	_tag = tag
	_place = 0
	_shown = 0.0
	queue_redraw()


## Number of the frame that is shown.
func frame() -> int:
	if _sheet == null:
		return 0
	var order := Sheet.play_order(_sheet.tags[_tag])
	return order[_place % order.size()]


## Where the frame is drawn, in pixels of this control; nowhere when there is none.
func frame_rect() -> Rect2:
	if _sheet == null:
		return Rect2()
	var size_of := Vector2(_sheet.width, _sheet.height)
	var fit := minf(size.x / size_of.x, size.y / size_of.y)
	# whole factors keep pixels square
	var factor := floorf(fit) if fit >= 1.0 else fit
	var drawn := size_of * factor
	return Rect2(((size - drawn) / 2.0).floor(), drawn)


## The pixels of the frame that is shown; null when there is none.
func frame_image() -> Image:
	return _texture.get_image().get_region(_sheet.region(frame())) if _sheet != null else null


func _process(delta: float) -> void:
	if _sheet == null or not is_visible_in_tree():
		return
	_shown += delta
	if _shown >= _sheet.seconds(frame()):
		_shown = 0.0
		_place += 1
		queue_redraw()


func _draw() -> void:
	_draw_board()
	if _sheet == null:
		return
	draw_texture_rect_region(_texture, frame_rect(), Rect2(_sheet.region(frame())))


func _draw_board() -> void:
	draw_rect(Rect2(Vector2.ZERO, size), DARK)
	for row in ceili(size.y / SQUARE):
		for column in ceili(size.x / SQUARE):
			if (row + column) % 2 == 0:
				var corner := Vector2(column, row) * SQUARE
				draw_rect(Rect2(corner, Vector2(SQUARE, SQUARE)), LIGHT)
