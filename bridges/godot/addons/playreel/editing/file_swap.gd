## A step of the editor's history that replaces a sprite's files, and puts them back.
extends RefCounted

const Imports := preload("imports.gd")
const ProjectFiles := preload("../sheets/project_files.gd")

## Called with a sentence when files cannot be written.
var complain: Callable

var _old := ProjectFiles.new()
var _new: ProjectFiles


func _init(files: ProjectFiles, on_problem: Callable) -> void:
	_new = files
	_old.sidecar = files.sidecar
	_old.contents = files.before()
	complain = on_problem


## Writes the new files; false when they cannot be written.
func forward() -> bool:
	return _apply(_new)


## Brings the old files back; false when they cannot be written.
func back() -> bool:
	return _apply(_old)


func _apply(files: ProjectFiles) -> bool:
	var problem := files.write()
	if problem.is_empty():
		Imports.bring_in(PackedStringArray(files.contents.keys()))
	else:
		complain.call(problem)
	return problem.is_empty()
