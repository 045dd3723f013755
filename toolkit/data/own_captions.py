"""What a user's file names and tags say, in the words that training captions use."""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.conditioning.motion import closes
from toolkit.conditioning.phrases import LOOPING_ACTIONS, with_action
from toolkit.errors import BadRequest
from toolkit.messages import ACTIONS, DIRECTIONS

LONGEST = 200
"""Characters; the text encoder reads 24 word pieces, about 100 characters."""


def caption_of(path: Path) -> str:
    """What a picture shows: the text file of the same name, or else the words of its own.

    ``RedKnight_02.png`` is "red knight".

    Raises:
        BadRequest: neither says anything, or the text is too long.
    """
    beside = path.with_suffix(".txt")
    if not beside.is_file():
        caption = words_of(path.stem)
        if not caption:
            raise BadRequest(
                f"{path} does not say what it shows; name the file for it, as in red_knight.png, "
                f"or write it into {beside.name}."
            )
        return caption
    try:
        caption = " ".join(beside.read_text("utf-8").split()).lower()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{beside} cannot be read as UTF-8 text ({error}); save it so.") from error
    if not 0 < len(caption) <= LONGEST:
        raise BadRequest(
            f"{beside} has {len(caption)} characters; say in 1 to {LONGEST} what is shown."
        )
    return caption


def words_of(name: str) -> str:
    """The words of an identifier in lower case, without numbers at its end."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = re.split(r"[\W_]+", apart.lower())
    while words and not re.search(r"[^\W\d]", words[-1]):
        words.pop()
    return " ".join(word for word in words if word)


def tag_caption(caption: str, tag: str) -> str:
    """The caption of one tag of a sheet: ``walk_left`` is "walking, facing left"."""
    action, direction = _parts(tag)
    if action or direction:
        return with_action(caption, action=action, direction=direction)
    words = words_of(tag)
    return f"{caption} {words}" if words else caption


def tag_loops(tag: str) -> bool:
    """Whether the motion that a tag names leads back to its start."""
    action, _ = _parts(tag)
    return action in LOOPING_ACTIONS if action else closes(words_of(tag))


def _parts(tag: str) -> tuple[str, str]:
    """The action and the direction in a tag, each empty when it names none we know."""
    name = "_".join(words_of(tag).split())
    direction = next((one for one in sorted(DIRECTIONS, key=len, reverse=True)
                      if name == one or name.endswith(f"_{one}")), "")  # fmt: skip
    rest = name.removesuffix(direction).rstrip("_")
    return (rest, direction) if rest in ACTIONS else ("", direction if not rest else "")
