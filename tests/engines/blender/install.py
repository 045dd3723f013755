"""Installs the zip as a user does, turns it off and on again, and shows what stays."""

import bpy
from case import ARGUMENTS, MODULE, addon_utils, show


def traces() -> dict[str, object]:
    names = [name for name in dir(bpy.types) if name.startswith("PLAYREEL")]
    handlers = [
        function.__name__
        for name in dir(bpy.app.handlers)
        if isinstance(found := getattr(bpy.app.handlers, name), list)
        for function in found
        if "playreel" in getattr(function, "__module__", "")
    ]
    return {
        "classes": names,
        "handlers": sorted(handlers),
        "session": hasattr(bpy.types.WindowManager, "playreel_session"),
        "icons": hasattr(bpy.types.WindowManager, "playreel_icons"),
        "form": hasattr(bpy.types.WindowManager, "playreel"),
    }


installed = bpy.ops.extensions.package_install_files(
    filepath=ARGUMENTS[0], repo="user_default", enable_on_install=True
)
first = traces()
addon_utils.disable(MODULE)
off = traces()
addon_utils.enable(MODULE)
addon_utils.disable(MODULE)
addon_utils.enable(MODULE, default_set=True)
again = traces()
bpy.ops.wm.save_userpref()
import websockets  # noqa: E402

show(installed=list(installed), first=first, off=off, again=again, wheel=websockets.__file__)
