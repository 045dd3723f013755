## One line to the server: finds it, shows the token, greets, and comes back after a loss.
##
## Call `poll` every frame. Nothing here waits: each call does what can be done at once. Before
## the websocket a plain `GET /version` tells a wrong token from a wrong version or a dead
## server, which a failed websocket handshake in Godot does not.
extends RefCounted

## The state, or the reason for it, is another than before.
signal changed
## A message came; `body` has every field of its type.
signal heard(body: Dictionary)
## A binary message came.
signal frame_came(frame: Frame)

enum State { OFF, MISSING, ASKING, OPENING, GREETING, READY, WAITING, REFUSED }

const Asks := preload("../wire/asks.gd")
const Codec := preload("../wire/codec.gd")
const Frame := preload("../wire/frame.gd")
const StateFolder := preload("state_folder.gd")
const PORTS_FIX := "Press Start server, or run `playreel serve`."
const UPDATE_FIX := "Update both: pip install -U playreel, then playreel bridge godot PROJECT."
## Largest message the server may send, in bytes; small ones keep each tick short.
const MAX_FRAME := 65536
## Bytes; one message of 8 MB fits. Godot's default closes the line at 64 KiB.
const INBOUND := 16777216
const OUTBOUND := 1048576
const MOST_PACKETS := 32
const BACK_OFF: Array[int] = [1000, 2000, 4000, 8000, 16000, 30000]
const LOOK_AGAIN := 1000
const ANSWER_TIME := 10000
const PING_AFTER := 20000
const LOST_AFTER := 60000

var state: State = State.OFF
## Why it is so, one sentence for people.
var reason: String = ""
## What to do about it.
var fix: String = ""
## The server's answer to `hello`.
var server: Dictionary = {}
## Where to look for the server; empty means the usual state folder.
var folder: String = ""
var inbound: int = INBOUND

var _client: String
var _version: String
var _found: StateFolder = StateFolder.new()
var _http: HTTPClient = null
var _body := PackedByteArray()
var _socket: WebSocketPeer = null
var _attempts: int = 0
var _until: int = 0
var _last_heard: int = 0
var _last_ping: int = 0
var _refused: String = ""


func _init(client: String, version: String) -> void:
	_client = client
	_version = version


## Starts looking for the server, at once.
func connect_now() -> void:
	_drop()
	_attempts = 0
	_refused = ""
	_begin()


## Ends the connection and stays away.
func disconnect_now() -> void:
	_drop()
	_set_state(State.OFF, "Not connected.", "Press Connect.")


## Whether messages can be sent.
func is_ready() -> bool:
	return state == State.READY


## The pid of the server that is or was connected, 0 when none is known.
func server_pid() -> int:
	return _found.pid


## Sends a message; false when there is no connection, or its buffer is full.
func send(message: Dictionary) -> bool:
	if _socket == null or _socket.get_ready_state() != WebSocketPeer.STATE_OPEN:
		return false
	return _socket.send_text(Codec.encode(message)) == OK


## Does what can be done now, in about `budget` microseconds.
func poll(budget: int) -> void:
	match state:
		State.MISSING, State.WAITING, State.REFUSED:
			_look_again()
		State.ASKING:
			_poll_question()
		State.OPENING:
			_poll_opening()
		State.GREETING, State.READY:
			_poll_socket(budget)


func _look_again() -> void:
	if Time.get_ticks_msec() < _until:
		return
	if state == State.REFUSED:
		_until = Time.get_ticks_msec() + LOOK_AGAIN
		_found.read(folder)
		if _found.fingerprint == _refused:
			return
	_begin()


func _begin() -> void:
	_found.read(folder)
	if not _found.problem.is_empty():
		_until = Time.get_ticks_msec() + LOOK_AGAIN
		_set_state(State.MISSING, _found.problem, PORTS_FIX)
		return
	_http = HTTPClient.new()
	_body.clear()
	_until = Time.get_ticks_msec() + ANSWER_TIME
	_set_state(State.ASKING, "Looking for the server at %s." % _found.address(), "")
	if _http.connect_to_host(_found.host, _found.port) != OK:
		_fail("%s is no address." % _found.address(), PORTS_FIX)


func _poll_question() -> void:
	_http.poll()
	match _http.get_status():
		HTTPClient.STATUS_CONNECTED:
			if _http.has_response():
				_judge_answer()
			elif _http.request(HTTPClient.METHOD_GET, "/version", _headers()) != OK:
				_fail("The server at %s hung up." % _found.address(), PORTS_FIX)
		HTTPClient.STATUS_BODY:
			_body.append_array(_http.read_response_body_chunk())
			# the server hangs up after its answer, which the next poll would take for a loss
			if _http.get_status() != HTTPClient.STATUS_BODY:
				_judge_answer()
		HTTPClient.STATUS_DISCONNECTED:
			_judge_answer()
		HTTPClient.STATUS_CANT_CONNECT, HTTPClient.STATUS_CANT_RESOLVE:
			_fail("Nothing answers at %s; the server has ended." % _found.address(), PORTS_FIX)
		HTTPClient.STATUS_CONNECTION_ERROR, HTTPClient.STATUS_TLS_HANDSHAKE_ERROR:
			_fail("The server at %s hung up." % _found.address(), PORTS_FIX)
	if state == State.ASKING and Time.get_ticks_msec() > _until:
		_fail("The server at %s does not answer." % _found.address(), "Start it again.")


func _headers() -> PackedStringArray:
	return PackedStringArray(["Authorization: Bearer " + _found.token])


func _judge_answer() -> void:
	var code := _http.get_response_code()
	_http.close()
	_http = null
	if code == 401:
		_refuse(
			"The server refused the token in %s." % _found.folder.path_join(StateFolder.TOKEN_FILE),
			"Start the server again, or choose its state folder in the Editor Settings, Playreel."
		)
		return
	if code == 429 or code == 503:
		_fail("The server at %s is busy." % _found.address(), "It is asked again shortly.")
		return
	var protocols := _protocols()
	if code != 200 or protocols.is_empty():
		_refuse("Another program answers at %s." % _found.address(), PORTS_FIX)
	elif not protocols.has(Codec.SUBPROTOCOL):
		var spoken: String = ", ".join(protocols)
		var said: Array[String] = [_found.version, spoken, _version, Codec.SUBPROTOCOL]
		_refuse("The server %s speaks %s, this plugin %s speaks %s." % said, UPDATE_FIX)
	else:
		_open()


func _protocols() -> PackedStringArray:
	var json := JSON.new()
	var found := PackedStringArray()
	if json.parse(_body.get_string_from_ascii()) == OK and json.data is Dictionary:
		var answer: Dictionary = json.data
		var named: Variant = answer.get("protocols")
		if named is Array:
			for name: Variant in named:
				found.append(str(name))
	return found


func _open() -> void:
	_socket = WebSocketPeer.new()
	_socket.inbound_buffer_size = inbound
	_socket.outbound_buffer_size = OUTBOUND
	_socket.handshake_headers = _headers()
	_socket.supported_protocols = PackedStringArray([Codec.SUBPROTOCOL])
	_until = Time.get_ticks_msec() + ANSWER_TIME
	_set_state(State.OPENING, "Connecting to %s." % _found.address(), "")
	if _socket.connect_to_url("ws://%s/" % _found.address()) != OK:
		_fail("The server at %s hung up." % _found.address(), PORTS_FIX)


func _poll_opening() -> void:
	_socket.poll()
	match _socket.get_ready_state():
		WebSocketPeer.STATE_OPEN:
			_last_heard = Time.get_ticks_msec()
			_last_ping = _last_heard
			_set_state(State.GREETING, "Greeting the server.", "")
			send(Asks.hello("hello", _client, _version, MAX_FRAME))
		WebSocketPeer.STATE_CLOSED:
			_fail("The server at %s refused the websocket." % _found.address(), PORTS_FIX)
		_:
			if Time.get_ticks_msec() > _until:
				_fail("The server at %s does not answer." % _found.address(), "Start it again.")


func _poll_socket(budget: int) -> void:
	var stop := Time.get_ticks_usec() + budget
	_socket.poll()
	var packets: int = 0
	while _socket != null and _socket.get_available_packet_count() > 0:
		_take(_socket.get_packet())
		packets += 1
		if packets >= MOST_PACKETS or Time.get_ticks_usec() >= stop:
			return
	if _socket == null:
		return
	if _socket.get_ready_state() == WebSocketPeer.STATE_CLOSED:
		var code := _socket.get_close_code()
		_fail(_why_closed(code), "It is tried again.")
	else:
		_watch_silence()


func _take(packet: PackedByteArray) -> void:
	_last_heard = Time.get_ticks_msec()
	if not _socket.was_string_packet():
		_take_frame(packet)
		return
	var decoded := Codec.new()
	var problem := decoded.decode(packet.get_string_from_utf8())
	if not problem.is_empty():
		push_warning("Playreel: %s %s" % [problem, UPDATE_FIX])
	elif state == State.GREETING:
		_take_greeting(decoded.body)
	else:
		heard.emit(decoded.body)


func _take_frame(packet: PackedByteArray) -> void:
	var frame := Frame.new()
	var problem := frame.decode(packet)
	if problem.is_empty():
		frame_came.emit(frame)
	else:
		_fail("The line is damaged: %s" % problem, "It is tried again.")


func _take_greeting(body: Dictionary) -> void:
	if body["type"] == "hello_ok":
		_attempts = 0
		server = body
		_set_state(State.READY, "Connected to Playreel %s." % body["server"], "")
	elif body["type"] == "error":
		_refuse("The server refused the greeting: %s" % body["message"], UPDATE_FIX)


func _why_closed(code: int) -> String:
	match code:
		1009:
			return "A message was larger than the line takes."
		4003:
			return "The server was sent too many messages."
		4004:
			return "The server was stopped."
		4005:
			return "The server was sent a damaged message."
	return "The connection to the server was lost."


func _watch_silence() -> void:
	var now := Time.get_ticks_msec()
	if now - _last_heard > LOST_AFTER:
		_fail("The server says nothing more.", "It is tried again.")
	elif now - maxi(_last_heard, _last_ping) > PING_AFTER:
		_last_ping = now
		send(Asks.ping("ping"))


func _fail(why: String, what_to_do: String) -> void:
	_drop()
	var step := mini(_attempts, BACK_OFF.size() - 1)
	_attempts += 1
	_until = Time.get_ticks_msec() + int(BACK_OFF[step] * randf_range(0.8, 1.2))
	_set_state(State.WAITING, why, what_to_do)


func _refuse(why: String, what_to_do: String) -> void:
	_drop()
	_refused = _found.fingerprint
	_until = Time.get_ticks_msec() + LOOK_AGAIN
	_set_state(State.REFUSED, why, what_to_do)


func _drop() -> void:
	if _http != null:
		_http.close()
		_http = null
	if _socket != null:
		_socket.close(1000, "")
		_socket.poll()
		_socket = null


func _set_state(next: State, why: String, what_to_do: String) -> void:
	if next == state and why == reason and what_to_do == fix:
		return
	state = next
	reason = why
	fix = what_to_do
	changed.emit()
