"""GLB flip-books as trimesh and pygltflib read them."""

import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pygltflib
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from exporters import SheetOptions, export
from exporters.glb import PIXEL
from exporters.spritesheet import play_order, visible
from tests.exporters.clips import busy_clip, hard_alpha, plain_clip
from toolkit.clip import Clip, FrameTag

CLIPS = {"busy": busy_clip(), "one": plain_clip(1), "many": plain_clip(64, 20, 10)}


def seen(scene: Any, clip: Clip, name: str) -> NDArray[np.uint8]:
    """The frame that a quad shows, pixel by pixel from where it stands and its texture."""
    mesh = scene.geometry[scene.graph[name][1]]
    page = np.asarray(mesh.visual.material.baseColorTexture.convert("RGBA"))
    uv = mesh.visual.uv * (page.shape[1], -page.shape[0]) + (0, page.shape[0])
    ground = (clip.pivot[0] * clip.width, clip.pivot[1] * clip.height)
    corners = mesh.vertices[:, :2] / PIXEL * (1, -1) + ground
    (left, top), (right, bottom) = np.rint(corners.min(0)), np.rint(corners.max(0))
    (x, y), (x_end, y_end) = np.rint(uv.min(0)), np.rint(uv.max(0))
    frame = np.zeros((clip.height, clip.width, 4), np.uint8)
    source = page[int(y) : int(y_end), int(x) : int(x_end)]
    frame[int(top) : int(bottom), int(left) : int(right)] = source
    return frame


MILLISECONDS = st.integers(1, 2000).map(lambda count: count / 1000)
"""Seconds as files tell them: a key stands at a whole millisecond."""


def values(document: pygltflib.GLTF2, number: int) -> NDArray[np.float32]:
    accessor = document.accessors[number]
    view = document.bufferViews[accessor.bufferView]
    blob = document.binary_blob()
    assert blob is not None
    flat = np.frombuffer(blob, "<f4", view.byteLength // 4, view.byteOffset)
    return flat.reshape(accessor.count, -1)


def shown(document: pygltflib.GLTF2, animation: Any, seconds: float) -> list[int]:
    """The frames that are not next to nothing at that moment of the animation."""
    found: list[int] = []
    for channel in animation.channels:
        sampler = animation.samplers[channel.sampler]
        assert (sampler.interpolation, channel.target.path) == ("STEP", "scale")
        times = values(document, sampler.input)[:, 0]
        key = int(np.searchsorted(times, np.float32(seconds), "right")) - 1
        scale = values(document, sampler.output)[key]
        assert set(scale) in ({np.float32(1)}, {np.float32(1e-5)})
        if scale[0] == 1:
            found.append(channel.target.node - 1)
    return found


@pytest.mark.parametrize("max_side", [4096, 64])
@pytest.mark.parametrize("name", CLIPS)
def test_every_quad_shows_its_frame(name: str, max_side: int) -> None:
    clip = CLIPS[name]
    content = export(clip, "glb", name="hero", options=SheetOptions(max_side=max_side))["hero.glb"]
    scene: Any = trimesh.load(io.BytesIO(content), file_type="glb")
    frames = [seen(scene, clip, f"hero_{index}") for index in range(clip.num_frames)]
    np.testing.assert_array_equal(frames, visible(clip.frames))


@settings(max_examples=20, deadline=None)
@given(
    durations=st.lists(MILLISECONDS, min_size=5, max_size=5),
    direction=st.sampled_from(["forward", "reverse", "pingpong"]),
    loop=st.booleans(),
    split=st.integers(1, 4),
)
def test_animations_show_one_frame_after_the_other(
    durations: list[float], direction: Any, loop: bool, split: int
) -> None:
    tags = (
        FrameTag(name="a", start=0, stop=split, direction=direction, loop=loop),
        FrameTag(name="b", start=split, stop=5),
    )
    clip = replace(plain_clip(5, 8, 8), durations=tuple(durations), tags=tags)
    document: Any = pygltflib.GLTF2.load_from_bytes(export(clip, "glb")["sprite.glb"])
    assert [animation.name for animation in document.animations] == ["a", "b"]
    for tag, animation in zip(tags, document.animations, strict=True):
        order, start = play_order(tag), 0.0
        for index in order:
            assert shown(document, animation, start + 0.4 * durations[index]) == [index]
            start += durations[index]
        last = order[0] if tag.loop else order[-1]
        assert shown(document, animation, start + 1) == [last]
        assert animation.extras == {"loop": tag.loop}


def test_what_stands_still_shows_the_first_frame_alone() -> None:
    document: Any = pygltflib.GLTF2.load_from_bytes(export(busy_clip(), "glb")["sprite.glb"])
    scales = [node.scale for node in document.nodes[1:]]
    assert scales == [[1e-5] * 3] * 3 + [[1.0] * 3] + [[1e-5] * 3] * 4


def test_alpha_is_blended_only_where_there_is_some_between() -> None:
    for clip, mode in ((busy_clip(), "BLEND"), (hard_alpha(busy_clip()), "MASK")):
        document: Any = pygltflib.GLTF2.load_from_bytes(export(clip, "glb")["sprite.glb"])
        assert [material.alphaMode for material in document.materials] == [mode]
        assert "KHR_materials_unlit" in document.materials[0].extensions


def test_metadata_stands_in_the_asset() -> None:
    document: Any = pygltflib.GLTF2.load_from_bytes(export(busy_clip(), "glb")["sprite.glb"])
    assert json.loads(json.dumps(document.asset.extras)) == {"playreel": busy_clip().metadata}
