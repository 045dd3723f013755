## The line to the server: found, refused, lost and found again; long and broken messages.
extends RefCounted

const Asks := preload("res://addons/playreel/wire/asks.gd")
const Check := preload("../check.gd")
const Connection := preload("res://addons/playreel/link/connection.gd")


func test_nothing_runs(check: Check) -> void:
	var line := _line(check, "empty")
	await _until(check, line, Connection.State.MISSING)
	check.that(line.reason.contains("No Playreel server"), line.reason)
	check.that(line.fix.contains("playreel serve"), line.fix)


func test_a_server_that_died_is_named(check: Check) -> void:
	var line := _line(check, "stale")
	await _until(check, line, Connection.State.WAITING)
	check.that(line.reason.contains("Nothing answers"), line.reason)


func test_a_wrong_token_is_named_and_mended(check: Check) -> void:
	var line := _line(check, "wrong_token")
	await _until(check, line, Connection.State.REFUSED)
	check.that(line.reason.contains("refused the token"), line.reason)
	var folder: String = check.data["states"]
	var right := FileAccess.get_file_as_string(folder.path_join("live/token"))
	var file := FileAccess.open(folder.path_join("wrong_token/token"), FileAccess.WRITE)
	file.store_string(right)
	file.close()
	await _until(check, line, Connection.State.READY)
	line.disconnect_now()


func test_another_version_is_not_asked_again(check: Check) -> void:
	var line := _line(check, "another_version")
	await _until(check, line, Connection.State.REFUSED)
	check.that(line.reason.contains("playreel.v2"), line.reason)
	check.that(line.reason.contains("playreel.v1"), line.reason)
	check.that(line.fix.contains("playreel bridge godot"), line.fix)
	var changes: Array[int] = []
	# a line captured by its own signal would never be freed
	line.changed.connect(func() -> void: changes.append(1))
	var stop := Time.get_ticks_msec() + 2500
	while Time.get_ticks_msec() < stop:
		line.poll(4000)
		await check.frames(1)
	check.equal(changes, [] as Array[int], "it stays refused")


func test_another_program_is_not_taken_for_a_server(check: Check) -> void:
	var line := _line(check, "another_program")
	await _until(check, line, Connection.State.REFUSED)
	check.that(line.reason.contains("Another program answers"), line.reason)


func test_messages_beyond_godots_default_arrive(check: Check) -> void:
	var line := _line(check, "odd")
	await _until(check, line, Connection.State.READY)
	var heard: Array[String] = []
	line.heard.connect(func(body: Dictionary) -> void: heard.append(str(body["re"])))
	for size: int in [65534, 65536, 262144, 8 * 1024 * 1024]:
		var id := "big-%d" % size
		line.send(Asks.ping(id))
		await check.until(
			func() -> bool:
				line.poll(4000)
				return heard.has(id),
			id
		)
	check.that(line.is_ready(), "the line still stands")
	line.disconnect_now()


func test_an_unknown_message_is_passed_over(check: Check) -> void:
	var line := _line(check, "odd")
	await _until(check, line, Connection.State.READY)
	var heard: Array[String] = []
	line.heard.connect(func(body: Dictionary) -> void: heard.append(str(body["re"])))
	line.send(Asks.ping("unknown"))
	await check.until(
		func() -> bool:
			line.poll(4000)
			return heard.has("unknown"),
		"what comes after it is heard"
	)
	line.disconnect_now()


func test_a_broken_frame_ends_the_line_and_it_comes_back(check: Check) -> void:
	var line := _line(check, "odd")
	await _until(check, line, Connection.State.READY)
	line.send(Asks.ping("garbage"))
	await _until(check, line, Connection.State.WAITING)
	check.that(line.reason.contains("damaged"), line.reason)
	await _until(check, line, Connection.State.READY)
	line.disconnect_now()


func test_a_stopped_server_is_named_and_awaited(check: Check) -> void:
	var line := _line(check, "odd")
	await _until(check, line, Connection.State.READY)
	line.send(Asks.ping("bye"))
	await _until(check, line, Connection.State.WAITING)
	check.equal(line.reason, "The server was stopped.", "reason")
	await _until(check, line, Connection.State.READY)
	line.disconnect_now()


func test_off_means_off(check: Check) -> void:
	var line := _line(check, "live")
	line.disconnect_now()
	for _frame in 50:
		line.poll(4000)
		await check.frames(1)
	check.equal(line.state, Connection.State.OFF, "it stays away")


static func _line(check: Check, name: String) -> Connection:
	var line := Connection.new("godot:lines", "0.1.0")
	var folder: String = check.data["states"]
	line.folder = folder.path_join(name)
	line.connect_now()
	return line


static func _until(check: Check, line: Connection, state: Connection.State) -> void:
	await check.until(
		func() -> bool:
			line.poll(4000)
			return line.state == state,
		"state %d, not %d: %s" % [state, line.state, line.reason]
	)
