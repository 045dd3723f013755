## Runs `cases/NAME.gd` for each name in PLAYREEL_CHECK and writes what each test found as JSON.
@tool
extends EditorPlugin

const Check := preload("check.gd")
const CASES := "res://addons/playreel_check/cases/%s.gd"

var _idle: int = 0
var _began: bool = false


func _process(_delta: float) -> void:
	var files := EditorInterface.get_resource_filesystem()
	_idle = 0 if files.is_scanning() else _idle + 1
	if _began or _idle < 20:
		return
	_began = true
	if not OS.get_environment("PLAYREEL_CHECK").is_empty():
		_run.call_deferred()


func _run() -> void:
	var found: Dictionary = {}
	var data_text := FileAccess.get_file_as_string(OS.get_environment("PLAYREEL_CHECK_DATA"))
	var data: Dictionary = JSON.parse_string(data_text)
	for name in OS.get_environment("PLAYREEL_CHECK").split(","):
		var script: GDScript = load(CASES % name)
		for method: Dictionary in script.get_script_method_list():
			var test: String = method["name"]
			if test.begins_with("test_"):
				found["%s.%s" % [name, test]] = await _run_one(script, test, data)
				_write(found)
	get_tree().quit(0)


func _run_one(script: GDScript, test: String, data: Dictionary) -> Array[String]:
	var case: RefCounted = script.new()
	var check := Check.new()
	check.data = data
	check.tree = get_tree()
	check.plugin = self
	print("CASE ", test)
	await case.call(test, check)
	if check.claims == 0:
		check.failures.append("the test claims nothing")
	for failure in check.failures:
		print("FAILED ", test, ": ", failure)
	return check.failures


static func _write(found: Dictionary) -> void:
	var path := OS.get_environment("PLAYREEL_CHECK_RESULTS")
	var file := FileAccess.open(path, FileAccess.WRITE)
	file.store_string(JSON.stringify(found))
