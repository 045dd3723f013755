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
