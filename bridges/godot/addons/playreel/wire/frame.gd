## One binary message of `playreel.v1`: a chunk of a preview, a result, an upload or a game.
##
## Little-endian: "PLR1", kind u8, flags u8 (1 = last), header length u16 (32), stream u64,
## chunk index u32, chunk count u32, metadata length u32, payload length u32; then the metadata
## as JSON (first chunk only) and the payload.
extends RefCounted

const MAGIC := 0x31524C50
const HEADER := 32
const LAST := 1
const MAX_METADATA := 16384
const PREVIEW := 1
const RESULT := 2
const UPLOAD := 3
const SESSION := 4

var kind: int = 0
var stream: int = 0
var index: int = 0
var count: int = 1
var metadata: Dictionary = {}
var payload := PackedByteArray()


## Whether this is the final chunk of its stream.
func is_last() -> bool:
	return index == count - 1


## The frame as it goes over the wire.
func encode() -> PackedByteArray:
	var text := PackedByteArray()
	if not metadata.is_empty():
		text = JSON.stringify(metadata, "", false, true).to_utf8_buffer()
	var data := PackedByteArray()
	data.resize(HEADER)
	data.encode_u32(0, MAGIC)
	data.encode_u8(4, kind)
	data.encode_u8(5, LAST if is_last() else 0)
	data.encode_u16(6, HEADER)
	data.encode_u64(8, stream)
	data.encode_u32(16, index)
	data.encode_u32(20, count)
	data.encode_u32(24, text.size())
	data.encode_u32(28, payload.size())
	data.append_array(text)
	data.append_array(payload)
	return data


## Takes a whole binary message; returns why it is none, or an empty text.
func decode(data: PackedByteArray) -> String:
	if data.size() < HEADER:
		return "a frame has %d bytes; a header alone has %d." % [data.size(), HEADER]
	kind = data.decode_u8(4)
	if data.decode_u32(0) != MAGIC or data.decode_u16(6) != HEADER or kind < 1 or kind > 4:
		return "a frame begins with another header than this version's."
	stream = data.decode_u64(8)
	index = data.decode_u32(16)
	count = data.decode_u32(20)
	if index >= count or data.decode_u8(5) != (LAST if is_last() else 0):
		return "a frame is chunk %d of %d and says otherwise of itself." % [index, count]
	return _read_content(data, data.decode_u32(24), data.decode_u32(28))


func _read_content(data: PackedByteArray, words: int, size: int) -> String:
	if HEADER + words + size != data.size() or words > MAX_METADATA:
		return "a frame has %d bytes; its header promises others." % data.size()
	if words > 0 and index > 0:
		return "a later chunk of a frame has metadata; only the first one may."
	if words > 0:
		var text := data.slice(HEADER, HEADER + words)
		var json := JSON.new()
		if not _is_utf8(text) or json.parse(text.get_string_from_utf8()) != OK:
			return "the metadata of a frame is not JSON."
		if not json.data is Dictionary:
			return "the metadata of a frame is not an object."
		metadata = json.data
	payload = data.slice(HEADER + words)
	return ""


## Godot prints an error for bytes that are no UTF-8, so they are looked at first.
static func _is_utf8(bytes: PackedByteArray) -> bool:
	var rest: int = 0
	for byte in bytes:
		if rest > 0:
			if byte & 0xC0 != 0x80:
				return false
			rest -= 1
		elif byte >= 0x80:
			if byte < 0xC2 or byte > 0xF4:
				return false
			rest = 1 if byte < 0xE0 else (2 if byte < 0xF0 else 3)
	return rest == 0
