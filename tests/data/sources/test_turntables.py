"""Turning models: parts of toys, furniture and its catalogue, and the frames made of them."""

import io
import zipfile

import numpy as np
import pytest

from tests.data.sources.archive_files import png, solid, write_deb
from toolkit.data.packs import TRADEMARKS
from toolkit.data.sources.furniture_catalog import read_catalog
from toolkit.data.sources.ldraw import ROOT as LDRAW_ROOT
from toolkit.data.sources.ldraw import catalog, choose, ldraw, part_caption
from toolkit.data.sources.ldraw_parts import PartLibrary, read_colours
from toolkit.data.sources.sweethome3d import LIBRARIES, furniture_caption, sweethome3d
from toolkit.data.sources.sweethome3d import ROOT as SH3D_ROOT

CONFIG = """0 LDraw.org Configuration File
0 !COLOUR Blue  CODE   1  VALUE #1E5AA8  EDGE #646464
0 !COLOUR Trans_Red  CODE  36  VALUE #C91A09  EDGE #B52C20  ALPHA 128
"""
SQUARE = b"0 Square\r\n4 16 0 0 0 10 0 0 10 0 10 0 0 10\r\n"
PLATE = b"""0 Brick 1 x 1 x 0.667
0 a comment
1 16 100 0 0 2 0 0 0 1 0 0 0 1 s\\square.DAT
1 1 0 5 0 1 0 0 0 1 0 0 0 1 s\\square.dat
3 0x2FF8000 0 0 0 0 -10 0 10 0 0
2 24 0 0 0 1 1 1
"""


def library(**more: bytes) -> PartLibrary:
    files = {"s/square.dat": SQUARE, "plate.dat": PLATE, **more}
    return PartLibrary(files, read_colours(CONFIG))


def test_colours_have_codes_and_opacity():
    assert read_colours(CONFIG) == {1: (0x1E, 0x5A, 0xA8, 255), 36: (0xC9, 0x1A, 0x09, 128)}


def test_parts_of_parts_are_placed_and_coloured():
    part = library().triangles("PLATE.dat")
    assert part.codes.tolist() == [16, 16, 1, 1, 0x2FF8000]
    assert part.corners[0].tolist() == [[100, 0, 0], [120, 0, 0], [120, 0, 10]]
    assert part.corners[1].tolist() == [[100, 0, 0], [120, 0, 10], [100, 0, 10]]
    assert part.corners[3].tolist() == [[0, 5, 0], [10, 5, 10], [0, 5, 10]]
    assert part.corners[4].tolist() == [[0, 0, 0], [0, -10, 0], [10, 0, 0]]


def test_a_part_becomes_a_mesh_with_y_up_in_the_chosen_colour():
    mesh = library().mesh("plate.dat", (255, 0, 0, 255))
    assert mesh is not None
    assert mesh.positions[:3].tolist() == [[100, 0, 0], [120, 0, 0], [120, 0, -10]]
    assert mesh.positions[-2].tolist() == [0, 10, 0]
    bases = [mesh.materials[number].base for number in mesh.face_materials]
    assert bases[0] == bases[1] == (1, 0, 0, 1)
    assert bases[2] == pytest.approx((0.0130, 0.1022, 0.3916, 1), abs=1e-4)
    assert bases[4] == pytest.approx((1, 0.2159, 0, 1), abs=1e-4)


def test_a_part_of_itself_and_a_missing_one_end():
    assert library().mesh("nowhere.dat", (0, 0, 0, 255)) is None
    endless = library(**{"self.dat": b"0 Self\n1 16 0 0 0 1 0 0 0 1 0 0 0 1 self.dat\n"})
    assert endless.mesh("self.dat", (0, 0, 0, 255)) is None


def test_a_see_through_colour_is_blended():
    mesh = library(**{"glass.dat": SQUARE.replace(b"4 16", b"4 36")}).mesh("glass.dat", (0,) * 4)
    assert mesh is not None
    (material,) = mesh.materials
    assert (material.alpha_mode, material.base[3]) == ("blend", 128 / 255)


def test_the_catalogue_leaves_out_what_is_no_part_and_the_choice_is_fixed():
    files = {f"{LDRAW_ROOT}parts/{number}.dat": f"0 Brick  1 x {number}\n".encode()
             for number in range(1, 60)}  # fmt: skip
    files |= {
        f"{LDRAW_ROOT}parts/90.dat": b"0 ~Brick moved\n",
        f"{LDRAW_ROOT}parts/91.dat": b"0 Brick 1 x 1 with Smile Pattern\n",
        f"{LDRAW_ROOT}parts/92.dat": b"0 Brick 1 x 1 (Needs Work)\n",
        f"{LDRAW_ROOT}parts/s/93.dat": b"0 Brick within\n",
    }
    parts = catalog(files)
    assert len(parts) == 59
    assert parts[0] == ("1.dat", "Brick 1 x 1")
    chosen = choose(parts)
    assert len(chosen) == 25
    assert chosen == choose(parts)
    assert len({name for name, _, _ in chosen}) == 25
    assert chosen[0] == ("32.dat", "Brick 1 x 32", "purple")


@pytest.mark.parametrize(
    ("title", "caption"),
    [
        ("Minifig Hat Kepi", "red toy figure hat kepi rotating"),
        ("Duplo Brick 2 x 2 x 1.667", "red toy large brick 2 x 2 x 1.7 rotating"),
        ("Fabuland Ladder (Complete)", "red toy ladder rotating"),
        ("Figure Friends Hair Dryer", "red toy figure hair dryer rotating"),
        ("Technic Axle  7", "red toy machine axle 7 rotating"),
    ],
)
def test_captions_of_parts_name_no_products(title, caption):
    assert part_caption(title, "red") == caption


def test_a_toy_part_turns_once(tmp_path):
    cube = _ldraw_box(20, 20, 20)
    deb = write_deb(
        tmp_path / "ldraw.deb",
        {
            f"{LDRAW_ROOT}LDConfig.ldr": CONFIG.encode(),
            f"{LDRAW_ROOT}parts/1.dat": b"0 Brick  1 x 1\n" + cube,
            f"{LDRAW_ROOT}parts/2.dat": b"0 Minifig Head Minion\n" + cube,
            f"{LDRAW_ROOT}parts/3.dat": b"0 Brick  without triangles\n",
        },
    )
    (item,) = ldraw([deb])
    colour = item.extras["color"]
    assert (item.id, item.subject) == ("1", "brick 1 x 1")
    assert item.caption == f"{colour} toy brick 1 x 1 rotating"
    assert (item.action, item.direction, item.frames.shape) == (
        "rotating", "turntable", (16, 64, 64, 4),
    )  # fmt: skip
    shown = item.frames[..., 3] > 127
    quarter = [shown[number] for number in (0, 4, 8, 12)]
    assert all(np.array_equal(quarter[0], view) for view in quarter[1:])
    assert shown[2].sum(axis=1).max() == pytest.approx(2**0.5 * shown[0].sum(axis=1).max(), abs=2)


def test_the_front_goes_to_the_right_first(tmp_path):
    # a post at x = 0 with a small flag towards the front, which in LDraw is -z
    flag = _ldraw_box(4, 60, 4) + _ldraw_box(4, 20, 40, z=-20)
    deb = write_deb(
        tmp_path / "ldraw.deb",
        {
            f"{LDRAW_ROOT}LDConfig.ldr": CONFIG.encode(),
            f"{LDRAW_ROOT}parts/1.dat": b"0 Brick flag\n" + flag,
        },
    )
    (item,) = ldraw([deb])
    post = [int((frame[..., 3] > 127).sum(0).argmax()) for frame in item.frames]
    assert post[4] < 24
    assert post[12] > 40
    assert 28 < post[0] < 36


def _ldraw_box(width: int, height: int, depth: int, *, z: int = 0) -> bytes:
    """A closed box around the origin, moved along z, as six quadrilaterals."""
    x, y, near, far = width / 2, height / 2, z - depth / 2, z + depth / 2
    low = [(-x, near), (x, near), (x, far), (-x, far)]
    sides = [
        [(*low[i][:1], -y, low[i][1]), (low[j][0], -y, low[j][1]), (low[j][0], y, low[j][1]),
         (low[i][0], y, low[i][1])]
        for i, j in ((0, 1), (1, 2), (2, 3), (3, 0))
    ]  # fmt: skip
    sides += [[(a, level, b) for a, b in low] for level in (-y, y)]
    lines = [" ".join(map(str, ["4", 16, *sum(side, ())])) for side in sides]
    return "\n".join(lines).encode() + b"\n"


PROPERTIES = r"""
id=Test
id#1=Test#box
name#1=Box hashtray\u20ac
category#1=Kitchen
model#1=/test/box/box.obj
width#1=100
depth#1=50
height#1=200
creator#1=Zo\u00eb

name#2=VW New Beetle
model#2=/test/car/car.obj
width#2=1
depth#2=1
height#2=1

name#3=Lying box
model#3=/test/box/box.obj
modelRotation#3=1 0 0 0 0 1 0 -1 0
width#3=100
depth#3=50
height#3=200
"""
OBJ = """mtllib box_of_the_author.mtl
v -1 -1 -1
v 1 -1 -1
v 1 1 -1
v -1 1 -1
v -1 -1 1
v 1 -1 1
v 1 1 1
v -1 1 1
vt 0 0
usemtl skin
f 1/1 4/1 3/1 2/1
f 5/1 6/1 7/1 8/1
f 1/1 2/1 6/1 5/1
f 3/1 4/1 8/1 7/1
f 1/1 5/1 8/1 4/1
f 2/1 3/1 7/1 6/1
"""
MTL = r"""newmtl skin
Kd 1 1 1
map_Kd green.png
map_Bump C:\Documents and Settings\author\lost.jpg
"""


def furniture_deb(path):
    libraries = {}
    for library in LIBRARIES:
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            is_test = library == "BlendSwap-CC-0"
            archive.writestr(
                "PluginFurnitureCatalog.properties", PROPERTIES if is_test else "id=Empty\n"
            )
            archive.writestr("test/box/box.obj", OBJ)
            archive.writestr("test/box/box.mtl", MTL)
            archive.writestr("test/box/green.png", png(solid(4, 4, (0, 200, 0, 255))))
        libraries[f"{SH3D_ROOT}{library}.sh3f"] = data.getvalue()
    return write_deb(path, libraries)


def test_the_catalogue_is_read_with_its_escapes():
    box, _, lying = read_catalog(PROPERTIES.encode("latin-1"))
    assert (box.name, box.creator, box.model) == ("Box hashtray€", "Zoë", "test/box/box.obj")
    assert box.size.tolist() == [100, 200, 50]
    assert box.rotation.tolist() == np.eye(3).tolist()
    assert lying.rotation.tolist() == [[1, 0, 0], [0, 0, 1], [0, -1, 0]]


def test_furniture_turns_in_its_own_size_and_texture(tmp_path):
    box, lying = sweethome3d([furniture_deb(tmp_path / "furniture.deb")])
    assert (box.id, box.subject) == ("BlendSwap-CC-0_1", "box hashtray€")
    assert box.caption == "box ashtray€ rotating, 3d turntable"
    assert box.origin is not None
    assert (box.origin.licence, box.origin.author) == ("CC0-1.0", "Zoë")
    assert lying.origin is not None
    assert lying.origin.author == "Blend Swap"
    assert np.array_equal(box.frames, lying.frames)
    front, side = (box.frames[number][..., 3] > 127 for number in (0, 4))
    assert front.sum(axis=1).max() == pytest.approx(2 * side.sum(axis=1).max(), abs=2)
    red, green, blue = box.frames[0][front][:, :3].max(axis=0)
    assert green > 100
    assert red == blue == 0


def test_makers_names_stay_out():
    for name in ("VW New Beetle", "Apple iMac 2004", "Bill 10€", "Yamaha YZR R6", "Ford Focus"):
        assert TRADEMARKS.search(name), name
    for name in ("Apples", "Class seat", "Little bank", "Afford"):
        assert TRADEMARKS.search(name) is None, name
    assert furniture_caption("Gaz water heater") == "gas water heater rotating, 3d turntable"
