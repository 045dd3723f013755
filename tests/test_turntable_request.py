from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import BadRequest
from toolkit.messages import TurntableRequest, decode_request, encode_request
from toolkit.turntable_request import CAMERAS, DIRECTION_COUNTS, LIGHTINGS, PASSES

MODEL = TurntableRequest(mesh="model.glb")
CHAIR = TurntableRequest(prompt="a wooden chair")
RIG = TurntableRequest(mesh="rig.glb", backend="bpy")

stops = st.tuples(st.floats(-3600, 3600), st.floats(-90, 90))
meshes = st.builds(
    TurntableRequest,
    mesh=st.sampled_from(["a.glb", "b c.obj", "d.3mf"]),
    views=st.integers(1, 256),
    directions=st.sampled_from(DIRECTION_COUNTS),
    clockwise=st.booleans(),
    azimuth=st.floats(-360, 360),
    elevation=st.floats(-90, 90),
    camera=st.sampled_from(CAMERAS),
    field_of_view=st.floats(5, 100),
    width=st.integers(16, 256),
    height=st.integers(16, 256),
    samples=st.integers(1, 4),
    passes=st.lists(st.sampled_from(PASSES), unique=True, min_size=1).map(tuple),
    lighting=st.sampled_from(LIGHTINGS),
    toon_bands=st.one_of(st.just(0), st.integers(2, 16)),
    outline=st.integers(0, 4),
    outline_color=st.from_regex("[0-9a-f]{6}", fullmatch=True),
    up=st.sampled_from(["auto", "y", "z"]),
    pivot=st.sampled_from(["center", "origin"]),
    pixels_per_unit=st.one_of(st.just(0.0), st.floats(1e-6, 1e6)),
    rest_pose=st.booleans(),
    fps=st.floats(1, 60),
)
animated = st.builds(
    TurntableRequest,
    mesh=st.sampled_from(["a.glb", "b.fbx", "c.blend"]),
    views=st.integers(1, 8),
    width=st.integers(16, 64),
    height=st.integers(16, 64),
    backend=st.just("bpy"),
    num_frames=st.integers(1, 64),
    actions=st.sampled_from([(), ("walk",), ("Armature|idle", "Armature|run")]),
)
turns = st.builds(
    TurntableRequest, mesh=st.just("a.glb"), path=st.lists(stops, min_size=2, max_size=5).map(tuple)
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(meshes, turns, animated))
def test_every_request_survives_json(request_: TurntableRequest):
    text = encode_request(request_)
    assert decode_request(text) == request_
    assert encode_request(decode_request(text)) == text


def test_json_does_not_say_where_the_mesh_lay():
    for path in ("/home/ann/secret/model.glb", "C:\\Users\\ann\\model.glb", "model.glb"):
        assert decode_request(encode_request(TurntableRequest(mesh=path))) == MODEL


def test_json_does_not_hold_the_mesh_itself():
    sent = TurntableRequest(mesh="model.glb", mesh_bytes=b"glTF")
    assert decode_request(encode_request(sent)) == MODEL
    with pytest.raises(BadRequest, match="unknown field 'mesh_bytes'"):
        decode_request('{"type": "turntable", "mesh": "model.glb", "mesh_bytes": "00"}')
    with pytest.raises(BadRequest, match=r"its name ends in \.glb"):
        TurntableRequest(mesh="model.blend", mesh_bytes=b"BLENDER")


def test_open_sizes_are_filled_in():
    assert MODEL.size == (256, 256)
    assert CHAIR.size == (64, 64)
    assert replace(MODEL, width=20).size == (20, 256)
    assert MODEL.num_views == 16
    assert replace(MODEL, directions=8).num_views == 8
    assert replace(RIG, directions=8, num_frames=6, actions=("idle", "run")).num_views == 96


@pytest.mark.parametrize(
    ("request_", "change", "message"),
    [
        (MODEL, {"prompt": "a chair"}, "give one of them"),
        (MODEL, {"mesh": " "}, "give one of them"),
        (MODEL, {"views": 0}, "views is 0; must be 1 to 256"),
        (MODEL, {"views": 10_000}, "views is 10000; must be 1 to 256"),
        (CHAIR, {"views": 65}, "views is 65; must be 1 to 64"),
        (MODEL, {"directions": 5}, "directions is 5; choose from 0, 1, 2, 4, 8, 16, 32"),
        (MODEL, {"elevation": 91}, "elevation is 91; must be -90 to 90"),
        (MODEL, {"elevation": float("nan")}, "elevation is nan"),
        (MODEL, {"azimuth": float("inf")}, "azimuth is inf"),
        (MODEL, {"camera": "fisheye"}, "camera is 'fisheye'; choose from orthographic"),
        (MODEL, {"field_of_view": 170}, "field_of_view is 170"),
        (MODEL, {"path": ((0.0, 0.0),)}, "path has 1 stops; give 2 to 64"),
        (MODEL, {"path": ((0.0, 0.0), (1.0, 99.0))}, "elevation of a stop is 99"),
        (MODEL, {"path": ((0.0, 0.0), (True, 9.0))}, "path is"),
        (MODEL, {"path": ((0.0, 0.0), (9.0, 9.0)), "directions": 4}, "both given"),
        (CHAIR, {"path": ((0.0, 0.0), (9.0, 9.0))}, "can only turn"),
        (MODEL, {"width": 15}, "width is 15; must be 16 to 1024"),
        (MODEL, {"height": 2000}, "height is 2000"),
        (CHAIR, {"width": 100}, "width is 100; of a prompt it must be a multiple of 16"),
        (CHAIR, {"width": 512}, "width is 512; of a prompt"),
        (MODEL, {"views": 256, "width": 1024, "height": 1024}, "at most 67108864 pixels in all"),
        (MODEL, {"passes": ()}, "passes is empty; choose from rgba, normal"),
        (MODEL, {"passes": ("rgba", "uv")}, "pass is 'uv'; choose from rgba"),
        (MODEL, {"passes": ("rgba", "rgba")}, "name each pass once"),
        (CHAIR, {"passes": ("normal",)}, "pass is 'normal'; choose from rgba"),
        (MODEL, {"samples": 5}, "samples is 5; must be 1 to 4"),
        (MODEL, {"lighting": "sun"}, "lighting is 'sun'; choose from camera"),
        (MODEL, {"toon_bands": 1}, "toon_bands is 1; must be 2 to 16"),
        (MODEL, {"outline": 9}, "outline is 9; must be 0 to 4"),
        (MODEL, {"outline_color": "red"}, "outline_color is 'red'; write six hex digits"),
        (MODEL, {"up": "x"}, "up is 'x'; choose from auto, y, z"),
        (MODEL, {"pivot": "feet"}, "pivot is 'feet'"),
        (MODEL, {"pixels_per_unit": -1.0}, "pixels_per_unit is -1.0"),
        (MODEL, {"image": b"x"}, "image is given with a mesh"),
        (MODEL, {"rest_pose": 1}, "rest_pose is 1; must be true or false"),
        (MODEL, {"views": 8.0}, "views is 8.0; must be a whole number"),
        (MODEL, {"backend": "eevee"}, "backend is 'eevee'; choose from playreel, bpy"),
        (MODEL, {"num_frames": 8}, "num_frames is given, .* add --backend bpy"),
        (MODEL, {"actions": ("walk",)}, "actions is given, .* add --backend bpy"),
        (RIG, {"num_frames": 65}, "num_frames is 65; must be 1 to 64"),
        (RIG, {"actions": ("a", "a")}, "name each action once"),
        (RIG, {"actions": tuple(f"{n}" for n in range(17))}, "actions names 17; at most 16"),
        (RIG, {"rest_pose": True}, "rest_pose is given with backend bpy"),
        (RIG, {"toon_bands": 3}, "toon_bands is given with backend bpy"),
        (RIG, {"views": 64, "num_frames": 64}, "4096 views of 256x256 are too much"),
        (CHAIR, {"backend": "bpy"}, "prompt is given with backend bpy"),
        (CHAIR, {"sampler": "ddim"}, "sampler is 'ddim'"),
        (CHAIR, {"num_inference_steps": 0}, "num_inference_steps is 0"),
    ],
)
def test_values_out_of_range_say_what_is_allowed(
    request_: TurntableRequest, change: dict[str, Any], message: str
):
    with pytest.raises(BadRequest, match=message):
        replace(request_, **change)
