## A sprite that walks to the left and right with the arrow keys.
extends AnimatedSprite2D

const SPEED := 90.0
const MARGIN := 32.0


func _process(delta: float) -> void:
	var direction := Input.get_axis(&"ui_left", &"ui_right")
	if is_zero_approx(direction):
		pause()
		return
	play()
	flip_h = direction < 0.0
	var width := get_viewport_rect().size.x
	position.x = clampf(position.x + direction * SPEED * delta, MARGIN, width - MARGIN)
