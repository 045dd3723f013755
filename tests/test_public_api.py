"""Names, signatures and flags that others build on; a change here is a change for users."""

import inspect
from dataclasses import fields

import click
import pytest

import exporters
import toolkit
from exporters.write import write_files
from toolkit.cli import playreel
from toolkit.clip import Clip, FrameTag
from toolkit.generate import generate
from toolkit.messages import Progress, SpriteRequest, TurntableRequest
from toolkit.runtime.models import load_models

COMMANDS = {
    "generate": (
        "PROMPT", "--negative-prompt", "--image", "--frames", "--size", "--fps", "--seed",
        "--steps", "--guidance", "--sampler", "--loop", "--no-loop", "--actions", "--directions",
        "--palette", "--colors", "--from", "--export", "-o", "--out", "--name", "--bundle",
        "--provider", "--threads", "--server", "--embedded", "--state", "--json",
    ),
    "serve": (
        "--port", "--listen", "--token-file", "--state", "--bundle", "--world", "--provider",
        "--threads", "--engine", "--ray-address", "--quota", "--memory", "--open", "--verbose",
        "--json",
    ),
    "turntable": (
        "MESH_OR_PROMPT", "--views", "--directions", "--clockwise", "--counter-clockwise",
        "--azimuth", "--elevation", "--path", "--camera", "--field-of-view", "--size", "--samples",
        "--passes", "--lighting", "--toon-bands", "--outline", "--outline-color", "--up",
        "--pivot", "--pixels-per-unit", "--rest-pose", "--backend", "--frames", "--actions",
        "--bpy-python", "--image", "--negative-prompt", "--fps", "--seed", "--steps",
        "--guidance", "--sampler", "--from", "--export", "-o", "--out",
        "--name", "--bundle", "--provider", "--threads", "--server", "--embedded", "--state",
        "--json",
    ),
    "bridge blender": ("-o", "--out", "--json"),
    "bridge godot": ("PROJECT", "--enable", "--force", "--zip", "--json"),
    "mesh": (
        "CLIP", "--format", "--resolution", "--agreement", "--smoothing", "--elevation",
        "--clockwise", "--counter-clockwise", "--height", "-o", "--out", "--name", "--json",
    ),
    "export": ("CLIP", "--format", "-o", "--out", "--name", "--json"),
    "batch run": (
        "MANIFEST", "-o", "--out", "--bundle", "--provider", "--threads", "--cache", "--lock",
        "--yes", "--locked", "--dry-run", "--joined", "--engine", "--ray-address", "--json",
    ),
    "batch resume": ("OUT", "--json"),
    "batch validate": ("MANIFEST", "--yes", "--json"),
    "batch schema": (),
    "batch estimate": (
        "MANIFEST", "-o", "--out", "--bundle", "--provider", "--threads", "--cache", "--lock",
        "--yes", "--json",
    ),
    "batch verify": (
        "MANIFEST", "-o", "--out", "--bundle", "--provider", "--threads", "--cache", "--lock",
        "--yes", "--sample", "--seed", "--json",
    ),
    "batch clean": (
        "MANIFEST", "-o", "--out", "--bundle", "--provider", "--threads", "--cache", "--lock",
        "--yes", "--all", "--json",
    ),
    "batch bench": (
        "MANIFEST", "--bundle", "--provider", "--threads", "--unchanged", "--on-ray", "--json",
    ),
    "models list": ("BUNDLES", "--json"),
    "models verify": ("BUNDLES", "--json"),
    "doctor": ("-o", "--out", "--bundle", "--state", "--port", "--json"),
    "train packs": ("[NAME]...", "-o", "--out", "--cache", "--json"),
    "train clip": (
        "--run", "--hours", "--packs", "--recipe", "--resume", "--init", "--style", "-o", "--out",
        "--threads", "--nice", "--compile", "--no-compile", "--json",
    ),
    "train bundle": (
        "--run", "-o", "--out", "--recipe", "--packs", "--teacher", "--keep-student", "--blend",
        "--blend-share", "--precision", "--json",
    ),
    "train world": (
        "--data", "--run", "--hours", "--recipe", "--resume", "--init", "--threads",
        "--compile", "--no-compile", "--json",
    ),
    "train world-bundle": ("--run", "--data", "-o", "--out", "--recipe", "--name", "--json"),
    "evaluate judges": ("--minutes", "--threads", "-o", "--out", "--json"),
    "evaluate clip": (
        "BUNDLE", "--prompts", "--seed", "--cache", "--write", "--no-write", "--json",
    ),
    "evaluate world": (
        "BUNDLE", "--recordings", "--seeds", "--drift-seeds", "--ablations", "--no-ablations",
        "--cache", "--write", "--no-write", "--json",
    ),
    "evaluate sheet": ("BUNDLE", "--prompts", "--cache", "-o", "--out", "--json"),
    "evaluate turntable": ("BUNDLE", "--orbits", "--write", "--no-write", "--json"),
    "evaluate azimuths": ("--minutes", "--packs", "-o", "--out", "--json"),
    "bench clip": ("BUNDLE", "--json"),
    "bench server": ("BUNDLE", "--json"),
    "bench pack": ("--rounds", "--node", "--cache", "--json"),
    "bench turntable": ("--rounds", "--peers", "--patience", "--json"),
    "rollout": (
        "SCRIPT", "-o", "--out", "--seed", "--world", "--start", "--keep", "--scale", "--fps",
        "--anchor", "--no-anchor", "--beside-real", "--json",
    ),
    "play": (
        "--seed", "--world", "--start", "--keep", "--fps", "-o", "--out", "--json",
    ),
    "record": ("SOURCE", "-o", "--out", "--steps", "--length", "--seed", "--size", "--json"),
}  # fmt: skip


def commands(group: click.Group, prefix: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, f"{prefix}{name} ")
        else:
            found[prefix + name] = command
    return found


def spelling(parameter: click.Parameter) -> list[str]:
    if isinstance(parameter, click.Argument):
        return [(parameter.metavar or parameter.name or "").upper()]
    return [*parameter.opts, *parameter.secondary_opts]


def test_the_commands_and_their_flags():
    spelled = {
        name: tuple(word for parameter in command.params for word in spelling(parameter))
        for name, command in commands(playreel).items()
    }
    assert spelled == COMMANDS


def test_every_command_and_flag_explains_itself():
    for command in commands(playreel).values():
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help or parameter.show_default, parameter.opts


def test_public_names_load_on_first_use():
    assert toolkit.__all__ == [
        "Clip", "FrameTag", "PlayreelError", "Progress", "SpriteRequest", "TurntableRequest",
        "__version__",
    ]  # fmt: skip
    assert [getattr(toolkit, name) for name in ("Clip", "FrameTag", "SpriteRequest")] == [
        Clip, FrameTag, SpriteRequest,
    ]  # fmt: skip
    with pytest.raises(AttributeError, match="no attribute 'Video'"):
        _ = toolkit.Video  # type: ignore[attr-defined]
    assert exporters.__all__ == [
        "EXPORTERS", "LIT_EXPORTERS", "Exporter", "Files", "LitExporter", "SheetOptions", "export",
        "file_stem", "normals_for",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (Clip, ["frames", "fps", "durations", "tags", "pivot", "metadata"]),
        (FrameTag, ["name", "start", "stop", "loop", "direction"]),
        (Progress, ["step", "num_steps", "label"]),
        (
            SpriteRequest,
            [
                "prompt", "negative_prompt", "num_frames", "width", "height", "fps", "seed",
                "num_inference_steps", "guidance_scale", "sampler", "loop", "actions",
                "directions", "image", "palette", "max_colors",
            ],
        ),
        (
            TurntableRequest,
            [
                "mesh", "mesh_bytes", "prompt", "negative_prompt", "views", "directions",
                "clockwise", "azimuth", "elevation", "path", "camera", "field_of_view", "width",
                "height", "samples", "passes", "lighting", "toon_bands", "outline",
                "outline_color", "up", "pivot", "pixels_per_unit", "rest_pose", "backend",
                "num_frames", "actions", "image", "fps", "seed", "num_inference_steps",
                "guidance_scale", "sampler",
            ],
        ),
    ],
)  # fmt: skip
def test_fields_of_the_public_types(kind: type, names: list[str]):
    assert [field.name for field in fields(kind)] == names


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (generate, ["request", "models", "*on_progress", "*cancelled"]),
        (load_models, ["bundle", "*provider", "*threads"]),
        (exporters.export, ["clip", "format", "*name", "*options", "*normals"]),
        (write_files, ["files", "folder"]),
    ],
)
def test_parameters_of_the_public_functions(function: object, parameters: list[str]):
    """A star marks those that are given by name only."""
    assert callable(function)
    assert [
        "*" * (parameter.kind is parameter.KEYWORD_ONLY) + parameter.name
        for parameter in inspect.signature(function).parameters.values()
    ] == parameters
