import ast
import json
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolkit.messages
import toolkit.turntable_request
from toolkit import field_checks
from toolkit.errors import BadRequest
from toolkit.messages import (
    ACTIONS,
    SAMPLERS,
    SpriteRequest,
    decode_request,
    encode_request,
)

KNIGHT = SpriteRequest(prompt="a red knight walking right")

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
requests = st.builds(
    SpriteRequest,
    prompt=texts.filter(lambda text: bool(text.strip())),
    negative_prompt=texts,
    num_frames=st.integers(1, 64),
    width=st.integers(1, 16).map(lambda n: 16 * n),
    height=st.integers(1, 16).map(lambda n: 16 * n),
    fps=st.floats(1, 60),
    seed=st.integers(0, 2**63 - 1),
    num_inference_steps=st.integers(1, 100),
    guidance_scale=st.floats(1, 20),
    sampler=st.sampled_from(SAMPLERS),
    loop=st.booleans(),
    actions=st.lists(st.sampled_from(ACTIONS), unique=True, max_size=8).map(tuple),
    directions=st.sampled_from((0, 1, 2, 4, 8)),
    image=st.binary(max_size=20),
    palette=st.lists(st.from_regex("[0-9a-f]{6}", fullmatch=True), max_size=4).map(tuple),
    max_colors=st.one_of(st.just(0), st.integers(2, 256)),
)


@settings(max_examples=100, deadline=None)
@given(requests)
def test_every_request_survives_json(request: SpriteRequest):
    text = encode_request(request)
    assert decode_request(text) == request
    assert encode_request(decode_request(text)) == text


def test_the_json_form_is_fixed():
    """Files in the wild hold this text; changing it breaks ``--from``."""
    assert encode_request(replace(KNIGHT, image=b"\x01\xff", actions=("walk",))) == (
        '{"actions":["walk"],"directions":0,"fps":12.0,"guidance_scale":2.5,"height":64,'
        '"image":"01ff","loop":true,"max_colors":32,"negative_prompt":"","num_frames":8,'
        '"num_inference_steps":20,"palette":[],"prompt":"a red knight walking right",'
        '"sampler":"euler","seed":0,"type":"sprites","width":64}'
    )


def test_whole_and_fractional_rates_have_one_json_form():
    assert encode_request(replace(KNIGHT, fps=12)) == encode_request(replace(KNIGHT, fps=12.0))


def test_absent_fields_take_the_defaults():
    text = '{"type": "sprites", "prompt": "a red knight walking right"}'
    assert decode_request(text) == KNIGHT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": " \t\n"}, "prompt is empty"),
        ({"prompt": "x" * 1001}, "1001 characters; at most 1000"),
        ({"num_frames": 0}, "num_frames is 0; must be 1 to 64"),
        ({"num_frames": 10_000}, "num_frames is 10000; must be 1 to 64"),
        ({"width": 70}, "width is 70; must be a multiple of 16 from 16 to 256"),
        ({"height": 0}, "height is 0; must be a multiple of 16"),
        ({"height": 272}, "height is 272"),
        ({"fps": 0}, "fps is 0; must be 1 to 60"),
        ({"fps": float("nan")}, "fps is nan"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, "seed is"),
        ({"num_inference_steps": 0}, "num_inference_steps is 0; must be 1 to 100"),
        ({"guidance_scale": 0.5}, "guidance_scale is 0.5; must be 1 to 20"),
        ({"sampler": "ddim"}, "sampler is 'ddim'; choose from euler"),
        ({"actions": ("swim",)}, "action is 'swim'; choose from idle, walk"),
        ({"directions": 3}, "directions is 3; must be 1, 2, 4 or 8"),
        ({"palette": ("red",)}, "palette colour is 'red'; write six hex digits"),
        ({"max_colors": 1}, "max_colors is 1; must be 2 to 256"),
        ({"max_colors": 257}, "max_colors is 257"),
        ({"palette": ("ff8800",) * 257}, "palette has 257 colours; at most 256"),
        ({"actions": ("walk", "idle", "walk")}, "action 'walk' comes twice"),
        ({"negative_prompt": "x" * 1001}, "negative_prompt has 1001 characters"),
        ({"prompt": "a\0b"}, "prompt holds a NUL"),
        ({"prompt": "a\ud800b"}, "prompt holds a NUL or half a character"),
        ({"actions": ["walk"]}, "actions is .* must be a tuple"),
        ({"num_frames": 8.0}, "num_frames is 8.0; must be a whole number"),
    ],
)
def test_values_out_of_range_say_what_is_allowed(change: dict[str, Any], message: str):
    with pytest.raises(BadRequest, match=message):
        replace(KNIGHT, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"num_frames": 8.0}, {"num_frames": "8"}, {"num_frames": True}, {"num_frames": None},
        {"width": 64.0}, {"seed": 1.5}, {"seed": "1"}, {"fps": "12"}, {"fps": [12]},
        {"loop": "yes"}, {"loop": 1}, {"prompt": 5}, {"prompt": ["a"]}, {"sampler": ["euler"]},
        {"actions": "walk"}, {"actions": {"walk": 1}}, {"actions": [1]}, {"actions": None},
        {"palette": "ff8800"}, {"palette": [255]}, {"image": "zz"}, {"image": 5},
        {"image": ["00"]}, {"directions": True}, {"directions": 4.0}, {"max_colors": 4.5},
        {"guidance_scale": None}, {"negative_prompt": None},
    ],
)  # fmt: skip
def test_wrong_types_in_json_are_refused(change: dict[str, Any]):
    body = {"type": "sprites", "prompt": "a red knight", **change}
    with pytest.raises(BadRequest):
        decode_request(json.dumps(body))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("", "not JSON"),
        ("[]", "no known type"),
        ("null", "no known type"),
        ('{"prompt": "x"}', "no known type"),
        ('{"type": "video", "prompt": "x"}', "no known type"),
        ('{"type": "sprites"}', "prompt"),
        ('{"type": "turntable"}', "mesh is '' and prompt ''; give one of them"),
        ('{"type": "turntable", "prompt": "x", "mesh": "a.glb"}', "give one of them"),
        ('{"type": "turntable", "mesh": "/etc/a.glb"}', "send its file name"),
        ('{"type": "turntable", "mesh": "..\\\\a.glb"}', "send its file name"),
        ('{"type": "turntable", "mesh": "a.glb", "path": [[0, 1], [2]]}', "path is"),
        ('{"type": "turntable", "mesh": "a.glb", "path": 5}', "path is 5"),
        ('{"type": "turntable", "mesh": "a.glb", "loop": true}', "unknown field 'loop'"),
        ('{"type": "sprites", "prompt": "x", "colour": 1}', "unknown field 'colour'; fields are"),
        ('{"type": "sprites", "prompt": "x", "fps": NaN}', "fps"),
        ('{"type": "sprites", "prompt": "x", "fps": Infinity}', "fps"),
        ("[" * 100_000, "not JSON"),
        ('{"type": "sprites", "prompt": "x", "seed": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_other_text_is_refused_in_one_sentence(text: str, message: str):
    with pytest.raises(BadRequest, match=message):
        decode_request(text)


@pytest.mark.parametrize("module", [toolkit.messages, toolkit.turntable_request, field_checks])
def test_messages_need_only_the_standard_library_and_each_other(module: ModuleType):
    """The Blender build ships a copy of these files and of ``errors.py``."""
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names] if isinstance(node, ast.Import)
            else [node.module or ""] if isinstance(node, ast.ImportFrom)
            else []
        )
    }  # fmt: skip
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    shipped = {"toolkit", "toolkit.errors", "toolkit.field_checks", "toolkit.turntable_request"}
    assert outside <= shipped
