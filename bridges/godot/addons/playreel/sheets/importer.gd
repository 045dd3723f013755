## Imports `.playreel` files as SpriteFrames; needs no server, and works without a window.
@tool
extends EditorImportPlugin

const AtlasFiles := preload("atlas_files.gd")
const FramesBuilder := preload("frames_builder.gd")
const LibraryFile := preload("library_file.gd")
const Sheet := preload("sheet.gd")
const Sidecar := preload("sidecar.gd")
## After textures, so that one pass over a clean checkout does all.
const AFTER_TEXTURES := 100
const LOCKED := (
	"files beside it cannot be written; make its folder writable, "
	+ "or switch Animation Library and Atlas Textures off in its import settings."
)
## Lossless and untouched; Godot's defaults recolour faint pixels.
const EXACT := {
	"compress/mode": 0,
	"mipmaps/generate": false,
	"process/fix_alpha_border": false,
	"detect_3d/compress_to": 0,
}


func _get_importer_name() -> String:
	return "playreel.sheet"


func _get_visible_name() -> String:
	return "Playreel Sprite"


func _get_recognized_extensions() -> PackedStringArray:
	return PackedStringArray([Sidecar.EXTENSION])


func _get_save_extension() -> String:
	return "res"


func _get_resource_type() -> String:
	return "SpriteFrames"


func _get_priority() -> float:
	return 1.0


func _get_import_order() -> int:
	return AFTER_TEXTURES


func _can_import_threaded() -> bool:
	return false


func _get_preset_count() -> int:
	return 1


func _get_preset_name(_preset: int) -> String:
	return "Default"


func _get_import_options(_path: String, _preset: int) -> Array[Dictionary]:
	return [
		{"name": "exact_pixels", "default_value": true},
		{"name": "animation_library", "default_value": false},
		{"name": "atlas_textures", "default_value": false},
	]


func _get_option_visibility(_path: String, _option: StringName, _options: Dictionary) -> bool:
	return true


func _import(
	source: String,
	save_path: String,
	options: Dictionary,
	_platform_variants: Array[String],
	gen_files: Array[String],
) -> Error:
	var sheet := Sheet.new()
	var problem := Sidecar.read(source, sheet)
	if not problem.is_empty():
		return _report(problem, ERR_FILE_CORRUPT)
	var exact: bool = options.get("exact_pixels", true)
	var texture := _load_texture(source, sheet, exact)
	if texture == null:
		return _report("%s: %s cannot be imported." % [source, sheet.image], ERR_FILE_CORRUPT)
	var failed: Error = OK
	if options.get("animation_library", false):
		failed = LibraryFile.update(source, sheet, gen_files)
	if failed == OK and options.get("atlas_textures", false):
		failed = AtlasFiles.update(source, sheet, texture, gen_files)
	if failed != OK:
		return _report("%s: %s" % [source, LOCKED], failed)
	var frames := FramesBuilder.build(sheet, texture)
	return ResourceSaver.save(frames, "%s.%s" % [save_path, _get_save_extension()])


func _load_texture(source: String, sheet: Sheet, exact: bool) -> Texture2D:
	var folder := source.get_base_dir()
	var diffuse := _load_picture(folder.path_join(sheet.image), exact)
	if diffuse == null or sheet.normal_map.is_empty():
		return diffuse
	var lit := CanvasTexture.new()
	lit.diffuse_texture = diffuse
	lit.normal_texture = _load_picture(folder.path_join(sheet.normal_map), exact)
	return lit


func _load_picture(path: String, exact: bool) -> Texture2D:
	var settings := ConfigFile.new()
	var known := settings.load(path + ".import") == OK
	if exact and not (known and _is_exact(settings)):
		append_import_external_resource(path, EXACT, "texture")
	elif not (known and settings.has_section_key("remap", "path")):
		append_import_external_resource(path)
	return ResourceLoader.load(path, "Texture2D", ResourceLoader.CACHE_MODE_REPLACE)


static func _is_exact(settings: ConfigFile) -> bool:
	for option: String in EXACT:
		if settings.get_value("params", option) != EXACT[option]:
			return false
	return true


static func _report(sentence: String, code: Error) -> Error:
	push_error("Playreel: " + sentence)
	return code
