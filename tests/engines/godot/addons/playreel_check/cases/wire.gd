## The codec, against the vectors that all clients share.
extends RefCounted

const Asks := preload("res://addons/playreel/wire/asks.gd")
const Assembly := preload("res://addons/playreel/wire/assembly.gd")
const Check := preload("../check.gd")
const Codec := preload("res://addons/playreel/wire/codec.gd")
const Frame := preload("res://addons/playreel/wire/frame.gd")


func test_every_message_of_the_server_is_understood(check: Check) -> void:
	var vectors := _vectors(check, "controls")
	for vector: Dictionary in vectors["server"]:
		var codec := Codec.new()
		check.equal(codec.decode(JSON.stringify(vector)), "", str(vector["type"]))
		# what is read is what was sent: every field, and nothing but its kind may differ
		var again: Variant = JSON.parse_string(Codec.encode(codec.body))
		check.equal(_without_empty(again), _without_empty(vector), str(vector["type"]))


func test_whole_numbers_are_ints(check: Check) -> void:
	var codec := Codec.new()
	check.equal(
		codec.decode('{"type":"upload.done","upload":"a","stream":9007199254740991}'), "", ""
	)
	check.equal(codec.body["stream"], 9007199254740991, "the largest safe number")
	check.equal(Codec.encode({"a": 8, "b": 0.1}), '{"a":8,"b":0.1}', "no point in a whole number")


func test_other_texts_are_refused(check: Check) -> void:
	for text: String in [
		"hello",
		"[]",
		'{"type":"job.explode"}',
		'{"type":"pong","re":1}',
		'{"type":"upload.done","upload":"a"}',
		'{"type":"upload.done","upload":"a","stream":1.5}',
		'{"type":"upload.done","upload":"a","stream":-1}',
		'{"type":"upload.done","upload":"a","stream":9007199254740993}',
		'{"type":"upload.done","upload":"a","stream":true}',
		'{"type":"snapshot","seq":1,"jobs":[1],"more":false}',
		'{"type":"snapshot","seq":1,"jobs":[{}],"more":false}',
		'{"type":"snapshot","seq":1,"jobs":{},"more":false}',
		'{"type":"job.marked","seq":1,"at":1,"job":"a","favourite":1}',
	]:
		check.that(not Codec.new().decode(text).is_empty(), "refused: " + text)


func test_a_newer_server_may_say_more(check: Check) -> void:
	check.equal(Codec.new().decode('{"type":"pong","re":"a","news":1}'), "", "an unknown field")


func test_every_message_of_a_client_is_written_as_the_others_do(check: Check) -> void:
	var vectors := _vectors(check, "controls")
	var made: Array[Dictionary] = _asks()
	var expected: Array = vectors["client"]
	check.equal(made.size(), expected.size(), "one function for each message")
	for index in made.size():
		var written: Variant = JSON.parse_string(Codec.encode(made[index]))
		check.equal(written, expected[index], str(made[index]["type"]))


func test_frames_are_read_and_written(check: Check) -> void:
	for vector: Dictionary in _vectors(check, "frames")["valid"]:
		var hex: String = vector["hex"]
		var frame := Frame.new()
		check.equal(frame.decode(hex.hex_decode()), "", hex.left(80))
		check.equal(frame.kind, int(str(vector["kind"])), "kind")
		check.equal(frame.stream, int(str(vector["stream"])), "stream")
		check.equal(frame.index, int(str(vector["index"])), "index")
		check.equal(frame.count, int(str(vector["count"])), "count")
		check.equal(frame.is_last(), vector["last"], "last")
		check.equal(frame.metadata, vector["metadata"], "metadata")
		check.equal(frame.payload.hex_encode(), vector["payload"], "payload")
		var again := Frame.new()
		check.equal(again.decode(frame.encode()), "", "what is written can be read")
		check.equal(again.metadata, frame.metadata, "metadata again")
		if frame.metadata.is_empty():
			check.equal(frame.encode().hex_encode(), hex, "the same bytes")


func test_other_bytes_are_refused(check: Check) -> void:
	for vector: Dictionary in _vectors(check, "frames")["refused"]:
		var hex: String = vector["hex"]
		check.that(not Frame.new().decode(hex.hex_decode()).is_empty(), str(vector["name"]))


func test_chunks_are_put_together(check: Check) -> void:
	var assembly := Assembly.new(100)
	for vector: Dictionary in _vectors(check, "frames")["valid"]:
		if vector["stream"] == 3.0:
			var hex: String = vector["hex"]
			var frame := Frame.new()
			frame.decode(hex.hex_decode())
			check.equal(assembly.add(frame), "", "chunk %d" % frame.index)
	check.that(assembly.complete, "complete")
	check.equal(assembly.content, PackedByteArray(range(100)), "content")
	check.that(not Assembly.new(3).add(_chunk(0, 4)).is_empty(), "too large")
	check.that(not Assembly.new(9).add(_chunk(1, 1)).is_empty(), "out of order")


static func _chunk(index: int, size: int) -> Frame:
	var frame := Frame.new()
	frame.kind = Frame.RESULT
	frame.index = index
	frame.count = 5
	frame.payload.resize(size)
	return frame


static func _vectors(check: Check, name: String) -> Dictionary:
	var folder: String = check.data["vectors"]
	return JSON.parse_string(FileAccess.get_file_as_string(folder.path_join(name + ".json")))


static func _without_empty(value: Variant) -> Variant:
	if value is Dictionary:
		var kept: Dictionary = {}
		for key: String in value:
			var inner: Variant = _without_empty(value[key])
			if inner != null and not (inner is Dictionary and (inner as Dictionary).is_empty()):
				kept[key] = inner
		return kept
	if value is Array:
		var list: Array = value
		return list.map(_without_empty)
	return value


static func _asks() -> Array[Dictionary]:
	var job := "0199f0a2-77aa-7c31-9d44-5f6f1d2b8c01"
	var request := {
		"type": "sprites", "prompt": "a red knight walking right", "num_frames": 8, "seed": 7
	}
	var result := "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	var barrel := {
		"type": "turntable",
		"mesh": "sha256:%s/barrel.glb" % result,
		"views": 16,
		"elevation": 20,
	}
	var model := "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752"
	return [
		Asks.hello("c1", "godot", "0.1.0", 262144),
		Asks.job_submit("c2", job, request, "", "normal"),
		Asks.job_submit("c20", "barrel-1", barrel, "", "normal"),
		Asks.job_cancel("c3", job),
		Asks.job_retry("c4", "retry-1", job),
		Asks.job_mark("c5", job, true),
		Asks.job_list("c6", "red knight", false, 0, 20),
		Asks.subscribe("c7", 418, "8f14e45fceea167a5a36dedd4bea2543", true),
		Asks.result_get("c8", result, 0, 8),
		Asks.stream_credit("", 3, 4),
		Asks.stream_stop("c9", 3),
		Asks.upload_start("c10", result, 70000),
		Asks.model_list("c11"),
		Asks.model_load("c12", model),
		Asks.model_unload("c13", model),
		Asks.session_open("c14", "game-1", "crafter", 1, "tick", 25.0),
		Asks.session_act("", "game-1", 12, 3, PackedInt32Array([0, 2, 6, 13])),
		Asks.session_snapshot("c15", "game-1", "before-the-bridge"),
		Asks.session_restore("c16", "game-1", "before-the-bridge"),
		Asks.session_branch("c17", "game-1", "game-2"),
		Asks.session_close("c18", "game-1"),
		Asks.ping("c19"),
	]
