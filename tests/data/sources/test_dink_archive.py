"""FreeDink's archives and initialization file, written here and read back."""

import io
import struct

import numpy as np
from PIL import Image

from tests.data.sources.archive_files import write_deb
from toolkit.data.sources.dink_archive import cut_out, read_dir_ff, read_ini
from toolkit.data.sources.freedink import freedink, label_of

ROOT = "usr/share/games/dink/dink/"


def bmp(colour=(200, 0, 0), side=8):
    """A square with a white border of one pixel."""
    pixels = np.full((side, side, 3), 255, np.uint8)
    pixels[1:-1, 1:-1] = colour
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "BMP")
    return data.getvalue()


def dir_ff(files):
    offset = 4 + 17 * (len(files) + 1)
    entries, body = b"", b""
    for name, data in files.items():
        entries += struct.pack("<I13s", offset + len(body), name.encode() + b"\0junk")
        body += data
    entries += struct.pack("<I13s", offset + len(body), b"")
    return struct.pack("<I", len(files) + 1) + entries + body


def test_dir_ff_names_are_lower_case_and_end_at_zero():
    archive = dir_ff({"DS-W1-01.BMP": b"first", "DS-W1-02.BMP": b"second one"})
    assert read_dir_ff(archive) == {"ds-w1-01.bmp": b"first", "ds-w1-02.bmp": b"second one"}


def test_ini_lines():
    ini = read_ini(
        "; load_sequence in a comment\n"
        "load_sequence_now graphics\\Dink\\Walk\\DS-W1- 71 43 38 72 -14 -9 14 9\n"
        "load_sequence graphics\\effects\\star- 5 BLACK\n"
        "Load_Sequence graphics\\inside\\chair- 9 LEFTALIGN\n"
        "set_sprite_info 71 2 30 70 0 0 0 0\n"
    )
    star, chair, walk = ini.sequences
    assert (walk.path, walk.delay_ms, walk.centre) == ("graphics/dink/walk/ds-w1-", 43, (38, 72))
    assert (star.black, star.delay_ms, star.centre) == (True, 0, None)
    assert (chair.black, chair.left_aligned) == (False, True)
    assert ini.centres == {(71, 2): (30, 70)}


def test_the_key_colour_becomes_clear():
    white = cut_out(bmp(), black=False)
    assert white[..., 3].sum() == 255 * 36
    assert cut_out(bmp((0, 0, 0)), black=True)[..., 3].sum() == 255 * 28


def test_labels_come_from_paths():
    label = label_of("graphics/people/knight/gold/c5-w3-")
    assert label is not None
    assert label.subject == "knight in gold armor with an axe"
    assert (label.action, label.facing, label.loop) == ("walking", "front-right", True)
    assert label_of("graphics/lands/trees/tree-") is None


def test_announced_and_unannounced_animations(tmp_path):
    frames = {f"DK4W-0{index}.BMP": bmp() for index in (1, 2, 3)}
    hits = {f"D-SA6-0{index}.BMP": bmp((0, 0, 200), 40) for index in (1, 2)}
    files = {
        ROOT + "Dink.ini": b"load_sequence graphics\\animals\\duck\\dk4w- 24 65\n",
        ROOT + "graphics/Animals/Duck/dir.ff": dir_ff(frames),
        ROOT + "graphics/dink/sword/hit/Dir.FF": dir_ff(hits),
    }
    duck, hero = freedink([write_deb(tmp_path / "a.deb", files)])
    assert duck.id == "animals_duck_dk4w-"
    assert duck.caption == "white duck walking, facing left"
    assert (duck.extras, duck.loop) == ({"delay_ms": 65}, True)
    assert duck.frames.shape == (3, 64, 64, 4)
    assert (duck.frames[0, ..., 3] > 0).sum() == 60 * 60
    assert hero.caption == "red-haired warrior with a sword swinging the sword, facing right"
    assert (hero.frames[0, ..., 3] > 0).sum() == 38 * 38
    assert (hero.direction, hero.loop) == ("right", False)
