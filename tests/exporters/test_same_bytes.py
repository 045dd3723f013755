"""Exporting again gives the same bytes: here, in another process, and on every platform."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from exporters import EXPORTERS, export
from tests.exporters.clips import busy_clip
from tests.exporters.unpacked import unpacked

FILMS = {"webm", "mp4", "mov", "mov_png"}
"""Their bytes depend on the version of FFmpeg; ``test_video`` says what they show."""
COMPRESSED = {".png", ".apng", ".webp", ".aseprite", ".glb", ".npz"}
ROOT = Path(__file__).parents[2]
ELSEWHERE = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
SCRIPT = """\
import hashlib, json
from exporters import EXPORTERS, export
from tests.exporters.clips import busy_clip
print(json.dumps({format: [hashlib.sha256(content).hexdigest()
                           for content in export(busy_clip(), format, name="hero").values()]
                  for format in EXPORTERS}))
"""


def test_the_same_clip_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    env = {**os.environ, **ELSEWHERE, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=env,
                          stdout=subprocess.PIPE, check=True)  # fmt: skip
    there = json.loads(done.stdout)
    for format in EXPORTERS:
        files = export(busy_clip(), format, name="hero")
        assert there[format] == [digest(content, 64) for content in files.values()], format


def digest(content: bytes, length: int = 12) -> str:
    return hashlib.sha256(content).hexdigest()[:length]


@pytest.mark.parametrize("format", [format for format in EXPORTERS if format not in FILMS])
def test_what_files_hold_is_the_same_on_every_platform(format: str) -> None:
    files = export(busy_clip(), format, name="hero")
    assert {name: digest(unpacked(name, files[name])) for name in files} == HELD[format]


@pytest.mark.parametrize("format", [format for format in EXPORTERS if format not in FILMS])
def test_nothing_but_what_is_compressed_is_unpacked_first(format: str) -> None:
    for name, content in export(busy_clip(), format, name="hero").items():
        assert (unpacked(name, content) == content) == (Path(name).suffix not in COMPRESSED)


HELD: dict[str, dict[str, str]] = {
    "godot": {
        "hero.tres": "966e0b9d9add",
        "hero.tscn": "c74f1d21f5ce",
        "hero_library.tres": "f6d449569334",
        "hero_player.tscn": "f8189e87b4e5",
        "hero.png.import": "50dbbce101ff",
        "hero.png": "29b5a375603d",
    },
    "aseprite": {
        "hero.aseprite.json": "7ac3451dd41f",
        "hero.png": "29b5a375603d",
    },
    "aseprite_hash": {
        "hero.aseprite_hash.json": "d00d489a1c2d",
        "hero.png": "29b5a375603d",
    },
    "aseprite_binary": {
        "hero.aseprite": "481cd9cc2046",
    },
    "texturepacker": {
        "hero.json": "5d0c636d46bc",
        "hero.png": "29b5a375603d",
    },
    "texturepacker_array": {
        "hero.array.json": "d23ba4f1c934",
        "hero.png": "29b5a375603d",
    },
    "spine": {
        "hero.atlas": "797d0bc12d76",
        "hero.png": "29b5a375603d",
    },
    "unity": {
        "hero.png.meta": "9705938f7955",
        "hero_walk.anim": "d0ea97bbe39d",
        "hero_walk.anim.meta": "9667e7b1d886",
        "hero_idle_e.anim": "97858677c13a",
        "hero_idle_e.anim.meta": "d8b365ad5344",
        "hero.png": "29b5a375603d",
    },
    "unreal": {
        "hero.paper2dsprites": "c6c97dd68246",
        "hero.png": "29b5a375603d",
    },
    "cocos": {
        "hero.plist": "ab9875f571fd",
        "hero.animations.plist": "81222ce8089c",
        "hero.png": "29b5a375603d",
    },
    "gamemaker": {
        "hero_walk_strip8.png": "bb192b63d031",
        "hero_idle_e_strip18.png": "942153214d66",
    },
    "rpgmaker": {
        "$hero.png": "baab184da123",
    },
    "tiled": {
        "hero.tsx": "dfc203f58d1b",
        "hero_tiles.png": "cabcca160a4a",
    },
    "love": {
        "hero.lua": "d62e25b460b3",
        "hero.png": "29b5a375603d",
    },
    "gif": {
        "hero.gif": "3adcfd9b71f0",
    },
    "apng": {
        "hero.apng": "d0af885f65ca",
    },
    "webp": {
        "hero.webp": "7d96b91182df",
    },
    "glb": {
        "hero.glb": "0c7fc92d11b6",
    },
    "png_sequence": {
        "hero.frames.json": "e6197bc3092c",
        "hero_0000.png": "5065f043bfd4",
        "hero_0001.png": "8c5e6c428878",
        "hero_0002.png": "4b82c42c00f2",
        "hero_0003.png": "c9351f6f6e9e",
        "hero_0004.png": "24643bd71a18",
        "hero_0005.png": "24643bd71a18",
        "hero_0006.png": "949f3d28c7c9",
        "hero_0007.png": "e359eb4e7246",
    },
    "episode": {
        "hero.npz": "62e77c943da7",
    },
}
"""Of each file of ``busy_clip``, what it holds. A change here is a change of what users get."""
