## The dock on a real server: jobs made, watched, cancelled, shared, lost and found.
extends RefCounted

const Check := preload("../check.gd")
const Client := preload("res://addons/playreel/jobs/client.gd")
const Dock := preload("res://addons/playreel/dock/dock.gd")
const Hand := preload("../hand.gd")
const Job := preload("res://addons/playreel/jobs/job.gd")
const Settings := preload("res://addons/playreel/settings.gd")
const SMALL := Hand.SMALL


func test_a_sentence_becomes_a_playing_sprite(check: Check) -> void:
	var root := await check.new_scene("live")
	var dock := await Hand.connected_dock(check, "live")
	check.that(dock.connection_bar.text().begins_with("Connected"), dock.connection_bar.text())
	var previewed: Array[String] = []
	dock.client.previewed.connect(
		func(job: String, _layout: Dictionary, _image: Image) -> void: previewed.append(job)
	)
	dock.form.show_request(SMALL.merged({"prompt": "a slow red knight"}))
	dock.form.generate()
	var id := dock.shown
	await check.until(
		func() -> bool: return dock.preview.has_frames() and previewed.has(id), "frames appear"
	)
	await check.until(func() -> bool: return dock.has_result(), "the result comes")
	await check.until(
		func() -> bool: return not dock.result_bar.file_name().is_empty(), "it can be used"
	)
	check.equal(dock.result_bar.file_name(), "slow_red_knight", "a name from the sentence")
	dock.result_bar.add_pressed.emit()
	await check.until(func() -> bool: return root.get_child_count() == 1, "added to the scene")
	var sprite: AnimatedSprite2D = root.get_child(0)
	check.that(sprite.is_playing(), "it plays")
	_compare(check, sprite.sprite_frames)
	check.undo()
	check.equal(root.get_child_count(), 0, "undone")
	check.redo()
	dock.result_bar.add_player_pressed.emit()
	await check.until(func() -> bool: return root.get_child_count() == 2, "with a player too")
	var player: AnimationPlayer = root.get_child(1).get_node("AnimationPlayer")
	check.that(player.has_animation(&"default"), "its animation")
	var saved := _saved_as("slow_red_knight")
	check.equal(saved, ["slow_red_knight.playreel"] as Array[String], "saved once")


func test_frames_of_a_selected_node_are_replaced(check: Check) -> void:
	var root := await check.new_scene("live_replace")
	var dock := await Hand.connected_dock(check, "live")
	var sprite := AnimatedSprite2D.new()
	root.add_child(sprite)
	sprite.owner = root
	EditorInterface.get_selection().clear()
	EditorInterface.get_selection().add_node(sprite)
	await Hand.make(check, dock, "a blue slime")
	dock.result_bar.replace_pressed.emit()
	await check.until(func() -> bool: return sprite.sprite_frames != null, "replaced")
	check.equal(sprite.sprite_frames.resource_path, "res://sprites/blue_slime.playreel", "frames")
	check.undo()
	check.that(sprite.sprite_frames == null, "undone")


func test_a_sprite_in_use_is_made_anew(check: Check) -> void:
	var root := await check.new_scene("live_again")
	var dock := await Hand.connected_dock(check, "live")
	await Hand.make(check, dock, "a tin robot")
	dock.result_bar.add_pressed.emit()
	await check.until(func() -> bool: return root.get_child_count() == 1, "added")
	var sprite: AnimatedSprite2D = root.get_child(0)
	var before := _made_from(sprite)
	var file := FileAccess.get_file_as_bytes("res://sprites/tin_robot.png")
	EditorInterface.get_selection().clear()
	EditorInterface.get_selection().add_node(sprite)
	dock.result_bar.regenerate_pressed.emit(true)
	await check.until(func() -> bool: return _made_from(sprite) != before, "other frames")
	check.equal(sprite.sprite_frames.resource_path, "res://sprites/tin_robot.playreel", "in place")
	check.equal(str(dock.form.request()["prompt"]), "a tin robot", "the same sentence")
	check.undo_global()
	await check.until(func() -> bool: return _made_from(sprite) == before, "undone")
	check.equal(FileAccess.get_file_as_bytes("res://sprites/tin_robot.png"), file, "the old file")


func test_a_job_is_cancelled(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	dock.form.show_request(SMALL.merged({"prompt": "slow many"}))
	dock.form.generate()
	var id := dock.shown
	await _until_state(check, dock, id, "running")
	dock.history.cancel_pressed.emit(id)
	await _until_state(check, dock, id, "cancelled")
	check.that(not dock.has_result(), "no result")


func test_a_failure_says_why(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	dock.form.show_request(SMALL.merged({"prompt": "fail"}))
	dock.form.generate()
	await _until_state(check, dock, dock.shown, "failed")
	check.that(dock.result_bar.said().contains("the graph is not"), dock.result_bar.said())


func test_a_refused_request_says_why(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	dock.client.submit({"type": "sprites", "prompt": "x", "width": 60})
	await check.until(
		func() -> bool: return dock.result_bar.said().contains("multiple of 16"), "said"
	)


func test_an_empty_prompt_is_not_sent(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	dock.form.show_request(SMALL.merged({"prompt": "  "}))
	dock.form.generate()
	check.that(dock.result_bar.said().contains("Say what to draw"), dock.result_bar.said())


func test_the_history_is_shared(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	var other := Client.new("cli", "0.1.0")
	other.connection.folder = Hand.state_folder(check, "live")
	other.connection.connect_now()
	await check.until(
		func() -> bool:
			other.poll(4000)
			return other.connection.is_ready(),
		"another client"
	)
	var id := other.submit(
		{"type": "sprites", "prompt": "from elsewhere", "width": 16, "height": 16}
	)
	await check.until(
		func() -> bool:
			other.poll(4000)
			var job := dock.client.jobs.find(id)
			return job != null and job.state == "done",
		"the dock hears of it"
	)
	check.equal(dock.client.jobs.find(id).client, "cli", "and knows whose it is")
	dock.history.mark_pressed.emit(id, true)
	await check.until(
		func() -> bool:
			other.poll(4000)
			return other.jobs.find(id).favourite,
		"the other hears of the mark"
	)
	other.connection.disconnect_now()


func test_the_history_is_searched_and_used(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	await Hand.make(check, dock, "a golden coin")
	var id := dock.shown
	await Hand.make(check, dock, "a green tree")
	dock.history.pick(id)
	await check.until(
		func() -> bool: return dock.result_bar.file_name() == "golden_coin", "the older one again"
	)
	check.equal(str(dock.form.request()["prompt"]), "a golden coin", "its request is shown")


func test_typing_shows_drafts_that_no_history_keeps(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	var lines := dock.history.shown()
	dock.form.show_request(SMALL)
	dock.form.set_live(true)
	dock.form.type("a yellow")
	await check.until(func() -> bool: return dock.shown.begins_with(Job.DRAFT), "a draft")
	dock.form.type("a yellow bird")
	var first := dock.shown
	await check.until(func() -> bool: return dock.shown != first, "a newer draft")
	await check.until(func() -> bool: return dock.preview.has_frames(), "its frames")
	dock.form.set_live(false)
	await check.frames(10)
	check.equal(dock.history.shown(), lines, "no line in the history")


func test_a_large_result_arrives_whole(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	dock.meter.worst = 0
	var large := {"type": "sprites", "prompt": "a large noise", "num_inference_steps": 1}
	large.merge({"width": 256, "height": 256, "num_frames": 40, "seed": 1})
	dock.show_job(dock.client.submit(large))
	await check.until(func() -> bool: return dock.has_result(), "arrived")
	var size := int(str(dock.client.jobs.find(dock.shown).result.get("size", 0)))
	check.that(size > 8 * 1024 * 1024, "%d bytes" % size)
	await check.until(
		func() -> bool: return dock.result_bar.file_name() == "large_noise", "decoded"
	)
	print("MEASURED large result: ", dock.meter.text())


func test_a_server_that_dies_in_the_middle(check: Check) -> void:
	var folder := Hand.state_folder(check, "dying")
	var first := _serve(check, folder)
	var client := Client.new("godot:check", "0.1.0")
	client.connection.folder = folder
	client.connection.connect_now()
	await _until_client(check, client, func() -> bool: return client.connection.is_ready(), "ready")
	var job := client.submit({"type": "sprites", "prompt": "slow many", "width": 16, "height": 16})
	await _until_client(check, client, _is_in.bind(client, job, "running"), "running")
	OS.kill(first)
	await _until_client(
		check,
		client,
		func() -> bool: return not client.connection.is_ready(),
		"the loss is noticed"
	)
	var asked := client.submit(
		{"type": "sprites", "prompt": "asked meanwhile", "width": 16, "height": 16}
	)
	var second := _serve(check, folder)
	await _until_client(
		check, client, _is_in.bind(client, job, "interrupted"), "told what became of it"
	)
	await _until_client(check, client, _is_in.bind(client, asked, "done"), "nothing asked is lost")
	var again := client.retry(job)
	await _until_client(check, client, _is_in.bind(client, again, "running"), "once more")
	client.cancel(again)
	await _until_client(check, client, _is_in.bind(client, again, "cancelled"), "cancelled")
	client.connection.disconnect_now()
	OS.create_process("kill", PackedStringArray(["-TERM", str(second)]))


func test_a_server_is_started_when_asked_for_and_only_it_is_ended(check: Check) -> void:
	var folder := Hand.state_folder(check, "started")
	var settings := EditorInterface.get_editor_settings()
	settings.set_setting(Settings.STATE_FOLDER, folder)
	settings.set_setting(Settings.SERVER_COMMAND, str(check.data["playreel"]))
	var dock: Dock = Hand.find_dock()
	dock.connection_bar.start_pressed.emit()
	check.that(dock.server.is_running(), "started")
	await check.until(func() -> bool: return dock.client.connection.is_ready(), "and found")
	var pid := dock.client.connection.server_pid()
	check.that(OS.is_process_running(pid), "it runs")
	dock.connection_bar.stop_pressed.emit()
	await check.until(func() -> bool: return not dock.client.connection.is_ready(), "and ended")
	await check.until(
		func() -> bool: return not FileAccess.file_exists(folder.path_join("server.json")),
		"in order"
	)
	settings.set_setting(Settings.STATE_FOLDER, Hand.state_folder(check, "live"))
	dock.connection_bar.connect_pressed.emit()
	await check.until(func() -> bool: return dock.client.connection.is_ready(), "the other lives")
	dock.server.stop()
	await check.frames(20)
	check.that(dock.client.connection.is_ready(), "a server of somebody else is left alone")


func test_the_plugin_keeps_its_budget(check: Check) -> void:
	var dock := await Hand.connected_dock(check, "live")
	await check.frames(60)
	check.that(dock.meter.ticks > 60, "ticks are counted")
	check.that(dock.meter.text().contains("of 4 ms"), "and shown")
	print("MEASURED all: ", dock.meter.text())


## What the frames in use say of how they were made; without a window pictures in use stay old.
static func _made_from(sprite: AnimatedSprite2D) -> String:
	return str(sprite.sprite_frames.get_meta(&"playreel", ""))


static func _saved_as(name: String) -> Array[String]:
	var found: Array[String] = []
	for file in DirAccess.get_files_at("res://sprites"):
		if file.begins_with(name) and file.ends_with(".playreel"):
			found.append(file)
	return found


static func _compare(check: Check, frames: SpriteFrames) -> void:
	var expected: Array = check.data["knight"]
	check.equal(frames.get_frame_count(&"default"), expected.size(), "frames")
	for index in expected.size():
		var cut: AtlasTexture = frames.get_frame_texture(&"default", index)
		var image := cut.atlas.get_image().get_region(Rect2i(cut.region))
		image.convert(Image.FORMAT_RGBA8)
		check.equal(image.get_data().hex_encode(), str(expected[index]), "pixels of %d" % index)


static func _serve(check: Check, folder: String) -> int:
	var words := PackedStringArray([check.data["serve"], folder, check.data["bundle"]])
	return OS.create_process(str(check.data["python"]), words)


static func _is_in(client: Client, job: String, state: String) -> bool:
	var found := client.jobs.find(job)
	return found != null and found.state == state


static func _until_state(check: Check, dock: Dock, job: String, state: String) -> void:
	await check.until(_is_in.bind(dock.client, job, state), "%s" % state)


static func _until_client(check: Check, client: Client, condition: Callable, what: String) -> void:
	await check.until(
		func() -> bool:
			client.poll(4000)
			return condition.call(),
		what
	)
