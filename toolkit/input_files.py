"""What people give beside a request: files of limited size, pictures, sizes and lists of names."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from toolkit.conditioning.image import FORMATS, MAX_PIXELS
from toolkit.errors import BadRequest

MAX_FILE_BYTES = 256 * 2**20


def read_size(text: str) -> tuple[int, int]:
    """Width and height of ``64x48``."""
    sides = re.fullmatch(r"([0-9]{1,6})[xX×]([0-9]{1,6})", text.strip())
    if sides is None:
        raise BadRequest(f"size is {text!r}; write width x height in pixels, as in 64x64.")
    return int(sides[1]), int(sides[2])


def split_names(text: str) -> tuple[str, ...]:
    """The names of ``idle,walk``, each once."""
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def read_image(path: Path) -> bytes:
    """The first frame of a picture file as RGBA PNG bytes, upright.

    Raises:
        BadRequest: no readable picture of a known format, or more than 4096 x 4096 pixels.
    """
    content = read_file(path)
    try:
        with _opened(content) as image:
            if image.width * image.height > MAX_PIXELS:
                raise BadRequest(
                    f"{path} is {image.width}x{image.height} pixels; "
                    "at most 4096x4096: scale it down first."
                )
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise BadRequest(f"{path} is too large; at most 4096x4096 pixels.") from error
    except UnidentifiedImageError as error:
        raise BadRequest(f"{path} is no picture; give {', '.join(FORMATS)}.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRequest(f"{path} is damaged: {error}; save it again as PNG.") from error
    buffer = io.BytesIO()
    upright.save(buffer, "PNG")
    return buffer.getvalue()


@contextmanager
def _opened(content: bytes) -> Generator[Image.Image]:
    """The picture, without Pillow's own warning about its size: ours is the stricter limit."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            yield image


def read_file(path: Path) -> bytes:
    """The content of a file of at most 256 MiB.

    Raises:
        BadRequest: it is missing, too large, or the system refuses.
    """
    try:
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise BadRequest(f"{path} has {size} bytes; at most {MAX_FILE_BYTES}.")
        return path.read_bytes()
    except OSError as error:
        raise BadRequest(f"cannot read {path}: {error.strerror or error}.") from error
