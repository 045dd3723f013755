import hashlib
import subprocess
import sys

import numpy as np
import pytest

from exporters import EXPORTERS, LIT_EXPORTERS, SheetOptions, export
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip
from toolkit.errors import BadRequest

ONE_PAGE = {
    "aseprite": "5 pages",
    "aseprite_hash": "5 pages",
    "rpgmaker": "need 96 pixels",
    "tiled": "need 72 pixels",
}


def test_the_table_has_the_names_of_the_command_line() -> None:
    assert set(EXPORTERS) == {
        "godot", "aseprite", "aseprite_hash", "aseprite_binary", "texturepacker",
        "texturepacker_array", "spine", "unity", "unreal", "cocos", "gamemaker", "rpgmaker",
        "tiled", "love", "gif", "apng", "webp", "webm", "mp4", "mov", "mov_png", "glb",
        "png_sequence", "episode",
    }  # fmt: skip


@pytest.mark.parametrize("format", EXPORTERS)
def test_the_same_clip_gives_the_same_bytes(format: str) -> None:
    assert export(busy_clip(), format, name="hero") == export(busy_clip(), format, name="hero")


def test_formats_share_a_file_name_only_with_the_same_bytes() -> None:
    together: dict[str, set[bytes]] = {}
    for format in EXPORTERS:
        for name, content in export(busy_clip(), format, name="hero").items():
            together.setdefault(name, set()).add(content)
    assert {name for name, contents in together.items() if len(contents) > 1} == set()


@pytest.mark.parametrize("format", EXPORTERS)
def test_names_are_made_safe(format: str) -> None:
    files = export(plain_clip(), format, name="../Ünsafe 🔥 name" + "x" * 200)
    assert all(name.lstrip("$").startswith("Unsafe_namexxx") and len(name) < 110 for name in files)


@pytest.mark.parametrize("format", EXPORTERS)
@pytest.mark.parametrize(
    "clip",
    [plain_clip(1), plain_clip(64, 12, 30), Clip(frames=np.zeros((2, 1, 1, 4), np.uint8), fps=60)],
    ids=["one frame", "64 frames", "one clear pixel"],
)
def test_odd_clips_export(format: str, clip: Clip) -> None:
    assert all(export(clip, format).values())


@pytest.mark.parametrize("format", sorted(set(EXPORTERS) - set(ONE_PAGE)))
def test_several_pages(format: str) -> None:
    assert export(plain_clip(5, 24, 24), format, options=SheetOptions(max_side=32))


@pytest.mark.parametrize("format", ONE_PAGE)
def test_formats_of_one_page_say_so(format: str) -> None:
    with pytest.raises(BadRequest, match=ONE_PAGE[format]):
        export(plain_clip(5, 24, 24), format, options=SheetOptions(max_side=32))


def test_an_unknown_format_lists_those_that_exist() -> None:
    with pytest.raises(BadRequest, match=r"choose from godot, aseprite, .*png_sequence"):
        export(plain_clip(), "flipbook")


@pytest.mark.parametrize("format", LIT_EXPORTERS)
def test_normals_add_pages_and_the_rest_stays_the_same_every_time(format: str) -> None:
    clip = busy_clip()
    files = export(clip, format, name="hero", normals=clip)
    assert {name for name in files if name.endswith(".png")} == {"hero.png", "hero_n.png"}
    assert files == export(clip, format, name="hero", normals=clip)


def test_a_format_without_a_place_for_normals_says_so() -> None:
    with pytest.raises(BadRequest, match="gif cannot name a normal map; choose from godot"):
        export(plain_clip(), "gif", normals=plain_clip())


def test_importing_exporters_is_cheap() -> None:
    code = "import exporters, sys; print(*sorted({'numpy', 'PIL', 'rectpack'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    ("format", "name", "digest"),
    [
        ("godot", "hero.tres", "bb674a590ee36f80"),
        ("godot", "hero.tscn", "c74f1d21f5ce1284"),
        ("godot", "hero.png.import", "50dbbce101ff9c9d"),
        ("aseprite", "hero.aseprite.json", "4c959f0533eb42ea"),
        ("aseprite_hash", "hero.aseprite_hash.json", "e92c427630d5a992"),
        ("texturepacker", "hero.json", "04fc16bd8c75cae8"),
        ("texturepacker_array", "hero.array.json", "7a89d4ce8b304fa6"),
        ("png_sequence", "hero.frames.json", "eaf5863cab60f6b1"),
    ],
)
def test_text_files_are_the_same_on_every_platform(format: str, name: str, digest: str) -> None:
    content = export(busy_clip(), format, name="hero")[name]
    assert hashlib.sha256(content).hexdigest()[:16] == digest
