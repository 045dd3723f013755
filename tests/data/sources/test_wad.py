"""The WAD decoder on a WAD of three lumps, and Freedoom's clips on one that has all sprites."""

import struct

import numpy as np
import pytest

from tests.data.sources.archive_files import write_wheel
from toolkit.data.sources.freedoom import freedoom
from toolkit.data.sources.freedoom_labels import ACTORS, STILLS, THINGS
from toolkit.data.sources.wad import decode_picture, read_sprites
from toolkit.errors import BadRequest

PALETTE = np.stack([np.arange(256)] * 3, axis=1).astype(np.uint8)


def wad(lumps):
    body, directory = b"", b""
    for name, data in lumps:
        directory += struct.pack("<ii8s", 12 + len(body), len(data), name.encode())
        body += data
    return struct.pack("<4sii", b"IWAD", len(lumps), 12 + len(body)) + body + directory


def picture(columns, height, left=0, top=0):
    """Columns are lists of posts ``(row byte, palette indices)``."""
    header = struct.pack("<HHhh", len(columns), height, left, top)
    offset, starts, body = len(header) + 4 * len(columns), b"", b""
    for posts in columns:
        starts += struct.pack("<I", offset + len(body))
        for row, indices in posts:
            body += bytes([row, len(indices), 0, *indices, 0])
        body += b"\xff"
    return header + starts + body


SMALL = picture([[(0, [10, 20])], [(1, [30])]], height=2, left=1, top=2)


def sprite_wad(names):
    sprites = [(name, SMALL) for name in names]
    markers = ("S_START", b""), ("S_END", b"")
    return wad([("PLAYPAL", PALETTE.tobytes()), markers[0], *sprites, markers[1], ("OTHER", b"x")])


def test_posts_become_columns():
    decoded = decode_picture(SMALL, PALETTE)
    assert decoded.pixels[..., 0].tolist() == [[10, 0], [20, 30]]
    assert decoded.pixels[..., 3].tolist() == [[255, 0], [255, 255]]
    assert (decoded.x, decoded.y) == (1, 2)


def test_tall_pictures_count_rows_from_the_last_post():
    tall = picture([[(200, [1]), (100, [2])]], height=302)
    decoded = decode_picture(tall, PALETTE)
    assert np.flatnonzero(decoded.pixels[:, 0, 3]).tolist() == [200, 300]


def test_posts_are_cut_at_the_bottom():
    assert decode_picture(picture([[(1, [5, 6, 7])]], height=2), PALETTE).pixels.shape == (2, 1, 4)


def test_one_lump_serves_two_rotations_mirrored():
    sprites = read_sprites(sprite_wad(["TROOA2A8", "TROOB0"]))
    assert sorted(sprites) == [("TROO", "A", "2"), ("TROO", "A", "8"), ("TROO", "B", "0")]
    original, mirror = sprites["TROO", "A", "2"], sprites["TROO", "A", "8"]
    assert np.array_equal(mirror.pixels, original.pixels[:, ::-1])
    assert (mirror.x, mirror.y) == (1, 2)


def test_what_is_no_wad_is_refused():
    with pytest.raises(BadRequest, match="must start with IWAD or PWAD"):
        read_sprites(b"PK\x03\x04 and so on")
    with pytest.raises(BadRequest, match="no PLAYPAL"):
        read_sprites(wad([("OTHER", b"x")]))


def test_freedoom_makes_every_labelled_clip(tmp_path):
    names = [f"{actor}A{side}" for actor in ACTORS for side in "12345678"]
    names += [f"MISLA{side}" for side in "12345678"]
    drawn = {**ACTORS, **THINGS}
    names += [
        f"{actor}{letter}0"
        for actor, (_, actions) in drawn.items()
        for letter in dict.fromkeys("".join(actions.values()))
    ]
    names += [f"{name}A0" for name in STILLS]
    wheel = write_wheel(tmp_path / "v.whl", {"vizdoom/freedoom2.wad": sprite_wad(names)})
    items = {item.id: item for item in freedoom([wheel])}
    assert items["TROO_turntable"].frames.shape == (8, 64, 64, 4)
    walk = items["PLAY_walk_3"]
    assert walk.caption.endswith("with a rifle walking, seen from the left")
    assert (len(walk.frames), walk.direction, walk.loop) == (4, "left", True)
    assert len(items["PLAY_hurt_0"].frames) == 2
    assert items["PLAY_gore_0"].extras == {"gore": True}
    assert items["CELL_static"].caption == "blue energy cell pack"
