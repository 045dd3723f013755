import io

import pytest
from PIL import Image

from toolkit.errors import BadRequest
from toolkit.postprocess.palette_files import read_palette

COLOURS = ("1a1c2c", "ff8800", "f4f4f4")
GPL = (
    b"GIMP Palette\nName: Three\nColumns: 3\n# made by hand\n"
    b" 26  28 44\tnight\n255 136 0\n244\t244\t244\n"
)
JASC = b"JASC-PAL\r\n0100\r\n3\r\n26 28 44\r\n255 136 0\r\n244 244 244\r\n"
HEX = b"\xef\xbb\xbf1A1C2C\n\n#ff8800\nf4f4f4\n1a1c2c\n"


def _png(size: tuple[int, int]) -> bytes:
    image = Image.new("RGBA", size)
    for x, colour in enumerate(COLOURS[: size[0]]):
        image.putpixel((x, 0), (*bytes.fromhex(colour), 255))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.hex", HEX), ("a.gpl", GPL), ("a.pal", JASC), ("A.PNG", _png((4, 1)))],
)
def test_every_format_gives_the_same_colours_in_order(name: str, data: bytes) -> None:
    assert read_palette(name, data) == COLOURS


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.hex", b"ff8800\nff88\n", "a.hex, line 2: 'ff88' is not six hex digits"),
        ("a.hex", b"ff8800\n\xff\n", "a.hex, line 2: not UTF-8"),
        ("a.hex", b"", "has 0 colours; must have 1 to 256"),
        ("a.gpl", b"ff8800\n", "a.gpl, line 1: 'ff8800' is not the header GIMP Palette"),
        ("a.gpl", b"", "a.gpl, line 1: '' is not the header"),
        ("a.gpl", b"GIMP Palette\n1 2\n", "a.gpl, line 2: '1 2' is not three numbers"),
        ("a.gpl", b"GIMP Palette\n1 2 256\n", "line 2: '1 2 256' is not three numbers from 0 to"),
        ("a.pal", b"JASC-PAL\n0200\n1\n1 2 3\n", "a.pal, line 2: '0200' is not the header 0100"),
        ("a.pal", b"JASC-PAL\n0100\n2\n1 2 3\n", "line 3: '2' is not the number of colours"),
        ("a.pal", b"JASC-PAL\n0100\n1\n1 -2 3\n", "a.pal, line 4: '1 -2 3' is not three numbers"),
        ("a.png", b"no picture", "a.png is not a readable PNG"),
        ("a.png", _png((4, 1))[:-30], "a.png is not a readable PNG"),
        ("a.png", _png((3, 2)), "a.png is 3x2 pixels; a palette picture is one row"),
        ("a.ase", b"", "palette file is 'a.ase'; must end in .hex, .gpl, .pal, .png"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(name: str, data: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as caught:
        read_palette(name, data)
    assert message in str(caught.value)
