"""A Python with every library that ``playreel bench turntable`` compares us with."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from tests.engines.blender_engine import VERSIONS, engines, find_bpy

PACKAGES = ("embreex==4.4.0.post1", "numpy==1.26.4", "pyvista==0.49.1", "trimesh==5.2.0")


def find_drawers(user: Path) -> Path:
    """The Python, set up now if need be; Blender's wheel is that of the tests of the extension."""
    blender = find_bpy(VERSIONS[0], user)
    version = hashlib.sha256(" ".join((*PACKAGES, blender.version)).encode()).hexdigest()[:12]
    root = engines() / f"drawers-{version}"
    if not root.exists():
        partial = root.with_name(f"{root.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", partial], check=True)
        pip = [partial / "bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir"]
        subprocess.run([*pip, *PACKAGES], check=True)
        (packages,) = partial.glob("lib/python*/site-packages")
        (other,) = blender.python.parent.parent.glob("lib/python*/site-packages")
        (packages / "blender.pth").write_text(f"{other}\n")
        partial.rename(root)
    return root / "bin/python"
