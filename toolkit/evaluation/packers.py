"""Packers of sprites side by side: ours and three that other people ship."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from PIL import Image

from exporters.layout import lay_out
from exporters.options import SheetOptions
from exporters.png import encode_png
from exporters.spritesheet import box_around, visible
from toolkit.data.sources.strips import read_picture
from toolkit.errors import PlayreelError

Sizes = list[tuple[int, int]]
"""Width and height of each page."""
OPTIONS = SheetOptions(extrude=0, padding=2, max_side=4096)
"""What all packers are asked for, as far as they have it; none may rotate."""
RIVALS = {
    "free-tex-packer-core": "npm install free-tex-packer-core@0.3.9",
    "spritesmith": "npm install spritesmith@3.5.1",
    "PyTexturePacker": "pip install PyTexturePacker==1.2.1",
}
"""Package to what installs it."""
NODE_SCRIPT = Path(__file__).with_name("node_packer.cjs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packer:
    """One packer, ready: a call reads the PNGs, writes pages and data, and gives page sizes."""

    name: str
    version: str
    pack: Callable[[], Sizes]


def installed_rivals(node: Path) -> dict[str, str]:
    """Versions of the rivals that can run; ``node`` is the folder of their ``node_modules``."""
    found: dict[str, str] = {}
    for name in RIVALS:
        card = node / "node_modules" / name / "package.json"
        if card.is_file() and shutil.which("node"):
            found[name] = json.loads(card.read_text("utf-8"))["version"]
    with suppress(PackageNotFoundError):
        found["PyTexturePacker"] = version("PyTexturePacker")
    return found


def how_to_install(name: str, node: Path) -> str:
    """One sentence on why a rival is left out and what brings it in."""
    if name != "PyTexturePacker":
        if shutil.which("node") is None:
            return f"{name} is left out: it needs Node.js; install it, then {RIVALS[name]}."
        return f"{name} is left out: {node} has none; there, {RIVALS[name]}."
    return f"{name} is left out: it is not installed; {RIVALS[name]}."


@contextmanager
def opened(name: str, release: str, sprites: Path, out: Path, node: Path) -> Generator[Packer]:
    """A packer over a folder of PNGs, which writes into a folder of its own below ``out``."""
    folder = out / name
    folder.mkdir()
    if name == "playreel":
        yield Packer(name=name, version=release, pack=lambda: pack_ours(sprites, folder))
    elif name == "PyTexturePacker":
        yield Packer(name=name, version=release, pack=lambda: pack_in_python(sprites, folder))
    else:
        with node_process(name, sprites, folder, node) as pack:
            yield Packer(name=name, version=release, pack=pack)


def pack_ours(sprites: Path, out: Path) -> Sizes:
    """Read, trim, merge equal pictures, pack, paint, and write pages and a list of places."""
    paths = sorted(sprites.glob("*.png"))
    trimmed = [trim(read_picture(path.read_bytes())) for path in paths]
    layout = lay_out(trimmed, OPTIONS)
    for number, page in enumerate(layout.pages):
        (out / f"sheet_{number}.png").write_bytes(encode_png(page, {}))
    places = {path.name: place for path, place in zip(paths, layout.places, strict=True)}
    (out / "sheet.json").write_text(json.dumps(places), "utf-8")
    return [(page.shape[1], page.shape[0]) for page in layout.pages]


def trim(pixels: Any) -> Any:
    """The picture uint8 ``[H, W, 4]`` without its clear border, black where it is clear."""
    x, y, width, height = box_around(pixels[..., 3] > 0) or (0, 0, 1, 1)
    return visible(pixels)[y : y + height, x : x + width]


def pack_in_python(sprites: Path, out: Path) -> Sizes:
    """The same by PyTexturePacker, trimmed as well."""
    import PyTexturePacker  # pyright: ignore[reportMissingImports, reportMissingTypeStubs]

    library: Any = PyTexturePacker
    packer = library.Packer.create(
        max_width=OPTIONS.max_side,
        max_height=OPTIONS.max_side,
        enable_rotated=False,
        border_padding=0,
        shape_padding=OPTIONS.padding,
        trim_mode=1,
        atlas_format="json",
    )
    packer.pack([str(path) for path in sorted(sprites.glob("*.png"))], "sheet_%d", str(out))
    return [Image.open(path).size for path in sorted(out.glob("*.png"))]


@contextmanager
def node_process(name: str, sprites: Path, out: Path, node: Path) -> Generator[Callable[[], Sizes]]:
    """A packer of npm in a process that stays, so that its start is not measured.

    Raises:
        PlayreelError: the process ends instead of answering.
    """
    settings = [str(sprites), str(out), str(OPTIONS.max_side), str(OPTIONS.padding)]
    with subprocess.Popen(
        ["node", str(NODE_SCRIPT), name, *settings],
        cwd=node,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asks, answers = process.stdin, process.stdout
        assert asks is not None
        assert answers is not None

        def pack() -> Sizes:
            print("pack", file=asks, flush=True)
            line = answers.readline()
            if not line:
                raise PlayreelError(f"{name} failed, see above; reinstall it: {RIVALS[name]}.")
            return [(width, height) for width, height in json.loads(line)]

        try:
            yield pack
        finally:
            process.kill()
