## The dock: a sentence goes in, frames appear while they are made, a sprite comes out.
@tool
extends ScrollContainer

const Client := preload("../jobs/client.gd")
const ConnectionBar := preload("connection_bar.gd")
const HistoryList := preload("history_list.gd")
const Job := preload("../jobs/job.gd")
const PictureLoader := preload("../jobs/picture_loader.gd")
const Placing := preload("../editing/placing.gd")
const PreviewView := preload("preview_view.gd")
const ProjectFiles := preload("../sheets/project_files.gd")
const RequestForm := preload("request_form.gd")
const ResultBar := preload("result_bar.gd")
const ServerProcess := preload("../link/server_process.gd")
const Settings := preload("../settings.gd")
const Sheet := preload("../sheets/sheet.gd")
const Sidecar := preload("../sheets/sidecar.gd")
const TickMeter := preload("tick_meter.gd")
const LOOK_AT_SELECTION := 0.25

var client: Client
var placing: Placing
var server := ServerProcess.new()
var meter := TickMeter.new()
var form := RequestForm.new()
var history := HistoryList.new()
var preview := PreviewView.new()
var result_bar := ResultBar.new()
var connection_bar := ConnectionBar.new()
## The job whose frames are shown.
var shown: String = ""

var _loader := PictureLoader.new()
var _progress := ProgressBar.new()
var _debug := Label.new()
## The PNG of the result that is shown, by its hash.
var _content: Dictionary = {}
## Sprite files that a job's result replaces, by job.
var _targets: Dictionary = {}
var _selection_seen: float = 0.0


func _notification(what: int) -> void:
	if what == NOTIFICATION_DRAG_END and placing != null and is_drag_successful():
		placing.play_dropped()


func _init() -> void:
	name = "Playreel"
	custom_minimum_size = Vector2(240, 0)
	horizontal_scroll_mode = ScrollContainer.SCROLL_MODE_DISABLED
	var column := VBoxContainer.new()
	column.size_flags_horizontal = Control.SIZE_EXPAND_FILL
	column.size_flags_vertical = Control.SIZE_EXPAND_FILL
	_progress.max_value = 1.0
	_progress.step = 0.001
	_debug.modulate = Color(1, 1, 1, 0.5)
	for part: Control in [connection_bar, form, _progress, preview, result_bar, history, _debug]:
		column.add_child(part)
	add_child(column)


## Connects the parts; `client_name` and `version` are what the server is told.
func set_up(history_of_editor: EditorUndoRedoManager, client_name: String, version: String) -> void:
	placing = Placing.new(history_of_editor)
	client = Client.new(client_name, version)
	client.connection.folder = Settings.state_folder()
	_listen_to_client()
	_listen_to_user()
	client.connection.connect_now()


## Takes part in a frame of the editor, for at most the meter's budget.
func tick(delta: float) -> void:
	meter.begin()
	server.poll()
	client.poll(meter.left())
	_loader.poll()
	history.refresh(meter.left())
	_look_at_selection(delta)
	meter.end()
	if is_visible_in_tree():
		_debug.text = meter.text()


## Ends everything that runs; a server that was started here goes on for other clients.
func close() -> void:
	_loader.finish()
	client.close()


## Shows a job's frames, and lets its result be used.
func show_job(id: String) -> void:
	shown = id
	_show_progress()
	var job := client.jobs.find(id)
	preview.clear()
	result_bar.set_result("", [])
	if job != null and job.state == "done":
		client.fetch(str(job.result["result"]))


## Whether the result that is shown can be used.
func has_result() -> bool:
	return not _shown_content().is_empty()


func _listen_to_client() -> void:
	client.connection_changed.connect(_show_connection)
	server.changed.connect(_show_connection)
	client.job_changed.connect(_on_job_changed)
	client.jobs_reset.connect(history.clear)
	client.previewed.connect(_on_previewed)
	client.result_came.connect(_on_result)
	client.refused.connect(_on_refused)
	_loader.loaded.connect(_on_loaded)
	placing.told.connect(result_bar.say)


func _listen_to_user() -> void:
	connection_bar.connect_pressed.connect(_connect)
	connection_bar.disconnect_pressed.connect(client.connection.disconnect_now)
	connection_bar.start_pressed.connect(_start_server)
	connection_bar.stop_pressed.connect(server.stop)
	form.wanted.connect(_generate)
	form.typed.connect(_draft)
	history.picked.connect(_on_picked)
	history.cancel_pressed.connect(client.cancel)
	history.retry_pressed.connect(func(id: String) -> void: show_job(client.retry(id)))
	history.mark_pressed.connect(client.mark)
	history.search_wanted.connect(client.search)
	history.drag_began.connect(_drag)
	result_bar.add_pressed.connect(_add.bind(false))
	result_bar.add_player_pressed.connect(_add.bind(true))
	result_bar.replace_pressed.connect(_replace)
	result_bar.regenerate_pressed.connect(_regenerate)
	result_bar.tag_picked.connect(preview.play_tag)


func _connect() -> void:
	client.connection.folder = Settings.state_folder()
	client.connection.connect_now()


func _start_server() -> void:
	server.start(Settings.server_command(), Settings.state_folder())
	_connect()


func _show_connection() -> void:
	connection_bar.show_state(client.connection, server.problem, server.is_running())


func _generate(request: Dictionary) -> void:
	if str(request["prompt"]).is_empty():
		result_bar.say("Say what to draw, for example: a red knight walking right.", true)
		return
	result_bar.say("", false)
	show_job(client.submit(request))


func _draft(request: Dictionary) -> void:
	if client.connection.is_ready():
		show_job(client.submit_draft(RequestForm.Request.draft(request)))


func _on_job_changed(job: Job) -> void:
	history.put(job)
	if job.id == shown:
		_show_progress()
		if job.state == "failed":
			result_bar.say(job.message, true)
	if job.state == "done" and (job.id == shown or _targets.has(job.id)):
		client.fetch(str(job.result["result"]))


func _show_progress() -> void:
	var job := client.jobs.find(shown)
	_progress.value = job.share() if job != null else 0.0
	_progress.tooltip_text = job.summary() if job != null else ""


func _on_picked(id: String) -> void:
	var job := client.jobs.find(id)
	if job != null and id != shown:
		form.show_request(job.request)
		show_job(id)


func _on_previewed(id: String, layout: Dictionary, image: Image) -> void:
	var job := client.jobs.find(id)
	if id != shown or job == null or job.state == "done":
		return
	var body := layout.duplicate()
	body.merge({"playreel": 1, "image": "preview.png", "fps": job.request.get("fps", 12.0)})
	var sheet := Sheet.new()
	if sheet.take_json(body).is_empty() and image.get_size() == sheet.picture_size():
		preview.show_sheet(image, sheet)


func _on_result(sha256: String, content: PackedByteArray) -> void:
	for id: String in _targets.keys():
		var target := client.jobs.find(id)
		if target != null and target.result.get("result") == sha256:
			placing.overwrite(content, target.result, str(_targets[id]))
			_targets.erase(id)
	var job := client.jobs.find(shown)
	if job != null and job.result.get("result") == sha256:
		_content = {sha256: content}
		_loader.start(sha256, content)


func _on_loaded(sha256: String, image: Image) -> void:
	var job := client.jobs.find(shown)
	if job == null or job.result.get("result") != sha256:
		return
	var sheet := Sheet.new()
	var problem := sheet.take_result(job.result, "result.png", {})
	if image == null or not problem.is_empty() or image.get_size() != sheet.picture_size():
		result_bar.say("The result is damaged; generate it again.", true)
		return
	preview.show_sheet(image, sheet)
	var names: Array[String] = []
	for tag in sheet.tags:
		names.append(str(tag["name"]))
	result_bar.set_result(ProjectFiles.name_from(job.prompt()), names)


func _on_refused(job: String, why: String) -> void:
	if job.is_empty() or not job.begins_with(Job.DRAFT):
		result_bar.say(why, true)


func _shown_content() -> PackedByteArray:
	var job := client.jobs.find(shown)
	var found: PackedByteArray = PackedByteArray()
	if job != null and _content.has(job.result.get("result")):
		found = _content[job.result["result"]]
	return found


func _add(with_player: bool) -> void:
	if has_result():
		var job := client.jobs.find(shown)
		await placing.add(_shown_content(), job.result, result_bar.file_name(), with_player)


func _replace() -> void:
	if has_result():
		var job := client.jobs.find(shown)
		await placing.replace(_shown_content(), job.result, result_bar.file_name())


func _regenerate(new_seed: bool) -> void:
	var source := Placing.selected_source()
	if source.is_empty():
		return
	var sheet := Sheet.new()
	Sidecar.read(source, sheet)
	var request := Sidecar.request_of(sheet.metadata)
	if request.is_empty():
		result_bar.say("%s does not say how it was made; generate it anew." % source, true)
		return
	# JSON holds no seed beyond 2^53; the text beside it does
	request["seed"] = int(str(sheet.metadata.get("seed", "0")))
	if new_seed:
		request["seed"] = randi_range(0, RequestForm.Request.MAX_SEED)
	var job := client.submit(request)
	_targets[job] = source
	form.show_request(request)
	show_job(job)


## The mouse takes a line's scene along as soon as it is there, if it still holds it then.
func _drag(id: String) -> void:
	var job := client.jobs.find(id)
	if job == null or job.state != "done":
		return
	_on_picked(id)
	while id == shown and not _can_be_saved():
		await get_tree().process_frame
		if not _is_held():
			result_bar.say("Its frames are on their way; drag it when they are shown.", false)
			return
	if id == shown:
		_carry(await placing.save_scene(_shown_content(), job.result, result_bar.file_name()))


func _carry(scene: String) -> void:
	if scene.is_empty():
		return
	if _is_held():
		placing.dragged = scene
		history.carry(Placing.drag_data(scene), scene.get_file())
	else:
		result_bar.say("%s is saved; drag it once more." % scene.get_file(), false)


## Whether a result is there and its name is filled in.
func _can_be_saved() -> bool:
	return has_result() and preview.has_frames()


static func _is_held() -> bool:
	return Input.is_mouse_button_pressed(MOUSE_BUTTON_LEFT)


func _look_at_selection(delta: float) -> void:
	_selection_seen += delta
	if _selection_seen >= LOOK_AT_SELECTION and is_visible_in_tree():
		_selection_seen = 0.0
		result_bar.set_target(Placing.selected_source(), Placing.selected_sprite() != null)
