"""A bundle's folder, replaced only when everything in it is ready."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced_when_whole(folder: Path) -> Generator[Path]:
    """An empty folder to fill; at the end of the block it takes the place of ``folder``.

    The evaluation of the bundle before stays. After an error nothing has changed.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        yield made
        if folder.exists():
            for kept in folder.glob("evaluation.json"):
                shutil.copy(kept, made / kept.name)
            shutil.rmtree(folder)
        shutil.copytree(made, folder)
