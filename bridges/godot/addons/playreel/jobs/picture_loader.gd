## PNG and WebP bytes decoded beside the editor, on a thread of its pool; nothing waits for it.
extends RefCounted

## The picture; null when the bytes are damaged.
signal loaded(key: String, image: Image)

var _tasks: Dictionary = {}
var _images: Dictionary = {}
var _lock := Mutex.new()


## Starts decoding; the same key is decoded once at a time.
func start(key: String, content: PackedByteArray) -> void:
	if not _tasks.has(key):
		_tasks[key] = WorkerThreadPool.add_task(_decode.bind(key, content))


## Tells of pictures that are ready.
func poll() -> void:
	for key: String in _tasks.keys():
		var task: int = _tasks[key]
		if WorkerThreadPool.is_task_completed(task):
			WorkerThreadPool.wait_for_task_completion(task)
			_tasks.erase(key)
			loaded.emit(key, _take(key))


## Waits for what is being decoded, before the plugin goes.
func finish() -> void:
	for key: String in _tasks:
		var task: int = _tasks[key]
		WorkerThreadPool.wait_for_task_completion(task)
	_tasks.clear()


func _decode(key: String, content: PackedByteArray) -> void:
	var image := Image.new()
	var is_webp := content.slice(0, 4).get_string_from_ascii() == "RIFF"
	var read := (
		image.load_webp_from_buffer(content) if is_webp else image.load_png_from_buffer(content)
	)
	_lock.lock()
	_images[key] = image if read == OK else null
	_lock.unlock()


func _take(key: String) -> Image:
	_lock.lock()
	var image: Image = _images[key]
	_images.erase(key)
	_lock.unlock()
	return image
