"""Fetches a large result while the server is restarted; a file tells the test when.

Shows the seconds of every tick of the link, which is what a window would have waited for, and those
of the processor in them, which other programs do not lengthen.
"""

import time
from pathlib import Path

import bpy
from case import ARGUMENTS, connect, show, things

state, folder = ARGUMENTS
connect(state)
session = bpy.types.WindowManager.playreel_session
form = bpy.context.window_manager.playreel
form.prompt, form.kind, form.new_seed, form.seed = "a large one", "none", False, 7
form.num_frames, form.width, form.height = 33, 256, 256
bpy.ops.playreel.generate()
job = bpy.context.window_manager.playreel_job
bpy.ops.playreel.wait(job=job, seconds=400)
size = session.record(job).result.size
session.fetch(job)
download = next(iter(session.link.talk._downloads._known.values()))
while download.assembly.next == 0:
    session.link.tick(0)
Path(folder, "restart").touch()
while not Path(folder, "restarted").exists():
    time.sleep(0.05)
begun = download.assembly.next
seconds, worked, states = [], [], set()
while job not in session.results:
    start, begun_work = time.perf_counter(), time.thread_time()
    session.link.tick()
    session._receive()
    seconds.append(time.perf_counter() - start)
    worked.append(time.thread_time() - begun_work)
    states.add(session.link.state)
    if session.link.state == "waiting":
        bpy.ops.playreel.connect()
bpy.ops.playreel.wait(seconds=60)
bpy.ops.playreel.place(job=job, kind="flipbook")
bpy.ops.playreel.wait(job=job, seconds=400)
image = next(image for image in bpy.data.images if image.packed_file)
Path(folder, "large.png").write_bytes(image.packed_file.data)
show(
    size=size,
    begun=begun,
    gaps=session.link.talk.gaps,
    seconds=seconds,
    worked=worked,
    states=sorted(states),
    things=things(),
)
