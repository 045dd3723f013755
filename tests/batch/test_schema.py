import json
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.batch.desk import write
from tests.batch.test_manifest import FULL
from toolkit.batch.manifest import read_manifest
from toolkit.batch.schema import manifest_schema
from toolkit.errors import ManifestError
from toolkit.messages import SpriteRequest

SCHEMA = manifest_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
DRESSED: dict[str, Any] = {"name": "a{n}", "prompt": "x"}


def test_the_published_file_is_the_schema():
    published = files("toolkit.batch") / "manifest.schema.json"
    assert json.loads(published.read_text("utf-8")) == SCHEMA
    Draft202012Validator.check_schema(SCHEMA)


def test_every_field_of_a_request_can_be_said():
    known = SCHEMA["properties"]["assets"]["items"]["properties"]
    assert {field.name for field in fields(SpriteRequest)} <= set(known)


def test_a_manifest_with_everything_passes():
    assert list(VALIDATOR.iter_errors(yaml.safe_load(FULL))) == []


@pytest.mark.parametrize(
    ("field", "fits", "fails"),
    [
        ("num_frames", [1, 64, "{n}"], [0, 65, "x", 1.5]),
        ("width", [16, 256], [0, 24, 272]),
        ("fps", [1, 60, 12.5], [0.5, 61]),
        ("seed", [0, 2**63 - 1], [-1, 2**63]),
        ("num_inference_steps", [1, 100], [0, 101]),
        ("guidance_scale", [1, 20], [0.9, 20.5]),
        ("sampler", ["euler", "lcm"], ["ddim", 1]),
        ("loop", [True, False], ["maybe", 1]),
        ("actions", [[], ["idle"], "idle,walk"], [["swim"], ["idle", "idle"], 7]),
        ("directions", [0, 1, 8], [3, 16]),
        ("max_colors", [0, 2, 256], [1, 257]),
        ("palette", [["ff0000"], ["{c}"]], [[[]]]),
        ("export", ["gif", ["gif"], {"gif": {"padding": 0}}, {"gif": None}],
         [["flipbook"], {"flipbook": None}, {"gif": {"speed": 1}}, {"gif": {"padding": -1}}, {}]),
        ("quality", [{"retries": 100, "clipped_at_edge": False}, {"otherwise": "keep"}],
         [{"beauty": 1}, {"retries": 101}, {"retries": -1}, {"otherwise": "cry"}]),
        ("matrix", [{"n": [1, "b"]}], [{"n": []}, {"n": [1, 1]}, {"n": 1}, []]),
        ("prompt", ["x" * 1000], ["", ["x"], "x" * 1001]),
        ("promt", [], ["x"]),
    ],
)  # fmt: skip
def test_schema_and_reader_agree(field: str, fits: list[Any], fails: list[Any], tmp_path: Path):
    values = {"values": {"n": 8, "c": "00ff00"}}
    for value in fits:
        document = {**values, "assets": [{**DRESSED, field: value}]}
        assert VALIDATOR.is_valid(document), value
        assert read_manifest(write(tmp_path, a_json=json.dumps(document))).assets
    for value in fails:
        document = {**values, "assets": [{**DRESSED, field: value}]}
        with pytest.raises(ManifestError):
            read_manifest(write(tmp_path, a_json=json.dumps(document)))
        assert not VALIDATOR.is_valid(document), value
