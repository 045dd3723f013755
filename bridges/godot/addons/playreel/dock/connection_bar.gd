## Says whether there is a server, why not, and what to do; starts one when asked.
@tool
extends VBoxContainer

## The user wants the connection, or no longer wants it.
signal connect_pressed
signal disconnect_pressed
## The user wants a server, or wants the one that was started here to end.
signal start_pressed
signal stop_pressed

const Connection := preload("../link/connection.gd")
const READY_COLOR := Color(0.45, 0.85, 0.5)
const BUSY_COLOR := Color(0.95, 0.8, 0.4)
const LOST_COLOR := Color(0.95, 0.5, 0.45)

var _dot := Label.new()
var _reason := Label.new()
var _fix := Label.new()
var _connect := Button.new()
var _server := Button.new()
var _owns_server: bool = false
var _is_off: bool = true


func _init() -> void:
	var line := HBoxContainer.new()
	_dot.text = "●"
	_reason.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	for label: Label in [_reason, _fix]:
		label.autowrap_mode = TextServer.AUTOWRAP_WORD_SMART
		label.custom_minimum_size = Vector2(120, 0)
	_connect.pressed.connect(_on_connect)
	_server.pressed.connect(_on_server)
	for part: Control in [_dot, _reason]:
		line.add_child(part)
	var buttons := HBoxContainer.new()
	for button: Control in [_connect, _server]:
		buttons.add_child(button)
	for part: Control in [line, _fix, buttons]:
		add_child(part)


## Shows where the connection stands, and what a server process has to say.
func show_state(connection: Connection, server_problem: String, owns_server: bool) -> void:
	_owns_server = owns_server
	_is_off = connection.state == Connection.State.OFF
	var ready_now := connection.is_ready()
	var starting := owns_server and not ready_now and server_problem.is_empty()
	_reason.text = "The server is starting." if starting else connection.reason
	_fix.text = server_problem if not server_problem.is_empty() else connection.fix
	_fix.visible = not _fix.text.is_empty() and not ready_now and not starting
	_connect.text = "Connect" if _is_off else ("Disconnect" if ready_now else "Connect now")
	_server.text = "Stop server" if owns_server else "Start server"
	_server.visible = owns_server or not ready_now
	_dot.modulate = _color_of(connection.state)


## The two sentences that are shown, for those who cannot see the colour.
func text() -> String:
	return _reason.text + (" " + _fix.text if _fix.visible else "")


func _on_connect() -> void:
	if _connect.text == "Disconnect":
		disconnect_pressed.emit()
	else:
		connect_pressed.emit()


func _on_server() -> void:
	if _owns_server:
		stop_pressed.emit()
	else:
		start_pressed.emit()


static func _color_of(state: Connection.State) -> Color:
	match state:
		Connection.State.READY:
			return READY_COLOR
		Connection.State.ASKING, Connection.State.OPENING, Connection.State.GREETING:
			return BUSY_COLOR
	return LOST_COLOR
