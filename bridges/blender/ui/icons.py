"""Blender's icons of what the history shows."""

from __future__ import annotations

import bpy
import bpy.utils.previews

from toolkit.wire.fields import ResultInfo

from ..jobs.thumbnails import Thumbnails
from ..scene.pictures import fill_preview

ICONS = "playreel_icons"
"""Attribute of ``bpy.types.WindowManager``, as the session is."""
MOST = 200


class Icons:
    """One icon a result, made of its thumbnail."""

    def __init__(self) -> None:
        self._collection = bpy.utils.previews.new()

    def icon(self, result: ResultInfo, thumbnails: Thumbnails) -> int:
        """The icon's number for a layout; 0 as long as there is no picture."""
        if result.result not in self._collection:
            picture = thumbnails.picture(result)
            if picture is None:
                return 0
            fill_preview(self._collection.new(result.result), picture)
        return int(self._collection[result.result].icon_id)

    def trim(self) -> None:
        """Let all go once there are many; a panel that is drawn makes its own again."""
        if len(self._collection) > MOST:
            self._collection.clear()

    def close(self) -> None:
        """Give everything back to Blender."""
        bpy.utils.previews.remove(self._collection)


def icons() -> Icons:
    """The icons that ``register`` began."""
    found: Icons = getattr(bpy.types.WindowManager, ICONS)
    return found
