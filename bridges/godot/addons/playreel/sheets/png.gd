## What a PNG says before it is decoded: whether it is whole, its size, and Playreel's texts.
extends RefCounted

const SIGNATURE := "89504e470d0a1a0a"
const PREFIX := "playreel:"
const MAX_TEXT := 16777216

var width: int = 0
var height: int = 0
## The entries that Playreel wrote, for example `prompt`, `request` and `sheet`.
var texts: Dictionary = {}


## Takes a PNG file's bytes; returns why they are no whole PNG, or an empty text.
func read(bytes: PackedByteArray) -> String:
	if bytes.slice(0, 8).hex_encode() != SIGNATURE:
		return "is no PNG"
	var at: int = 8
	var kind := ""
	while at + 12 <= bytes.size() and kind != "IEND":
		var size := _big_endian(bytes, at)
		kind = bytes.slice(at + 4, at + 8).get_string_from_ascii()
		if at + 12 + size > bytes.size():
			break
		_read_chunk(kind, bytes, at + 8, size)
		at += 12 + size
	if kind != "IEND":
		return "is cut short"
	return "has no size" if width <= 0 or height <= 0 else ""


func _read_chunk(kind: String, bytes: PackedByteArray, start: int, size: int) -> void:
	if kind == "IHDR" and size >= 8:
		width = _big_endian(bytes, start)
		height = _big_endian(bytes, start + 4)
	elif kind == "iTXt" and size > PREFIX.length() and size < MAX_TEXT:
		_read_text(bytes.slice(start, start + size))


## Keyword 0 compressed? method language 0 translated-keyword 0 text.
func _read_text(chunk: PackedByteArray) -> void:
	var end := chunk.find(0)
	var keyword := chunk.slice(0, maxi(end, 0)).get_string_from_ascii()
	if not keyword.begins_with(PREFIX) or end + 3 > chunk.size():
		return
	var language := chunk.find(0, end + 3)
	var translated := chunk.find(0, language + 1)
	if language < 0 or translated < 0:
		return
	var text := chunk.slice(translated + 1)
	if chunk[end + 1] == 1:
		text = text.decompress_dynamic(MAX_TEXT, FileAccess.COMPRESSION_DEFLATE)
	texts[keyword.trim_prefix(PREFIX)] = text.get_string_from_utf8()


static func _big_endian(bytes: PackedByteArray, at: int) -> int:
	return bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]
