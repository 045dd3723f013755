"""The extension's own name, version, preferences and session inside Blender."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import bpy

from ..jobs.session import Session

SESSION = "playreel_session"
"""Attribute of ``bpy.types.WindowManager``; Blender empties its driver namespace on every load."""


def package_name() -> str:
    """The name that Blender knows this extension by."""
    return __package__.rpartition(".")[0]


def version() -> str:
    """The version in the manifest."""
    manifest = Path(__file__).parent.parent / "blender_manifest.toml"
    return str(tomllib.loads(manifest.read_text("utf-8"))["version"])


def preferences() -> Any:
    """The user's preferences of this extension."""
    return bpy.context.preferences.addons[package_name()].preferences


def session() -> Session:
    """The session that ``register`` began."""
    found: Session = getattr(bpy.types.WindowManager, SESSION)
    return found
