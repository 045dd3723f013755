## Shows where a simulated game stands, or why there is none.
extends Label

@export var world: PlayreelWorld


func _ready() -> void:
	world.opened.connect(_on_opened)
	world.latency_changed.connect(_on_latency_changed)
	world.desynchronised.connect(_on_desynchronised)
	world.failed.connect(_on_failed)


func _on_opened(actions: PackedStringArray) -> void:
	text = "Actions: " + ", ".join(actions)


func _on_latency_changed(milliseconds: float) -> void:
	text = "%.0f ms from key to frame" % milliseconds


func _on_desynchronised(missed: int) -> void:
	if missed < 0:
		text = "The game was lost with its server."


func _on_failed(why: String) -> void:
	text = why
