## Draws exported scenes in a real window and saves what it shows as res://drawn.png.
##
## Each frame of each scene has a cell of its own; a light from the left shades what is lit.
extends SceneTree

const CELL := 64
var frame := 0


func _initialize() -> void:
	var asked: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://asked.json"))
	root.size = Vector2i(CELL * 8, CELL * 4)
	RenderingServer.set_default_clear_color(Color8(40, 90, 200))
	for cell: Dictionary in asked["drawn"]:
		var node: Node2D = load(cell["scene"]).instantiate()
		root.add_child(node)
		node.position = Vector2(cell["x"], cell["y"])
		show_frame(node, cell["animation"], cell["at"])
	if asked["light"]:
		add_light()


func show_frame(node: Node2D, animation: String, at: float) -> void:
	if node is AnimatedSprite2D:
		node.play(animation)
		node.pause()
		node.frame = roundi(at)
		return
	var player: AnimationPlayer = node.get_node("AnimationPlayer")
	player.play(animation)
	player.seek(at, true)
	player.pause()


func add_light() -> void:
	var dark := CanvasModulate.new()
	dark.color = Color.BLACK
	root.add_child(dark)
	var sun := DirectionalLight2D.new()
	sun.rotation = deg_to_rad(90)
	root.add_child(sun)


func _process(_delta: float) -> bool:
	frame += 1
	if frame < 4:
		return false
	root.get_texture().get_image().save_png("res://drawn.png")
	return true
