## Plays a simulated game of a Playreel server, with the project's own InputMap.
##
## Put it into a scene, name a `world` of the server, and run. Each action of the world is pressed
## while the InputMap action of the same name is, or the one that `input_actions` gives it.
@icon("../icon.svg")
class_name PlayreelWorld
extends TextureRect

## A new frame is shown; `tick` counts the frames of the game.
signal frame_ready(tick: int)
## Time from a key to the first frame that knows of it, in milliseconds.
signal latency_changed(milliseconds: float)
## Frames were missed, or the game was lost with its connection: `missed` is then -1.
signal desynchronised(missed: int)
## The game runs; `actions` are the names of what can be done in it.
signal opened(actions: PackedStringArray)
## There is no game: no server, no such world, or the server refused; says why.
signal failed(why: String)

## `tick` runs at `fps`; `lockstep` makes one frame an action, when `step` is called.
enum Mode { TICK, LOCKSTEP }

const Asks := preload("../wire/asks.gd")
const Assembly := preload("../wire/assembly.gd")
const Connection := preload("../link/connection.gd")
const Frame := preload("../wire/frame.gd")
const MODES: Array[String] = ["tick", "lockstep"]
const VERSION := "0.1.0"
const BUDGET := 4000
const MOST_FRAME := 4194304
const INBOUND := 1048576

## Name of a world of the server; empty takes its first.
@export var world: String = ""
@export var seed_value: int = 0
@export var mode: Mode = Mode.TICK
@export_range(1.0, 120.0) var fps: float = 25.0
## InputMap actions by the world's actions, where their names differ.
@export var input_actions: Dictionary = {}
## Plays as soon as the node is in the running scene.
@export var autoplay: bool = true
## The server's state folder; empty means the usual one.
@export_global_dir var state_folder: String = ""

## Names of the world's actions, by number; empty while no game runs.
var actions := PackedStringArray()
## Names of what cells show, by number; the first means that it is not said.
var kinds := PackedStringArray()
## Rows and columns of the cells that `say_cells` takes; 0 where the world takes none.
var rows: int = 0
var columns: int = 0
## Share of the shown frame's cells that look like the world; -1 where it is not measured.
var valid: float = -1.0
## Of the frame that is shown; -1 before the first.
var tick: int = -1
## The frame that is shown, without alpha; null before the first.
var image: Image = null
## Of the newest key that a frame has answered, in milliseconds.
var latency: float = 0.0

var _connection: Connection = null
var _session: String = ""
var _act: int = 0
var _said := PackedInt32Array()
var _action: int = -1
var _sent: Dictionary = {}
var _pictures: Dictionary = {}
var _image_texture: ImageTexture = null


func _ready() -> void:
	if autoplay and not Engine.is_editor_hint():
		play()


func _exit_tree() -> void:
	stop()


func _process(_delta: float) -> void:
	if _connection == null:
		return
	_connection.poll(BUDGET)
	if mode == Mode.TICK and is_open():
		_hold(pressed_action())


## Connects and opens the game.
func play() -> void:
	stop()
	_connection = Connection.new("godot-game", VERSION)
	_connection.folder = state_folder
	_connection.inbound = INBOUND
	_connection.changed.connect(_on_connection_changed)
	_connection.heard.connect(_on_heard)
	_connection.frame_came.connect(_on_frame)
	_connection.connect_now()


## Ends the game and the connection.
func stop() -> void:
	if _connection != null:
		if not _session.is_empty():
			_connection.send(Asks.session_close("close", _session))
		_forget()
		_connection.disconnect_now()
	_connection = null


## Whether a game runs.
func is_open() -> bool:
	return not actions.is_empty()


## Does one action; the way to go on in lock-step. Nothing happens while no game runs.
func step(action: int) -> void:
	if is_open():
		_act += 1
		_sent[_act] = Time.get_ticks_usec()
		_connection.send(Asks.session_act("", _session, _act, action, _said))
		_said = PackedInt32Array()


## Tells what each cell of the next frames shows, row by row, as numbers of `kinds`; the state of
## the game is then this project's, and the world draws it. Zeros leave cells to the world. In
## lock-step it goes with the next `step`.
func say_cells(cells: PackedInt32Array) -> void:
	_said = cells
	if mode == Mode.TICK:
		step(maxi(_action, 0))


## Keeps the state of the game under a name.
func keep(snapshot: String) -> void:
	if is_open():
		_connection.send(Asks.session_snapshot("keep", _session, snapshot))


## Puts the game back to a state that was kept.
func restore(snapshot: String) -> void:
	if is_open():
		_connection.send(Asks.session_restore("restore", _session, snapshot))


## The world's action whose InputMap action is pressed, or 0, which does nothing.
func pressed_action() -> int:
	for index in actions.size():
		var input: StringName = input_actions.get(actions[index], actions[index])
		if InputMap.has_action(input) and Input.is_action_pressed(input):
			return index
	return 0


func _hold(action: int) -> void:
	if action != _action:
		_action = action
		step(action)


func _on_connection_changed() -> void:
	if _connection.is_ready():
		_open()
	elif is_open():
		_forget()
		desynchronised.emit(-1)
	elif _connection.state in [Connection.State.MISSING, Connection.State.REFUSED]:
		failed.emit("%s %s" % [_connection.reason, _connection.fix])


func _open() -> void:
	var worlds: Array = _connection.server["worlds"]
	var chosen := world
	if chosen.is_empty() and not worlds.is_empty():
		chosen = str(worlds[0])
	if not worlds.has(chosen):
		failed.emit("The server has no world %s; it has: %s." % [chosen, ", ".join(worlds)])
		return
	_session = "godot-%d-%d" % [OS.get_process_id(), get_instance_id()]
	_connection.send(Asks.session_open("open", _session, chosen, seed_value, MODES[mode], fps))


func _on_heard(body: Dictionary) -> void:
	match str(body["type"]):
		"session.opened":
			actions = PackedStringArray(body["actions"])
			kinds = PackedStringArray(body.get("kinds", []))
			rows = body.get("rows", 0)
			columns = body.get("columns", 0)
			tick = -1
			opened.emit(actions)
		"session.state":
			if body["state"] == "restored":
				tick = -1
			elif body["state"] == "closed" and is_open():
				_forget()
				desynchronised.emit(-1)
		"error":
			failed.emit(str(body["message"]))


func _on_frame(frame: Frame) -> void:
	if frame.kind != Frame.SESSION:
		return
	if frame.index == 0:
		_pictures[frame.stream] = Assembly.new(MOST_FRAME)
	if not _pictures.has(frame.stream):
		return
	var assembly: Assembly = _pictures[frame.stream]
	if not assembly.add(frame).is_empty():
		_pictures.erase(frame.stream)
	elif assembly.complete:
		_pictures.erase(frame.stream)
		_show(assembly.metadata, assembly.content)


func _show(metadata: Dictionary, pixels: PackedByteArray) -> void:
	var width := int(str(metadata.get("width", 0)))
	var height := int(str(metadata.get("height", 0)))
	if pixels.size() != width * height * 3 or pixels.is_empty():
		return
	image = Image.create_from_data(width, height, false, Image.FORMAT_RGB8, pixels)
	if _image_texture == null or Vector2i(_image_texture.get_size()) != image.get_size():
		_image_texture = ImageTexture.create_from_image(image)
		texture = _image_texture
	else:
		_image_texture.update(image)
	valid = float(str(metadata.get("valid", -1.0)))
	_measure(int(str(metadata.get("act", 0))))
	_count(int(str(metadata.get("tick", 0))))


func _measure(act: int) -> void:
	if _sent.has(act):
		var at: int = _sent[act]
		latency = (Time.get_ticks_usec() - at) / 1000.0
		latency_changed.emit(latency)
	for known: int in _sent.keys():
		if known <= act:
			_sent.erase(known)


func _count(now: int) -> void:
	var missed := now - tick - 1
	var known := tick >= 0
	tick = now
	if known and missed > 0:
		desynchronised.emit(missed)
	frame_ready.emit(now)


func _forget() -> void:
	_session = ""
	_action = -1
	_sent.clear()
	_pictures.clear()
	_said = PackedInt32Array()
	actions = PackedStringArray()
