## The chunks of one binary stream, put together in their order.
extends RefCounted

const Frame := preload("frame.gd")

## Most bytes that the whole may have.
var most: int = 0
## Index of the chunk that has to come now.
var next: int = 0
var metadata: Dictionary = {}
var content := PackedByteArray()
## Whether the last chunk came.
var complete: bool = false


func _init(limit: int) -> void:
	most = limit


## Takes the next chunk; returns what is wrong with it, or an empty text.
func add(frame: Frame) -> String:
	if frame.index != next:
		return "chunk %d came; chunk %d was due." % [frame.index, next]
	if content.size() + frame.payload.size() > most:
		return "a stream has over %d bytes; at most that was announced." % most
	if not frame.metadata.is_empty():
		metadata = frame.metadata
	content.append_array(frame.payload)
	next += 1
	complete = frame.is_last()
	return ""
