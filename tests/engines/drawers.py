"""A Python with every library that ``playreel bench turntable`` compares us with."""

import hashlib
from pathlib import Path

from tests.engines.blender_engine import VERSIONS, find_bpy
from tests.engines.pythons import find_python

PACKAGES = (
    "embreex==4.4.0.post1",
    "numpy==1.26.4",
    "pyvista==0.49.1",
    "scipy==1.16.3",
    "trimesh==5.2.0",
)


def find_drawers(user: Path) -> Path:
    """The Python, set up now if need be; Blender's wheel is that of the tests of the extension."""
    blender = find_bpy(VERSIONS[0], user)
    version = hashlib.sha256(" ".join((*PACKAGES, blender.version)).encode()).hexdigest()[:12]
    return find_python(f"drawers-{version}", *PACKAGES, beside=blender.python.parent.parent)
