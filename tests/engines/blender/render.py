"""Opens a scene and renders what its planes show, a pixel for a pixel."""

import math

import bpy
from case import ARGUMENTS, show

path, folder, width, height, *frames = ARGUMENTS
bpy.ops.wm.open_mainfile(filepath=path)
scene = bpy.context.scene
for thing in list(bpy.data.objects):
    if "playreel_job" not in thing:
        bpy.data.objects.remove(thing)
planes = sorted(thing.name for thing in bpy.data.objects)
scene.render.engine = "CYCLES"
scene.cycles.samples = 1
scene.cycles.use_denoising = False
scene.cycles.pixel_filter_type = "BOX"
scene.cycles.transparent_max_bounces = 8
scene.render.film_transparent = True
scene.render.resolution_x, scene.render.resolution_y = int(width), int(height)
scene.render.resolution_percentage = 100
scene.view_settings.view_transform = "Standard"
scene.render.image_settings.color_mode = "RGBA"
camera = bpy.data.objects.new("view", bpy.data.cameras.new("view"))
scene.collection.objects.link(camera)
scene.camera = camera
camera.data.type = "ORTHO"
camera.data.ortho_scale = max(int(width), int(height)) / 64
camera.location = (0, -5, int(height) / 64 / 2)
camera.rotation_euler = (math.pi / 2, 0, 0)
for frame in frames[:-1]:
    scene.frame_set(int(frame))  # the sequencer's strip
    scene.render.filepath = f"{folder}/strip_{frame}.png"
    bpy.ops.render.render(write_still=True)
scene.render.use_sequencer = False
for name in planes:
    for thing in bpy.data.objects:
        thing.hide_render = thing.name != name
    for frame in frames:
        scene.frame_set(int(frame))
        scene.render.filepath = f"{folder}/{name}_{frame}.png"
        bpy.ops.render.render(write_still=True)
show(planes=planes)
