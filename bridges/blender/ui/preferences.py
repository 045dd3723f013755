"""What stays the same from scene to scene."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, FloatProperty, StringProperty

from toolkit.server_address import Address, find_server

from ..scene.place import Wishes
from .addon import package_name, preferences


class PLAYREEL_Preferences(bpy.types.AddonPreferences):
    """Settings of the extension; the server's token is not among them, it stays in its file."""

    bl_idname = package_name()

    state_folder: StringProperty(
        name="State Folder",
        description="Folder where the server says how to reach it; empty is the usual one",
        subtype="DIR_PATH",
    )
    program: StringProperty(
        name="Program",
        description="The program playreel, which draws meshes; empty looks for it on the path",
        subtype="FILE_PATH",
    )
    connect_at_start: BoolProperty(
        name="Connect When Blender Starts",
        description="Look for the server as soon as the extension is on",
        default=True,
    )
    pixels_per_metre: FloatProperty(
        name="Pixels per Metre",
        description="Size of new planes: this many pixels are one metre",
        default=64.0,
        min=1.0,
        soft_max=1024.0,
    )

    mark_assets: BoolProperty(
        name="Mark as Assets",
        description="New planes and images go into the asset browser, under Playreel/Sprites",
    )
    author: StringProperty(name="Author", description="Written into new assets")
    licence: StringProperty(name="Licence", description="Written into new assets, as in CC0-1.0")

    def draw(self, context: bpy.types.Context) -> None:
        """Show the settings."""
        column: Any = self.layout.column()
        column.prop(self, "state_folder")
        column.prop(self, "program")
        column.prop(self, "connect_at_start")
        column.prop(self, "pixels_per_metre")
        column.prop(self, "mark_assets")
        if self.mark_assets:
            column.prop(self, "author")
            column.prop(self, "licence")


def wishes() -> Wishes:
    """How new things are to be."""
    chosen = preferences()
    return Wishes(
        scale=chosen.pixels_per_metre, asset=chosen.mark_assets, author=chosen.author,
        licence=chosen.licence,
    )  # fmt: skip


def find_address() -> Address | None:
    """Where the server is, as its own files say."""
    chosen = preferences().state_folder
    return find_server(Path(bpy.path.abspath(chosen)) if chosen else None)
