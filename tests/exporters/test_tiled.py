from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytiled_parser import parse_map
from pytiled_parser.tileset import Tileset

from exporters import SheetOptions, export
from exporters.spritesheet import play_order
from exporters.write import write_files
from tests.exporters.clips import busy_clip, plain_clip
from toolkit.clip import Clip, FrameTag
from toolkit.errors import BadRequest

MAP = """\
<?xml version="1.0" encoding="UTF-8"?>
<map version="1.10" tiledversion="1.10.2" orientation="orthogonal" renderorder="right-down"
 width="1" height="1" tilewidth="16" tileheight="16" infinite="0" nextlayerid="2" nextobjectid="1">
 <tileset firstgid="1" source="hero.tsx"/>
 <layer id="1" name="ground" width="1" height="1"><data encoding="csv">1</data></layer>
</map>
"""


def as_tiled_reads(clip: Clip, folder: Path) -> Tileset:
    """The tileset, through a map that uses it, as pytiled_parser (of Arcade) reads it."""
    write_files(export(clip, "tiled", name="hero"), folder)
    (folder / "map.tmx").write_text(MAP)
    (tileset,) = parse_map(folder / "map.tmx").tilesets.values()
    return tileset


def tile_pixels(tileset: Tileset, folder: Path) -> np.ndarray:
    picture = np.asarray(Image.open(folder / "hero_tiles.png"))
    w, h = tileset.tile_width, tileset.tile_height
    places = [divmod(tile, tileset.columns) for tile in range(tileset.tile_count)]
    return np.stack([picture[y * h : y * h + h, x * w : x * w + w] for y, x in places])


@pytest.mark.parametrize("clip", [busy_clip(), plain_clip(1), plain_clip(64, 20, 10)])
def test_tiles_are_the_frames_exactly(clip: Clip, tmp_path: Path) -> None:
    tileset = as_tiled_reads(clip, tmp_path)
    assert (tileset.image_width, tileset.image_height) == Image.open(
        tmp_path / "hero_tiles.png"
    ).size
    np.testing.assert_array_equal(tile_pixels(tileset, tmp_path), clip.frames)


def test_animations_have_order_times_loop_and_name(tmp_path: Path) -> None:
    clip = busy_clip()
    tiles = as_tiled_reads(clip, tmp_path).tiles
    assert tiles is not None
    animated = {tile.class_: tile for tile in tiles.values() if tile.animation}
    assert animated.keys() == {"walk", 'idle "é"'}
    for tag in clip.tags:
        tile = animated[tag.name]
        assert tile.animation is not None
        assert [frame.tile_id for frame in tile.animation] == list(play_order(tag))
        assert tile.id == play_order(tag)[0]
        assert [frame.duration for frame in tile.animation] == [
            round(clip.frame_seconds[index] * 1000) for index in play_order(tag)
        ]
        assert tile.properties == {"loop": tag.loop}


def test_the_hit_box_surrounds_what_is_at_least_half_opaque(tmp_path: Path) -> None:
    tiles = as_tiled_reads(plain_clip(2, 20, 10), tmp_path).tiles
    assert tiles is not None
    for tile in tiles.values():
        (box,) = tile.objects.tiled_objects  # type: ignore[union-attr]
        assert (*box.coordinates, *box.size) == (2, 2, 16, 6)


def test_two_animations_of_one_first_frame_have_a_tile_each(tmp_path: Path) -> None:
    tags = (FrameTag(name="a", start=0, stop=2), FrameTag(name="\0<b>&", start=0, stop=3))
    clip = Clip(frames=plain_clip(3).frames, fps=8, tags=tags)
    tileset = as_tiled_reads(clip, tmp_path)
    assert tileset.tiles is not None
    assert {tile.id: tile.class_ for tile in tileset.tiles.values() if tile.animation} == {
        0: "a",
        3: " <b>&",
    }
    np.testing.assert_array_equal(tile_pixels(tileset, tmp_path)[:4], clip.frames[[0, 1, 2, 0]])


def test_tiles_that_need_too_large_a_picture_are_refused() -> None:
    with pytest.raises(BadRequest, match="at most 32: raise max_side"):
        export(plain_clip(5, 24, 24), "tiled", options=SheetOptions(max_side=32))
