"""Tiled: a tileset of all frames whose tiles carry the animations and a hit box."""

from __future__ import annotations

from math import isqrt
from xml.sax.saxutils import quoteattr

from exporters.grid import grid
from exporters.options import SheetOptions
from exporters.png import encode_png
from exporters.spritesheet import distinct_tags, hit_box, play_order, visible
from toolkit.clip import Clip, FrameTag


def export_tiled(clip: Clip, name: str, options: SheetOptions) -> dict[str, bytes]:
    """``NAME.tsx`` and ``NAME_tiles.png``: one tile a frame, untrimmed; times in milliseconds.

    An animation belongs to the tile of its first frame in order of play, or to a copy of it when
    that tile has one already; its class is the tag's name. Tiled animations always loop;
    the property ``loop`` says what the tag wants.

    Raises:
        BadRequest: the tiles need more than ``options.max_side`` pixels.
    """
    tags = distinct_tags(clip.tags_or_whole)
    tiles, hosts = _tiles(clip.num_frames, tags)
    columns = min(len(tiles), max(1, isqrt(len(tiles) * clip.height // clip.width)))
    image = grid(visible(clip.frames)[tiles], columns, options)
    sizes = f'tilewidth="{clip.width}" tileheight="{clip.height}"'
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<tileset version="1.10" tiledversion="1.10.2" name={_quoted(name)} {sizes} '
        f'tilecount="{len(tiles)}" columns="{columns}" objectalignment="bottom">\n'
        f" <image source={_quoted(f'{name}_tiles.png')} "
        f'width="{image.shape[1]}" height="{image.shape[0]}"/>\n'
        + "".join(_tile(clip, tile, frame, hosts.get(tile)) for tile, frame in enumerate(tiles))
        + "</tileset>\n"
    )
    return {f"{name}.tsx": text.encode(), f"{name}_tiles.png": encode_png(image, clip.metadata)}


def _tiles(count: int, tags: tuple[FrameTag, ...]) -> tuple[list[int], dict[int, FrameTag]]:
    """The frame of each tile, and the tiles that carry an animation."""
    tiles, hosts = list(range(count)), dict[int, FrameTag]()
    for tag in tags:
        host = play_order(tag)[0]
        if host in hosts:
            host = len(tiles)
            tiles.append(play_order(tag)[0])
        hosts[host] = tag
    return tiles, hosts


def _tile(clip: Clip, tile: int, frame: int, tag: FrameTag | None) -> str:
    """One tile with what it carries, or nothing when it carries nothing."""
    box = hit_box(clip.frames[frame])
    if tag is None and box is None:
        return ""
    kind = f" class={_quoted(tag.name)}" if tag else ""
    parts = [f' <tile id="{tile}"{kind}>\n']
    if tag:
        loop = str(tag.loop).lower()
        parts.append(
            f'  <properties>\n   <property name="loop" type="bool" value="{loop}"/>\n'
            "  </properties>\n"
        )
    if box:
        x, y, w, h = box
        parts.append(
            '  <objectgroup draworder="index" id="2">\n'
            f'   <object id="1" x="{x}" y="{y}" width="{w}" height="{h}"/>\n  </objectgroup>\n'
        )
    if tag:
        parts.append(f"  <animation>\n{_frames(clip, tag)}  </animation>\n")
    return "".join([*parts, " </tile>\n"])


def _frames(clip: Clip, tag: FrameTag) -> str:
    times = [max(1, round(seconds * 1000)) for seconds in clip.frame_seconds]
    return "".join(
        f'   <frame tileid="{index}" duration="{times[index]}"/>\n' for index in play_order(tag)
    )


def _quoted(text: str) -> str:
    """An attribute's value; what XML 1.0 cannot hold becomes a space."""
    allowed = (sign if sign >= " " and sign not in "\ufffe\uffff" else " " for sign in text)
    return quoteattr("".join(allowed))
