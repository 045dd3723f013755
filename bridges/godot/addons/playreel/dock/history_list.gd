## The queue and the history in one list, shared with every other client of the server.
@tool
extends VBoxContainer

## The user picked a job.
signal picked(id: String)
signal cancel_pressed(id: String)
signal retry_pressed(id: String)
signal mark_pressed(id: String, favourite: bool)
## The mouse holds a job's line and moves.
signal drag_began(id: String)
## The user looks for words in older prompts.
signal search_wanted(words: String)

const Job := preload("../jobs/job.gd")
const CANCEL := 0
const RETRY := 1
const MARK := 2

var _search := LineEdit.new()
var _tree := Tree.new()
var _items: Dictionary = {}
var _jobs: Dictionary = {}
var _changed: Dictionary = {}


func _init() -> void:
	_search.placeholder_text = "Search prompts"
	_search.clear_button_enabled = true
	_search.text_changed.connect(_on_search)
	_tree.columns = 2
	_tree.hide_root = true
	_tree.custom_minimum_size = Vector2(0, 140)
	_tree.size_flags_vertical = Control.SIZE_EXPAND_FILL
	_tree.set_column_expand_ratio(0, 3)
	_tree.set_column_expand_ratio(1, 2)
	_tree.set_column_clip_content(0, true)
	_tree.set_column_clip_content(1, true)
	_tree.item_selected.connect(_on_selected)
	_tree.button_clicked.connect(_on_button)
	_tree.set_drag_forwarding(_drag, Callable(), Callable())
	size_flags_vertical = Control.SIZE_EXPAND_FILL
	add_child(_search)
	add_child(_tree)


## Forgets every job.
func clear() -> void:
	_tree.clear()
	_tree.create_item()
	_items.clear()
	_jobs.clear()
	_changed.clear()


## A job is new or changed; its line is drawn by a later `refresh`.
func put(job: Job) -> void:
	if not job.is_draft():
		_jobs[job.id] = job
		_changed[job.id] = true


## Draws changed lines for at most about `budget` microseconds.
func refresh(budget: int) -> void:
	var stop := Time.get_ticks_usec() + budget
	for id: String in _changed.keys():
		_changed.erase(id)
		_draw_job(_jobs[id])
		if Time.get_ticks_usec() >= stop:
			return


## How many lines are shown.
func shown() -> int:
	var count: int = 0
	for id: String in _items:
		var item: TreeItem = _items[id]
		count += 1 if item.visible else 0
	return count


## The job that is picked, or an empty text.
func picked_id() -> String:
	var item := _tree.get_selected()
	return str(item.get_metadata(0)) if item != null else ""


## Picks a job, as a click does.
func pick(id: String) -> void:
	if _changed.has(id):
		_changed.erase(id)
		_draw_job(_jobs[id])
	if _items.has(id):
		var item: TreeItem = _items[id]
		_tree.set_selected(item, 0)
		_tree.scroll_to_item(item)


## Lets the mouse carry data away from the list, under these words.
func carry(data: Dictionary, words: String) -> void:
	var label := Label.new()
	label.text = words
	_tree.force_drag(data, label)


func _draw_job(job: Job) -> void:
	var item: TreeItem = _items.get(job.id)
	if item == null:
		if _tree.get_root() == null:
			_tree.create_item()
		item = _tree.create_item(_tree.get_root(), _place_of(job))
		item.set_metadata(0, job.id)
		_items[job.id] = item
	item.set_text(0, ("★ " if job.favourite else "") + job.prompt())
	item.set_tooltip_text(0, "%s\nfrom %s" % [job.prompt(), job.client])
	item.set_text(1, job.summary())
	item.set_tooltip_text(1, job.summary())
	item.visible = _matches(job)
	_draw_buttons(item, job)


## Newer jobs stand above older ones.
func _place_of(job: Job) -> int:
	var place: int = 0
	for child in _tree.get_root().get_children():
		var other: Job = _jobs[str(child.get_metadata(0))]
		if not other.is_newer_than(job):
			return place
		place += 1
	return place


func _draw_buttons(item: TreeItem, job: Job) -> void:
	while item.get_button_count(1) > 0:
		item.erase_button(1, 0)
	if job.state == "done":
		var star := "Favorites" if job.favourite else "NonFavorite"
		_add_button(item, star, MARK, "Keep this result, or stop keeping it")
	elif job.is_ended():
		_add_button(item, "Reload", RETRY, "Generate again")
	else:
		_add_button(item, "Close", CANCEL, "Cancel")


func _add_button(item: TreeItem, icon: String, id: int, tooltip: String) -> void:
	var picture := get_theme_icon(icon, &"EditorIcons")
	item.add_button(1, picture, id, false, tooltip)


func _matches(job: Job) -> bool:
	for word in _search.text.to_lower().split(" ", false):
		if not word in job.prompt().to_lower():
			return false
	return true


func _on_search(words: String) -> void:
	for id: String in _items:
		var item: TreeItem = _items[id]
		item.visible = _matches(_jobs[id])
	if words.length() > 2:
		search_wanted.emit(words)


func _on_selected() -> void:
	picked.emit(picked_id())


func _on_button(item: TreeItem, _column: int, id: int, _mouse: int) -> void:
	var job: Job = _jobs[str(item.get_metadata(0))]
	match id:
		CANCEL:
			cancel_pressed.emit(job.id)
		RETRY:
			retry_pressed.emit(job.id)
		MARK:
			mark_pressed.emit(job.id, not job.favourite)


## The data comes later, by `carry`: what is dropped has to be imported first.
func _drag(at: Vector2) -> Variant:
	var item := _tree.get_item_at_position(at)
	if item != null:
		drag_began.emit(str(item.get_metadata(0)))
	return null
