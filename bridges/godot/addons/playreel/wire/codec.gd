## Text messages of `playreel.v1`: checked on the way in, written exactly on the way out.
extends RefCounted

const Answers := preload("answers.gd")
const SUBPROTOCOL := "playreel.v1"
## JSON numbers are floats, which hold every whole number only up to here.
const SAFE_INTEGER := 9007199254740991
const PLAIN := {
	"text": TYPE_STRING,
	"flag": TYPE_BOOL,
	"number": TYPE_FLOAT,
	"object": TYPE_DICTIONARY,
}

## The message with every field of its type; whole numbers are ints.
var body: Dictionary = {}

var _problem: String = ""


## The message as JSON; whole numbers without a point.
static func encode(message: Dictionary) -> String:
	return JSON.stringify(message, "", false, true)


## Takes a message of the server; returns why the text is none, or an empty text.
func decode(text: String) -> String:
	var json := JSON.new()
	if json.parse(text) != OK or not json.data is Dictionary:
		return "the server sent a text that is no JSON object."
	var given: Dictionary = json.data
	var type: String = str(given.get("type", ""))
	if not Answers.MESSAGES.has(type):
		return "the server sent %s, which this version does not know." % type.left(60)
	var fields: Dictionary = Answers.MESSAGES[type]
	_problem = ""
	body = _read_fields(type, fields, given)
	body["type"] = type
	return _problem


## Takes a record that stands alone, for example `ResultInfo` in a file; returns what is wrong.
func decode_record(record: String, given: Dictionary) -> String:
	var fields: Dictionary = Answers.RECORDS[record]
	_problem = ""
	body = _read_fields(record, fields, given)
	return _problem


func _read_fields(where: String, fields: Dictionary, given: Dictionary) -> Dictionary:
	var found: Dictionary = {}
	for entry: String in fields:
		var name := entry.trim_suffix("?")
		var kind: String = fields[entry]
		if given.has(name):
			found[name] = _read_value("%s.%s" % [where, name], kind, given[name])
		elif entry.ends_with("?"):
			found[name] = _empty(kind)
		else:
			_refuse("%s.%s is missing." % [where, name])
	return found


func _read_value(where: String, kind: String, value: Variant) -> Variant:
	if kind == "count":
		return _read_count(where, value)
	if PLAIN.has(kind):
		if typeof(value) != PLAIN[kind]:
			_refuse("%s is not of the kind %s." % [where, kind])
			return _empty(kind)
		return value
	if kind.begins_with("["):
		return _read_list(where, kind.trim_prefix("[").trim_suffix("]"), value)
	return {} if value == null else _read_record(where, kind.trim_suffix("?"), value)


func _read_count(where: String, value: Variant) -> int:
	if value is float:
		var number: float = value
		if number == floorf(number) and number >= 0.0 and number <= SAFE_INTEGER:
			return int(number)
	_refuse("%s is no whole number from 0 to 2^53." % where)
	return 0


func _read_list(where: String, kind: String, value: Variant) -> Array:
	var found: Array = []
	if not value is Array:
		_refuse("%s is no list." % where)
		return found
	for entry: Variant in value:
		if Answers.RECORDS.has(kind):
			found.append(_read_record(where, kind, entry))
		else:
			found.append(_read_value(where, kind, entry))
	return found


func _read_record(where: String, record: String, value: Variant) -> Dictionary:
	if not value is Dictionary:
		_refuse("%s is no object." % where)
		return {}
	var given: Dictionary = value
	var fields: Dictionary = Answers.RECORDS[record]
	return _read_fields(where, fields, given)


func _refuse(sentence: String) -> void:
	if _problem.is_empty():
		_problem = sentence


static func _empty(kind: String) -> Variant:
	match kind:
		"text":
			return ""
		"flag":
			return false
		"count":
			return 0
		"number":
			return 0.0
	return [] if kind.begins_with("[") else {}
