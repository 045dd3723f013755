"""One PNG per frame, untrimmed, with the timing beside them in a JSON file."""

from __future__ import annotations

import json

from exporters.options import SheetOptions
from exporters.png import encode_png
from exporters.provenance import checked_metadata
from exporters.spritesheet import distinct_tags, hit_box, named_sides, visible
from toolkit.clip import Clip


def export_png_sequence(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME_0000.png`` and so on in the clip's order, and ``NAME.frames.json``.

    The JSON gives each file its seconds and hit box, and the fps, pivot, tags and metadata of the
    clip; a tag's ``stop`` is one past its last frame.
    """
    names = [f"{name}_{index:04d}.png" for index in range(clip.num_frames)]
    images = {
        file: encode_png(frame, clip.metadata)
        for file, frame in zip(names, visible(clip.frames), strict=True)
    }
    boxes = [hit_box(frame) for frame in clip.frames]
    document = {
        "fps": clip.fps,
        "size": {"w": clip.width, "h": clip.height},
        "pivot": {"x": clip.pivot[0], "y": clip.pivot[1]},
        "frames": [
            {"file": file, "seconds": seconds, "hit_box": box and named_sides(box)}
            for file, seconds, box in zip(names, clip.frame_seconds, boxes, strict=True)
        ],
        "tags": [
            {
                "name": tag.name,
                "start": tag.start,
                "stop": tag.stop,
                "loop": tag.loop,
                "direction": tag.direction,
            }
            for tag in distinct_tags(clip.tags_or_whole)
        ],
        "meta": {"app": "playreel", "playreel": checked_metadata(clip.metadata)},
    }
    text = json.dumps(document, indent=1, ensure_ascii=False)
    return {f"{name}.frames.json": f"{text}\n".encode(), **images}
