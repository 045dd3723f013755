"""Playreel in Blender: sentences and meshes become animated sprites in the scene.

Blender calls ``register`` and ``unregister``; importing this does nothing, so that the parts
without ``bpy`` can be used and tested anywhere.
"""


def register() -> None:
    """Add panels, operators, preferences and the timer that moves messages."""
    from .ui import registration

    registration.register()


def unregister() -> None:
    """Take all of that away again and close the connection."""
    from .ui import registration

    registration.unregister()
