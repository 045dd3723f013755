"""Opens a glTF file and saves it as .blend and as .fbx beside it."""

import bpy
from case import ARGUMENTS, show

(path,) = ARGUMENTS
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=path, disable_bone_shape=True)
bpy.ops.wm.save_as_mainfile(filepath=path.replace(".glb", ".blend"))
bpy.ops.export_scene.fbx(filepath=path.replace(".glb", ".fbx"), bake_anim_use_all_actions=True)
show(saved=True)
