"""Toy parts, turning, in colours of our own choice (CC-BY), from Debian's ``ldraw-parts-free``."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from toolkit.data.sources.archives import read_archive
from toolkit.data.sources.items import Item
from toolkit.data.sources.ldraw_parts import PartLibrary, Rgba, read_colours
from toolkit.data.sources.turntable import turntable

ROOT = "usr/share/ldraw/"
CONFIGURATION = f"{ROOT}LDConfig.ldr"
ELEVATION = 25.0
SEED = 1
MOST_TRIANGLES = 60_000
COUNTS = {
    "Animal": 60, "Minifig": 90, "Plant": 25, "Brick": 25, "Slope": 12, "Plate": 12,
    "Technic": 20, "Wheel": 12, "Windscreen": 6, "Boat": 10, "Plane": 8, "Car": 8, "Duplo": 30,
    "Figure": 25, "Fabuland": 10, "Container": 10, "Door": 6, "Rock": 5, "Tile": 8,
    "Propeller": 6, "Bike": 5,
}  # fmt: skip
"""At most so many parts of each kind, by the first word of their titles."""
COLOURS: dict[str, Rgba] = {
    "red": (199, 26, 23, 255), "blue": (26, 84, 191, 255), "yellow": (245, 204, 51, 255),
    "green": (36, 128, 61, 255), "white": (242, 242, 237, 255), "black": (33, 33, 36, 255),
    "orange": (252, 138, 26, 255), "gray": (153, 158, 163, 255), "brown": (92, 51, 31, 255),
    "lime green": (166, 201, 26, 255), "pink": (250, 153, 179, 255),
    "purple": (128, 51, 140, 255), "light blue": (128, 191, 235, 255),
    "tan": (230, 204, 158, 255),
}  # fmt: skip
UNSEEN = ("~", "_", "=", "|")
"""Titles start with these where the part is no part by itself."""
UNUSED = re.compile(
    r"Sticker|Obsolete|Moved to|Needs Work|Pattern|Shortcut|Electric|Hose|Baseplate|Modulex|"
    r"Mursten"
)
CHARACTERS = re.compile(
    r"\b(minions?|simpsons|ewok|kylo ren|gollum|powerpuff|luigi|mario|yoda|sw|star wars|"
    r"snowtrooper|lightsaber|bat emblem|batman|harry potter|hogwarts|disney|duplo logo|"
    r"scooby|pikachu|spongebob|groot|mickey|minnie|dobby|gungan|chewbacca|wookiee|vader)\b",
    re.IGNORECASE,
)
"""Figures and arms of films and games, and logos: such parts stay out."""
WORDS = {
    "minifig": "figure", "duplo": "large", "technic": "machine", "fabuland": "", "friends": "",
    "elves": "", "znap": "", "bygglek": "", "adventurers": "", "freestyle": "",
}  # fmt: skip
"""Names of products, and what to say instead."""
PRODUCTS = re.compile(rf"\b({'|'.join(WORDS)})\b|\((complete|formed)\)")
DECIMALS = re.compile(r"\d+\.\d{2,}")


def ldraw(archives: Sequence[Path]) -> Iterator[Item]:
    """Turntables of some hundred parts; the archive is ldraw-parts-free."""
    files = read_archive(archives[0], lambda name: name.startswith(ROOT))
    library = PartLibrary(
        {_key(name): data for name, data in files.items() if name.endswith(".dat")},
        read_colours(files[CONFIGURATION].decode("utf-8", "replace")),
    )
    for part, title, colour in choose(catalog(files)):
        if CHARACTERS.search(title) is None:
            yield from _item(library, part, title, colour)


def catalog(files: dict[str, bytes]) -> list[tuple[str, str]]:
    """File name and title of each part that shows a thing of its own, by file name."""
    parts: list[tuple[str, str]] = []
    for name in sorted(files):
        path = PurePosixPath(name.removeprefix(ROOT))
        if path.parent == PurePosixPath("parts") and path.suffix == ".dat":
            line = files[name].split(b"\n", 1)[0].decode("utf-8", "replace")
            title = " ".join(line[2:].split())
            if title and not title.startswith(UNSEEN) and not UNUSED.search(title):
                parts.append((path.name, title))
    return parts


def choose(parts: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """File name, title and colour of as many parts of each kind as ``COUNTS`` says."""
    rng = random.Random(SEED)
    chosen: list[tuple[str, str]] = []
    for kind, count in COUNTS.items():
        of_kind = [part for part in parts if part[1].split()[0] == kind]
        rng.shuffle(of_kind)
        chosen += of_kind[:count]
    return [(name, title, rng.choice(list(COLOURS))) for name, title in chosen]


def part_caption(title: str, colour: str) -> str:
    """The title in words of a child: no product names, sizes to one decimal."""
    words = PRODUCTS.sub(lambda match: WORDS.get(match[0], ""), title.lower())
    words = DECIMALS.sub(lambda match: f"{float(match[0]):.1f}", words)
    return " ".join(f"{colour} toy {words} rotating".split())


def _key(name: str) -> str:
    """How other parts refer to this file."""
    return name.removeprefix(ROOT).partition("/")[2].lower()


def _item(library: PartLibrary, part: str, title: str, colour: str) -> Iterator[Item]:
    """One item, or none where the part is empty or too fine to be drawn this small."""
    mesh = library.mesh(part, COLOURS[colour])
    if mesh is not None and mesh.num_faces <= MOST_TRIANGLES:
        yield Item(
            id=part.removesuffix(".dat"),
            frames=turntable(mesh, ELEVATION),
            subject=title.lower(),
            caption=part_caption(title, colour),
            action="rotating",
            direction="turntable",
            extras={"color": colour},
        )
