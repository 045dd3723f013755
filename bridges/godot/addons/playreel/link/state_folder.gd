## The user's state folder, where a running server says how to reach it.
extends RefCounted

const SERVER_FILE := "server.json"
const TOKEN_FILE := "token"

var folder: String = ""
var host: String = ""
var port: int = 0
var pid: int = 0
var version: String = ""
var token: String = ""
## Why no server can be reached from here; empty when one may be there.
var problem: String = ""
## The files' text: a server that was refused is asked again only after it changes.
var fingerprint: String = ""


## Where this user's state of Playreel lives on this system.
static func usual_folder() -> String:
	match OS.get_name():
		"Windows":
			return OS.get_environment("LOCALAPPDATA").path_join("playreel")
		"macOS":
			var home := OS.get_environment("HOME")
			return home.path_join("Library/Application Support/playreel")
	var state := OS.get_environment("XDG_STATE_HOME")
	if state.is_empty():
		state = OS.get_environment("HOME").path_join(".local/state")
	return state.path_join("playreel")


## Takes what the folder says now; empty means the usual one. The server may have died since.
func read(path: String) -> void:
	folder = path if not path.is_empty() else usual_folder()
	problem = ""
	_read()


## Host and port as they stand in a URL.
func address() -> String:
	return "[%s]:%d" % [host, port] if ":" in host else "%s:%d" % [host, port]


func _read() -> void:
	var server := _text(SERVER_FILE)
	token = _text(TOKEN_FILE).strip_edges()
	fingerprint = (server + token).sha256_text()
	if server.is_empty():
		problem = "No Playreel server is running."
		return
	var json := JSON.new()
	if json.parse(server) != OK or not json.data is Dictionary:
		problem = "%s is damaged." % folder.path_join(SERVER_FILE)
		return
	var body: Dictionary = json.data
	host = str(body.get("host", ""))
	port = int(str(body.get("port", 0)))
	pid = int(str(body.get("pid", 0)))
	version = str(body.get("version", ""))
	if host.is_empty() or port <= 0 or port > 65535:
		problem = "%s names no address." % folder.path_join(SERVER_FILE)
	elif token.is_empty():
		problem = "%s is missing or cannot be read." % folder.path_join(TOKEN_FILE)


func _text(name: String) -> String:
	var path := folder.path_join(name)
	return FileAccess.get_file_as_string(path) if FileAccess.file_exists(path) else ""
