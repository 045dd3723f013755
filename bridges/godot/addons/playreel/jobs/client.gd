## Everything the editor wants of the server: jobs, their news, their previews and results.
extends RefCounted

## The connection's state, or the reason for it, changed.
signal connection_changed
## A job is new or changed.
signal job_changed(job: Job)
## The whole list of jobs is a new one.
signal jobs_reset
## Frames of a job while it is made; `layout` has width, height, num_frames and columns.
signal previewed(job: String, layout: Dictionary, image: Image)
## The PNG sheet of a result.
signal result_came(sha256: String, content: PackedByteArray)
## Something that was asked for cannot be had; `job` may be empty.
signal refused(job: String, why: String)

const Asks := preload("../wire/asks.gd")
const Assembly := preload("../wire/assembly.gd")
const Connection := preload("../link/connection.gd")
const Downloads := preload("downloads.gd")
const Frame := preload("../wire/frame.gd")
const Job := preload("job.gd")
const JobTable := preload("job_table.gd")
const PictureLoader := preload("picture_loader.gd")
const MOST_PREVIEW := 4194304
## Results kept in memory, so that going through the history asks for each only once.
const MOST_KEPT := 67108864

var connection: Connection
var jobs := JobTable.new()
## Tells the previews of live typing where to run: a worker of their own.
var draft: String = ""

var _downloads := Downloads.new()
var _unanswered: Dictionary = {}
var _pictures: Dictionary = {}
var _results: Dictionary = {}
var _kept: int = 0
var _loader := PictureLoader.new()
## What belongs to the previews that are being decoded, by their number.
var _decoding: Dictionary = {}
var _previews: int = 0
var _questions: int = 0


func _init(client: String, version: String) -> void:
	connection = Connection.new(client, version)
	connection.changed.connect(_on_connection_changed)
	connection.heard.connect(_on_heard)
	connection.frame_came.connect(_on_frame)
	jobs.job_changed.connect(job_changed.emit)
	jobs.emptied.connect(jobs_reset.emit)
	_downloads.asked.connect(_send)
	_downloads.finished.connect(_on_downloaded)
	_downloads.failed.connect(_on_not_downloaded)
	_loader.loaded.connect(_on_decoded)


## Does what can be done now, in about `budget` microseconds.
func poll(budget: int) -> void:
	connection.poll(budget)
	_loader.poll()


## Ends everything that runs.
func close() -> void:
	_loader.finish()
	connection.disconnect_now()


## Asks for a clip and returns the job's id; it is asked again until the server has it.
func submit(request: Dictionary) -> String:
	var id := Job.new_id()
	_submit(Asks.job_submit(id, id, request, "", "normal"))
	return id


## Asks for a quick preview of a request, in place of the one before.
func submit_draft(request: Dictionary) -> String:
	draft = Job.DRAFT + Job.new_id()
	_submit(Asks.job_submit(draft, draft, request, "", "interactive"))
	return draft


## Asks to stop a job.
func cancel(job: String) -> void:
	_unanswered.erase(job)
	_send(Asks.job_cancel(_id("cancel"), job))


## Asks for an ended job once more and returns the new job's id.
func retry(job: String) -> String:
	var id := Job.new_id()
	_submit(Asks.job_retry(id, id, job))
	return id


## Makes a job a favourite, or ends that.
func mark(job: String, favourite: bool) -> void:
	_send(Asks.job_mark(_id("mark"), job, favourite))


## Asks for older jobs whose prompt has these words; they come as changed jobs.
func search(words: String) -> void:
	_send(Asks.job_list(_id("list"), words.left(200), false, 0, 100))


## Gets a result; `result_came` tells it, at once when it is known already.
func fetch(sha256: String) -> void:
	if _results.has(sha256):
		var content: PackedByteArray = _results[sha256]
		result_came.emit(sha256, content)
	else:
		_downloads.start(sha256)


func _submit(message: Dictionary) -> void:
	_unanswered[message["job"]] = message
	_send(message)


func _send(message: Dictionary) -> void:
	if connection.is_ready():
		connection.send(message)


func _id(what: String) -> String:
	_questions += 1
	return "%s-%d" % [what, _questions]


func _on_connection_changed() -> void:
	if connection.is_ready():
		_pictures.clear()
		_send(jobs.subscription())
		for id: String in _unanswered:
			var message: Dictionary = _unanswered[id]
			_send(message)
		_downloads.resume()
	connection_changed.emit()


func _on_heard(body: Dictionary) -> void:
	jobs.take(body)
	_downloads.take(body)
	match str(body["type"]):
		"job.accepted":
			_unanswered.erase(body["job"])
		"error":
			_on_error(body)


func _on_error(body: Dictionary) -> void:
	var job := str(body["job"])
	if body["code"] != "shutting_down":
		_unanswered.erase(job)
	if not str(body["re"]).begins_with(Downloads.PREFIX):
		refused.emit(job, str(body["message"]))


func _on_frame(frame: Frame) -> void:
	match frame.kind:
		Frame.RESULT:
			_downloads.take_frame(frame)
		Frame.PREVIEW:
			_take_preview(frame)


func _take_preview(frame: Frame) -> void:
	if frame.index == 0:
		_pictures[frame.stream] = Assembly.new(MOST_PREVIEW)
	if not _pictures.has(frame.stream):
		return
	var assembly: Assembly = _pictures[frame.stream]
	if not assembly.add(frame).is_empty():
		_pictures.erase(frame.stream)
	elif assembly.complete:
		_pictures.erase(frame.stream)
		_previews += 1
		_decoding[_previews] = assembly.metadata
		_loader.start(str(_previews), assembly.content)


## Threads may end in another order; a preview older than one that was shown is passed over.
func _on_decoded(key: String, image: Image) -> void:
	var number := int(key)
	if not _decoding.has(number):
		return
	var layout: Dictionary = _decoding[number]
	for other: int in _decoding.keys():
		if other <= number and _decoding[other].get("job") == layout.get("job"):
			_decoding.erase(other)
	if image != null:
		previewed.emit(str(layout.get("job", "")), layout, image)


func _on_not_downloaded(_sha256: String, why: String) -> void:
	refused.emit("", why)


func _on_downloaded(sha256: String, content: PackedByteArray) -> void:
	_kept += content.size()
	_results[sha256] = content
	while _kept > MOST_KEPT and _results.size() > 1:
		var oldest: String = _results.keys()[0]
		var dropped: PackedByteArray = _results[oldest]
		_kept -= dropped.size()
		_results.erase(oldest)
	result_came.emit(sha256, content)
