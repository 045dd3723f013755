## Results on their way: asked for in chunks, resumed after a loss, checked by their hash.
extends RefCounted

## The whole result, its sha256 right.
signal finished(sha256: String, content: PackedByteArray)
## It cannot be had.
signal failed(sha256: String, why: String)
## Something to send to the server.
signal asked(message: Dictionary)

const Asks := preload("../wire/asks.gd")
const Assembly := preload("../wire/assembly.gd")
const Frame := preload("../wire/frame.gd")
const CREDIT := 4
## Of a 16384 by 16384 sheet at most a part; the server's own limit is lower.
const MOST_BYTES := 536870912
const PREFIX := "result-"


class Download:
	extends RefCounted
	var assembly: Assembly = Assembly.new(MOST_BYTES)
	var hash := HashingContext.new()
	var stream: int = -1
	var size: int = 0


var _downloads: Dictionary = {}


## Asks for a result; one that is already on its way is not asked for twice.
func start(sha256: String) -> void:
	if _downloads.has(sha256):
		return
	var download := Download.new()
	download.hash.start(HashingContext.HASH_SHA256)
	_downloads[sha256] = download
	_ask(sha256, download)


## Asks again for what a lost connection left unfinished, from the chunk that is missing.
func resume() -> void:
	for sha256: String in _downloads:
		var download: Download = _downloads[sha256]
		download.stream = -1
		_ask(sha256, download)


## Takes `result.start` and an `error` that answers one of our questions.
func take(body: Dictionary) -> void:
	if body["type"] == "result.start" and _downloads.has(body["result"]):
		var download: Download = _downloads[body["result"]]
		download.stream = body["stream"]
		download.size = body["size"]
		if download.size > MOST_BYTES:
			asked.emit(Asks.stream_stop("", download.stream))
			_fail(str(body["result"]), "The result has %d bytes, too many." % download.size)
	elif body["type"] == "error" and str(body["re"]).begins_with(PREFIX):
		var sha256 := str(body["re"]).trim_prefix(PREFIX)
		for known: String in _downloads.keys():
			if known.begins_with(sha256):
				_fail(known, str(body["message"]))


## Takes a result chunk; chunks of streams that nobody waits for are dropped.
func take_frame(frame: Frame) -> void:
	for sha256: String in _downloads:
		var download: Download = _downloads[sha256]
		if download.stream == frame.stream:
			_add(sha256, download, frame)
			return


func _add(sha256: String, download: Download, frame: Frame) -> void:
	var problem := download.assembly.add(frame)
	if not problem.is_empty():
		asked.emit(Asks.stream_stop("", frame.stream))
		_fail(sha256, "The result came damaged: %s" % problem)
		return
	if not frame.payload.is_empty():
		download.hash.update(frame.payload)
	if not download.assembly.complete:
		asked.emit(Asks.stream_credit("", frame.stream, 1))
		return
	if download.hash.finish().hex_encode() != sha256:
		_fail(sha256, "The result came damaged: its hash is another.")
		return
	_downloads.erase(sha256)
	finished.emit(sha256, download.assembly.content)


func _ask(sha256: String, download: Download) -> void:
	# ids have at most 64 characters
	var id := PREFIX + sha256.left(48)
	asked.emit(Asks.result_get(id, sha256, download.assembly.next, CREDIT))


func _fail(sha256: String, why: String) -> void:
	_downloads.erase(sha256)
	failed.emit(sha256, why)
