## A project in which this user cannot write anything at all.
extends RefCounted

const Check := preload("../check.gd")
const Hand := preload("../hand.gd")
const Placing := preload("res://addons/playreel/editing/placing.gd")
const HERO := "res://sprites/hero.playreel"


func test_adding_says_one_sentence_and_adds_nothing(check: Check) -> void:
	var root := await check.open_scene("res://there.tscn")
	var placing := Placing.new(check.plugin.get_undo_redo())
	var said := _heard(placing)
	for with_player: bool in [false, true]:
		var node := await placing.add(_png(), _info(check), "new", with_player)
		check.that(node == null, "nothing is added")
	check.equal(root.get_child_count(), 0, "nothing is in the scene")
	_is_told(check, said, 2)


func test_dragging_says_one_sentence_and_carries_nothing(check: Check) -> void:
	var placing := Placing.new(check.plugin.get_undo_redo())
	var said := _heard(placing)
	check.equal(await placing.save_scene(_png(), _info(check), "new"), "", "nothing to drop")
	_is_told(check, said, 1)


func test_files_in_use_are_not_replaced(check: Check) -> void:
	var placing := Placing.new(check.plugin.get_undo_redo())
	var said := _heard(placing)
	var steps := check.global_steps()
	placing.overwrite(_png(), _info(check), HERO)
	check.equal(check.global_steps(), steps, "nothing to undo")
	_is_told(check, said, 1)


func test_what_is_there_can_be_used(check: Check) -> void:
	check.that(load(HERO) is SpriteFrames, "imported sprites load")
	await check.frames(30)
	check.that(Hand.find_dock().meter.ticks > 0, "the editor goes on")


static func _is_told(check: Check, said: Array[String], times: int) -> void:
	var folder := ProjectSettings.globalize_path("res://").trim_suffix("/")
	check.equal(said.size(), times, "told each time, once")
	for sentence in said:
		check.that(sentence.contains(folder), "names the project: " + sentence)
		check.that(sentence.contains("right to write"), "says what to do: " + sentence)


static func _heard(placing: Placing) -> Array[String]:
	var said: Array[String] = []
	placing.told.connect(func(sentence: String, _bad: bool) -> void: said.append(sentence))
	return said


static func _png() -> PackedByteArray:
	return FileAccess.get_file_as_bytes("res://sprites/hero.png")


static func _info(check: Check) -> Dictionary:
	return check.data["hero_info"]
