"""The JSON Schema of a manifest, for editors; made from the same tables that read it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from exporters import EXPORTERS, SheetOptions
from toolkit.batch.asset_parts import MAX_RETRIES, MEASURES, OPTIONS
from toolkit.batch.asset_reader import (
    ASSET_KEYS,
    DEFAULT_KEYS,
    SHARED_KEYS,
)
from toolkit.batch.turntable_reader import TURNTABLE_FIELDS
from toolkit.messages import ACTIONS, MAX_FRAMES, MAX_PROMPT, MAX_SIDE, SAMPLERS
from toolkit.turntable_request import CAMERAS, DIRECTION_COUNTS, LIGHTINGS, PASSES
from toolkit.turntable_request import FIELDS as VIEWED

Schema = dict[str, Any]
ADDRESS = "https://json-schema.org/draft/2020-12/schema"
TEMPLATE: Schema = {"type": "string", "pattern": r"\{"}
"""Any field may be a template, which is checked once it is filled."""
TEXT: Schema = {"type": ["string", "number", "boolean"]}
"""Texts may stand without quotes, so YAML may read them as something else."""
NAMES: Schema = {"type": ["string", "array"], "items": TEXT}
TITLES = {
    "name": "Unique name; slashes make folders, as in enemies/slime_{color}.",
    "path": "Of the files below the output folder, without suffix; default: the name.",
    "size": "Width x height in pixels, as in 64x64.",
    "style": "One of the styles of the manifest.",
    "reference": "Asset whose first frame this one starts from.",
    "export": "Formats, or a mapping of formats to their options.",
    "quality": "Largest allowed measures, retries with new seeds, and what happens then.",
    "matrix": "Variables and their values: an asset for every combination.",
    "exclude": "Combinations of the matrix to leave out.",
    "turntable": "Seen from all around: a mesh file, or true for the prompt, or settings.",
    "values": "What {name} stands for in templates.",
    "prompt": "What to draw.",
    "negative_prompt": "What to keep out.",
    "image": "Picture file that becomes the first frame.",
    "palette": "Colours as rrggbb, or a .hex, .gpl, .pal or one-row .png file.",
    "seed": "Same seed, same picture; default: from the name.",
}


def manifest_schema() -> Schema:
    """The schema of a whole YAML or JSON manifest (JSON Schema 2020-12)."""
    fields_ = _fields()
    return {
        "$schema": ADDRESS,
        "title": "Playreel batch manifest",
        **_object(
            {
                "$schema": {"type": "string"},
                "version": {"enum": [1, "1"]},
                "include": NAMES,
                "values": _values(),
                "styles": {
                    "type": "object",
                    "additionalProperties": _object({key: fields_[key] for key in SHARED_KEYS}),
                },
                "defaults": _object({key: fields_[key] for key in DEFAULT_KEYS}),
                "assets": {
                    "type": "array",
                    "items": {
                        **_object({key: fields_[key] for key in ASSET_KEYS}),
                        "required": ["name"],
                    },
                },
            }
        ),
    }


def _fields() -> dict[str, Schema]:
    """The schema of every field of an asset."""
    schemas: dict[str, Schema] = {
        "name": TEXT, "path": TEXT, "size": {"type": "string"}, "style": TEXT,
        "prompt": {**TEXT, "pattern": r"\S", "maxLength": MAX_PROMPT},
        "negative_prompt": {**TEXT, "maxLength": MAX_PROMPT},
        "num_frames": _whole(1, MAX_FRAMES),
        "width": _side(), "height": _side(),
        "fps": _number(1, 60),
        "seed": _whole(0, 2**63 - 1),
        "num_inference_steps": _whole(1, 100),
        "guidance_scale": _number(1, 20),
        "sampler": _choice(SAMPLERS),
        "loop": {"anyOf": [{"type": "boolean"}, TEMPLATE]},
        "actions": _names(ACTIONS),
        "directions": {"anyOf": [{"enum": [0, 1, 2, 4, 8]}, TEMPLATE]},
        "image": {"type": "string"},
        "palette": NAMES,
        "max_colors": {"anyOf": [{"const": 0}, {"type": "integer", "minimum": 2, "maximum": 256},
                                 TEMPLATE]},
        "export": _export(), "quality": _quality(), "reference": _reference(),
        "turntable": _turntable(),
        "matrix": {"type": "object", "additionalProperties": {
            "type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True}},
        "exclude": {"type": "array", "items": {
            "type": "object", "additionalProperties": TEXT, "minProperties": 1}},
        "values": _values(),
    }  # fmt: skip
    return {
        name: {**schema, "description": TITLES[name]} if name in TITLES else schema
        for name, schema in schemas.items()
    }


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _values() -> Schema:
    names = {"pattern": r"^[^\W\d]\w*$"}
    return {"type": "object", "propertyNames": names, "additionalProperties": TEXT}


def _whole(low: int, high: int) -> Schema:
    return {"anyOf": [{"type": "integer", "minimum": low, "maximum": high}, TEMPLATE]}


def _number(low: float, high: float) -> Schema:
    return {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, TEMPLATE]}


def _side() -> Schema:
    side = {"type": "integer", "minimum": 16, "maximum": MAX_SIDE, "multipleOf": 16}
    return {"anyOf": [side, TEMPLATE]}


def _choice(names: tuple[str, ...]) -> Schema:
    return {"anyOf": [{"enum": list(names)}, TEMPLATE]}


def _names(names: tuple[str, ...]) -> Schema:
    one = _choice(names)
    return {"anyOf": [{"type": "array", "items": one, "uniqueItems": True}, {"type": "string"}]}


def _export() -> Schema:
    options = {
        name: {"type": "boolean"} if OPTIONS[name] == "bool" else {"type": "integer", "minimum": 0}
        for name in (field.name for field in fields(SheetOptions))
    }
    with_options = {"anyOf": [{"type": "null"}, _object(options)]}
    mapping = _object(dict.fromkeys(EXPORTERS, with_options))
    return {"anyOf": [_names(tuple(EXPORTERS)), {**mapping, "minProperties": 1}]}


def _quality() -> Schema:
    limits = {
        name: {"type": "boolean"} if name == "clipped_at_edge" else {"type": "number", "minimum": 0}
        for name in MEASURES
    }
    return _object(
        {
            **limits,
            "retries": {"type": "integer", "minimum": 0, "maximum": MAX_RETRIES},
            "otherwise": {"enum": ["fail", "keep"]},
        }
    )


def _turntable() -> Schema:
    """Settings by their kind; the request says what is in range."""
    kinds: dict[str, Schema] = {
        **dict.fromkeys(VIEWED["integers"], _whole(0, 1024)),
        **{name: {"anyOf": [{"type": "number"}, TEMPLATE]} for name in VIEWED["numbers"]},
        **{name: {"anyOf": [{"type": "boolean"}, TEMPLATE]} for name in VIEWED["flags"]},
        **dict.fromkeys(VIEWED["texts"], TEXT),
        "camera": _choice(CAMERAS), "lighting": _choice(LIGHTINGS), "passes": _names(PASSES),
        "directions": {"anyOf": [{"enum": list(DIRECTION_COUNTS)}, TEMPLATE]},
        "path": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
    }  # fmt: skip
    settings = _object({name: kinds[name] for name in TURNTABLE_FIELDS})
    return {"anyOf": [{"type": ["boolean", "string"]}, settings]}


def _reference() -> Schema:
    parts = {"asset": TEXT, "tag": TEXT, "frame": _whole(0, 2**31)}
    return {"anyOf": [{"type": "string"}, {**_object(parts), "required": ["asset"]}]}
