## Takes a walk in a world through PlayreelWorld and writes the hash of every frame.
extends SceneTree

const PATIENCE := 180000

var _hashes: PackedStringArray = []
var _why := ""


func _initialize() -> void:
	_walk.call_deferred()


func _walk() -> void:
	var given: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("res://given.json"))
	var world := PlayreelWorld.new()
	world.state_folder = given["state"]
	world.world = given["world"]
	world.seed_value = int(str(given["seed"]))
	world.mode = 1
	world.frame_ready.connect(func(_tick: int) -> void: _hashes.append(_hash(world.image)))
	world.failed.connect(func(why: String) -> void: _why = why)
	root.add_child(world)
	await _until(1)
	var actions: Array = given["actions"]
	for index in actions.size():
		world.step(int(str(actions[index])))
		await _until(index + 2)
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify({"hashes": _hashes, "failed": _why}))
	file.close()
	root.remove_child(world)
	world.free()
	quit()


## Waits for so many frames, or for a failure.
func _until(count: int) -> void:
	var stop := Time.get_ticks_msec() + PATIENCE
	while _hashes.size() < count and _why.is_empty():
		if Time.get_ticks_msec() > stop:
			push_error("frame %d never came" % count)
			quit(1)
		await process_frame


static func _hash(image: Image) -> String:
	var pixels := image.duplicate() as Image
	pixels.convert(Image.FORMAT_RGB8)
	var context := HashingContext.new()
	context.start(HashingContext.HASH_SHA256)
	context.update(pixels.get_data())
	return context.finish().hex_encode()
