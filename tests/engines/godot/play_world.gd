## Plays games through PlayreelWorld in a running game and writes all that its signals said.
extends SceneTree

const PATIENCE := 180000

var _given: Dictionary
var _seen: Dictionary = {}


func _initialize() -> void:
	_given = JSON.parse_string(FileAccess.get_file_as_string("res://given.json"))
	_play.call_deferred()


func _play() -> void:
	await _in_lockstep()
	await _with_cells()
	await _in_ticks()
	await _without_such_a_world()
	await _without_a_server()
	await _with_a_server_that_goes()
	var file := FileAccess.open("res://seen.json", FileAccess.WRITE)
	file.store_string(JSON.stringify(_seen))
	file.close()
	quit()


func _in_lockstep() -> void:
	var world := _world("lockstep", "live", {"world": "dots", "seed_value": 5, "mode": 1})
	var said: Dictionary = _seen["lockstep"]
	var shown: Array = said["shown"]
	await _until(func() -> bool: return shown.size() == 1)
	said["grid"] = [world.rows, world.columns, Array(world.kinds)]
	for action: int in [1, 2, 0, 2]:
		var before := shown.size()
		world.step(action)
		await _until(func() -> bool: return shown.size() > before)
	world.keep("here")
	world.step(1)
	await _until(func() -> bool: return shown.size() == 6)
	world.restore("here")
	await _until(func() -> bool: return shown.size() == 7)
	_end(world)


func _with_cells() -> void:
	var world := _world("cells", "live", {"world": "dots", "seed_value": 5, "mode": 1})
	var said: Dictionary = _seen["cells"]
	var shown: Array = said["shown"]
	await _until(func() -> bool: return shown.size() == 1)
	world.say_cells(PackedInt32Array([1, 2, 0, 0, 2, 1]))
	for action: int in [1, 1]:
		var before := shown.size()
		world.step(action)
		await _until(func() -> bool: return shown.size() > before)
	said["valid"] = world.valid
	_end(world)


func _in_ticks() -> void:
	InputMap.add_action(&"left")
	InputMap.add_action(&"go_right")
	var more := {"world": "dots", "seed_value": 1, "fps": 20.0}
	more["input_actions"] = {"right": "go_right"}
	var world := _world("ticks", "live", more)
	var said: Dictionary = _seen["ticks"]
	var latencies: Array = said["latencies"]
	await _until(func() -> bool: return latencies.size() >= 1)
	var pressed: Array[int] = []
	for name: StringName in [&"left", &"go_right"]:
		Input.action_press(name)
		pressed.append(world.pressed_action())
		var before := latencies.size()
		await _until(func() -> bool: return latencies.size() > before)
		Input.action_release(name)
	pressed.append(world.pressed_action())
	said["pressed"] = pressed
	_end(world)


func _without_such_a_world() -> void:
	await _fails("no_world", "live", {"world": "chess"})


func _without_a_server() -> void:
	await _fails("no_server", "empty", {})


func _with_a_server_that_goes() -> void:
	var world := _world("lost", "going", {"mode": 1})
	var said: Dictionary = _seen["lost"]
	var opened: Array = said["opened"]
	await _until(func() -> bool: return opened.size() == 1)
	OS.create_process("kill", PackedStringArray(["-TERM", str(int(str(_given["going_pid"])))]))
	var missed: Array = said["missed"]
	await _until(func() -> bool: return not missed.is_empty())
	world.step(1)
	said["open_after"] = world.is_open()
	_end(world)


func _fails(name: String, folder: String, more: Dictionary) -> void:
	var world := _world(name, folder, more)
	var said: Dictionary = _seen[name]
	var why: Array = said["failed"]
	await _until(func() -> bool: return not why.is_empty())
	_end(world)


func _world(name: String, folder: String, more: Dictionary) -> PlayreelWorld:
	var world := PlayreelWorld.new()
	var states: String = _given["states"]
	world.state_folder = states.path_join(folder)
	for property: String in more:
		world.set(property, more[property])
	var said := {"shown": [], "opened": [], "missed": [], "latencies": [], "failed": []}
	_seen[name] = said
	world.frame_ready.connect(
		func(tick: int) -> void:
			var first := world.image.get_data().slice(0, 3).hex_encode()
			var sides := [world.texture.get_width(), world.texture.get_height()]
			said["shown"].append({"tick": tick, "pixel": first, "sides": sides})
	)
	world.opened.connect(func(names: PackedStringArray) -> void: said["opened"].append(names))
	world.desynchronised.connect(func(count: int) -> void: said["missed"].append(count))
	world.latency_changed.connect(func(now: float) -> void: said["latencies"].append(now))
	world.failed.connect(func(why: String) -> void: said["failed"].append(why))
	root.add_child(world)
	return world


static func _end(world: PlayreelWorld) -> void:
	world.get_parent().remove_child(world)
	world.free()


func _until(condition: Callable) -> void:
	var stop := Time.get_ticks_msec() + PATIENCE
	while not condition.call():
		if Time.get_ticks_msec() > stop:
			push_error("this never came true in %s" % str(_seen))
			quit(1)
		await process_frame
