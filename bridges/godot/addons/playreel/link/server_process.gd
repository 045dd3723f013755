## Starts `playreel serve` when asked to, and ends only what it started itself.
extends RefCounted

## Its state, or what it has to say, is another than before.
signal changed

const NEVER_RAN := 2000
const INSTALL_FIX := (
	"Install it with pip install playreel, or give its full path in the Editor Settings, "
	+ "Playreel, Server Command."
)

## One sentence for people; empty when there is nothing to say.
var problem: String = ""

var _pid: int = -1
var _started: int = 0
var _command: String = ""


## Whether the server that was started here still runs.
func is_running() -> bool:
	return _pid > 0 and OS.is_process_running(_pid)


## Runs `command`, words separated by spaces, quotes allowed, followed by `serve`.
func start(command: String, folder: String) -> void:
	if is_running():
		return
	_command = command
	var words := split_words(command)
	if words.is_empty():
		_say("No server command is set. " + INSTALL_FIX)
		return
	var arguments := words.slice(1)
	arguments.append_array(PackedStringArray(["serve", "--port", "0"]))
	if not folder.is_empty():
		arguments.append_array(PackedStringArray(["--state", folder]))
	_started = Time.get_ticks_msec()
	_pid = OS.create_process(words[0], arguments)
	_say("" if _pid > 0 else "%s cannot be started. %s" % [words[0], INSTALL_FIX])


## Ends the server that was started here; any other is left alone.
func stop() -> void:
	if is_running():
		_end(_pid)
	_pid = -1
	_say("")


## Looks whether the server has ended by itself.
func poll() -> void:
	if _pid > 0 and not OS.is_process_running(_pid):
		var code := OS.get_process_exit_code(_pid)
		_pid = -1
		# this is how Godot says that there was no such program
		var never_ran := code == 9 and Time.get_ticks_msec() - _started < NEVER_RAN
		if code == 127 or never_ran:
			_say("%s cannot be started. %s" % [_command, INSTALL_FIX])
		else:
			var said: Array = [_command, code]
			_say("%s serve ended with code %d; run it in a terminal to see why." % said)


## The words of a command line; quotes keep a path with spaces together.
static func split_words(command: String) -> PackedStringArray:
	var words := PackedStringArray()
	var word := ""
	var quote := ""
	for letter in command.strip_edges():
		if not quote.is_empty():
			if letter == quote:
				quote = ""
			else:
				word += letter
		elif letter == '"' or letter == "'":
			quote = letter
		elif letter != " ":
			word += letter
		elif not word.is_empty():
			words.append(word)
			word = ""
	if not word.is_empty():
		words.append(word)
	return words


## A signal lets the server keep its queue in order; `OS.kill` would not, except on Windows.
static func _end(pid: int) -> void:
	if OS.get_name() == "Windows":
		OS.kill(pid)
	else:
		OS.create_process("kill", PackedStringArray(["-TERM", str(pid)]))


func _say(sentence: String) -> void:
	if sentence != problem:
		problem = sentence
	changed.emit()
