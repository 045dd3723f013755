import json
from pathlib import Path

import pytest
from PIL import Image

from exporters import SheetOptions
from tests.batch.desk import assets_of, write
from toolkit.batch.assets import Export, QualityBar, Reference
from toolkit.batch.manifest import read_manifest
from toolkit.batch.paths import asset_seed
from toolkit.errors import BadRequest, ManifestError, ResourceLimit
from toolkit.messages import SpriteRequest

FULL = """\
version: 1
values: {who: a red knight}
styles:
  dusk: {palette: [1a1c2c, 001122, "5d275d"], max_colors: 8, guidance_scale: 3}
  plain: {}
defaults:
  size: 32x48
  num_frames: 4
  style: dusk
assets:
  - name: hero/main
    prompt: "{who} and {{friends}}"
    negative_prompt: yes
    actions: [idle, walk]
    directions: 4
    seed: 7
    fps: 8.5
    loop: off
    export: {godot: {trim: false, padding: 4}, gif: }
    quality: {duplicate_frames: 0, registration_drift_px: 1.5, clipped_at_edge: no, retries: 3}
  - name: enemies/slime {color} {action}
    matrix: {color: [green, dark blue], action: [walk, die]}
    exclude: [{color: green, action: die}]
    style: plain
    prompt: a {color} slime
    actions: "{action}"
    width: 64
    path: "{action}/{color}"
    reference: {asset: hero/main, tag: walk_right, frame: 2}
    export: png_sequence,gif
"""


def test_every_kind_of_field(tmp_path: Path):
    assets = assets_of(tmp_path, assets_yaml=FULL)
    assert list(assets) == [
        "hero/main",
        "enemies/slime_green_walk",
        "enemies/slime_dark_blue_walk",
        "enemies/slime_dark_blue_die",
    ]
    hero, slime = assets["hero/main"], assets["enemies/slime_dark_blue_die"]
    assert hero.request == SpriteRequest(
        prompt="a red knight and {friends}", negative_prompt="yes", num_frames=4, width=32,
        height=48, fps=8.5, seed=7, guidance_scale=3, loop=False, actions=("idle", "walk"),
        directions=4, palette=("1a1c2c", "001122", "5d275d"), max_colors=8,
    )  # fmt: skip
    assert hero.exports == (
        Export(format="godot", options=SheetOptions(trim=False, padding=4)),
        Export(format="gif"),
    )
    assert hero.bar == QualityBar(
        limits={"duplicate_frames": 0, "registration_drift_px": 1.5, "clipped_at_edge": 0},
        retries=3,
    )
    assert hero.path == "hero/main"
    assert slime.request == SpriteRequest(
        prompt="a dark blue slime", num_frames=4, width=64, height=48, actions=("die",),
        seed=asset_seed("enemies/slime_dark_blue_die"),
    )  # fmt: skip
    assert slime.reference == Reference(asset="hero/main", tag="walk_right", frame=2)
    assert slime.path == "die/dark_blue"
    assert [export.format for export in slime.exports] == ["png_sequence", "gif"]
    assert (slime.place.line, slime.place.column) == (21, 5)


def test_json_says_the_same_as_yaml(tmp_path: Path):
    body = {
        "$schema": "manifest.schema.json",
        "defaults": {"size": "32x32", "loop": False, "fps": 8},
        "assets": [{"name": "a", "prompt": "héro 🧙\n", "export": {"gif": None}, "num_frames": 3}],
    }
    text = json.dumps(body)
    assert "\\ud83e" in text  # a pair of halves, which PyYAML does not join
    (made,) = assets_of(tmp_path, a_json=text).values()
    assert made.request.prompt == "héro 🧙\n"
    tabbed = json.dumps(body, indent="\t", ensure_ascii=False)
    assert assets_of(tmp_path, b_json=tabbed)["a"].request == made.request


def test_a_table_is_a_manifest(tmp_path: Path):
    table = (
        "name;prompt;actions;num_frames;loop;values.color\r\n"
        '"slime ""{color}""";a {color} slime;idle,walk;4;no;red\r\n'
        "\r\n"
        'coin;"a yellow\ncoin";;2;;\r\n'
    )
    slime, coin = assets_of(tmp_path, a_csv=table).values()
    assert slime.name == "slime_red"
    assert slime.request.prompt == "a red slime"
    assert slime.request.actions == ("idle", "walk")
    assert (slime.request.num_frames, slime.request.loop) == (4, False)
    assert coin.request.prompt == "a yellow\ncoin"
    assert (coin.request.num_frames, coin.request.loop) == (2, True)
    assert (coin.place.line, coin.place.column) == (4, 1)


def test_included_files_take_what_holds_and_give_their_styles(tmp_path: Path):
    assets = assets_of(
        tmp_path,
        main_yaml="include: [look.yaml, items.csv]\n"
        "defaults: {num_frames: 4, size: 32x32}\n"
        "values: {who: hero}\n"
        "assets: [{name: '{who}', prompt: '{what}', style: two}]\n",
        look_yaml="styles: {two: {max_colors: 2}}\nvalues: {what: a cow, who: nobody}\n",
        items_csv="name,prompt,style,num_frames\ncoin,{what} coin,two,3\n",
    )
    assert list(assets) == ["coin", "hero"]
    assert assets["coin"].request.prompt == "a cow coin"
    assert assets["coin"].request.max_colors == assets["hero"].request.max_colors == 2
    assert assets["coin"].request.num_frames == 3
    assert assets["hero"].request.num_frames == 4
    assert assets["coin"].request.width == assets["hero"].request.width == 32


def test_files_are_named_from_where_they_are_written(tmp_path: Path):
    (tmp_path / "art").mkdir()
    Image.new("RGB", (16, 16), "red").save(tmp_path / "art" / "first.png")
    (tmp_path / "art" / "two.hex").write_text("ff0000\n0000ff\n")
    (tmp_path / "art" / "look.yaml").write_text(
        "styles: {two: {palette: two.hex}}\nassets: [{name: a, prompt: x, image: first.png}]\n"
    )
    assets = assets_of(
        tmp_path,
        main_yaml="include: art/look.yaml\n"
        "assets: [{name: b, prompt: y, style: two}, {name: c, prompt: y, palette: art/two.hex}]\n",
    )
    assert assets["a"].request.image.startswith(b"\x89PNG")
    assert assets["b"].request.palette == assets["c"].request.palette == ("ff0000", "0000ff")


def test_assets_come_after_those_they_refer_to(tmp_path: Path):
    text = "assets:\n" + "\n".join(
        f"- {{name: {name}, prompt: x, reference: {other}}}" for name, other in ["ab", "bc", "cd"]
    )
    names = list(
        assets_of(tmp_path, a_yaml=text + "\n- {name: e, prompt: x}\n- {name: d, prompt: x}")
    )
    assert names == ["d", "c", "b", "a", "e"]


def test_seeds_come_from_names_and_differ(tmp_path: Path):
    assets = assets_of(
        tmp_path, a_yaml="assets: [{name: '{n}', prompt: x, matrix: {n: [a, b, c]}}]"
    )
    seeds = {asset.request.seed for asset in assets.values()}
    assert len(seeds) == 3
    assert assets["a"].request.seed == 1699463305 == asset_seed("a")


BAD = {
    "unknown key": (
        "assets:\n  - name: a\n    promt: x\n",
        ":3:5: 'promt' is unknown here; choose",
    ),
    "unknown top key": (
        "asets: []\n",
        ":1:1: 'asets' is unknown here; choose from $schema, version",
    ),
    "merge key": ("assets: [{name: a, prompt: x, <<: {seed: 1}}]", ":1:31: '<<' is unknown"),
    "repeated key": (
        "assets: [{name: a, prompt: x, prompt: y}]",
        ":1:31: key 'prompt' comes twice",
    ),
    "no name": ("assets:\n- prompt: x", ":2:3: the asset has no name; write name"),
    "no prompt": ("assets:\n- name: x", ":2:3: prompt is empty; say what to draw"),
    "out of range": (
        "assets:\n- {name: a, prompt: x, num_frames: 99}",
        ":2:36: num_frames is 99; must be 1 to 64",
    ),
    "odd size": (
        "assets:\n- {name: a, prompt: x, size: 60x64}",
        ":2:30: width is 60; must be a multiple of 16",
    ),
    "unknown action": (
        "assets:\n- {name: a, prompt: x, actions: [swim]}",
        ":2:33: action is 'swim'; choose from idle",
    ),
    "bad colour": (
        "assets: [{name: a, prompt: x, palette: [red]}]",
        ":1:40: palette colour is 'red'",
    ),
    "word for a number": (
        "assets: [{name: a, prompt: x, seed: seven}]",
        ":1:37: seed is 'seven'; must be a whole number",
    ),
    "negative": (
        "assets: [{name: a, prompt: x, seed: -1}]",
        ":1:37: seed is '-1'; must be a whole",
    ),
    "quoted number": ('assets: [{name: a, prompt: x, seed: "1"}]', ":1:37: seed is '1'; must be"),
    "word for a truth": ("assets: [{name: a, prompt: x, loop: 1}]", "loop is '1'; must be true or"),
    "list for a text": ("assets: [{name: a, prompt: [x]}]", ":1:28: prompt is a list of 1; must"),
    "unknown format": (
        "assets: [{name: a, prompt: x, export: [exe]}]",
        ":1:39: 'exe' is unknown here; choose from godot",
    ),
    "no format": ("assets: [{name: a, prompt: x, export: []}]", ":1:39: no format is named"),
    "unknown option": (
        "assets: [{name: a, prompt: x, export: {gif: {speed: 2}}}]",
        ":1:46: 'speed' is unknown here; choose from trim",
    ),
    "option out of range": (
        "assets: [{name: a, prompt: x, export: {gif: {padding: 99}}}]",
        "padding is 99; must be 0 to 64",
    ),
    "unknown measure": (
        "assets: [{name: a, prompt: x, quality: {beauty: 1}}]",
        ":1:41: 'beauty' is unknown here; choose from registration_drift_px",
    ),
    "too many retries": (
        "assets: [{name: a, prompt: x, quality: {retries: 101}}]",
        "retries is 101; must be 0 to 100",
    ),
    "unknown outcome": (
        "assets: [{name: a, prompt: x, quality: {otherwise: cry}}]",
        "choose from fail, keep",
    ),
    "unknown style": (
        "assets: [{name: a, prompt: x, style: dark}]",
        ":1:38: 'dark' is unknown here",
    ),
    "style of a style": (
        "styles: {s: {style: t}}\nassets: [{name: a, prompt: x, style: s}]",
        ":1:14: 'style' is unknown",
    ),
    "name in defaults": (
        "defaults: {name: a}\nassets: [{name: a, prompt: x}]",
        ":1:12: 'name' is unknown",
    ),
    "unknown value": (
        "values: {b: 1}\nassets: [{name: a, prompt: '{c}'}]",
        ":2:28: '{c}' has no value; values here: b, name",
    ),
    "code": ("assets: [{name: a, prompt: '{name.upper()}'}]", "'{name.upper()}' has no value"),
    "lone brace": ("assets: [{name: a, prompt: 'x } y'}]", "a single '}' stands in"),
    "path up": ("assets: [{name: a, prompt: x, path: ../b}]", ":1:37: path is '../b' and leaves"),
    "path from root": (
        "assets: [{name: /etc/x, prompt: x}]",
        "path is '/etc/x' and leaves the out",
    ),
    "path on a drive": ("assets: [{name: 'C:x', prompt: x}]", "path is 'C:x' and leaves"),
    "path filled up": (
        "assets: [{name: a, prompt: x, path: '{p}/x', values: {p: ..}}]",
        "path is '../x' and leaves",
    ),
    "same name": (
        "assets:\n- {name: a, prompt: x}\n- {name: a, prompt: y}",
        ":3:3: asset 'a' is also at ",
    ),
    "same files": (
        "assets:\n- {name: a, prompt: x}\n- {name: b, prompt: y, path: A}",
        ":3:3: the files of b and of a (",
    ),
    "unknown reference": (
        "assets: [{name: a, prompt: x, reference: b}]",
        "a refers to 'b'; assets are a",
    ),
    "own reference": (
        "assets: [{name: a, prompt: x, reference: a}]",
        "where they start (a > a)",
    ),
    "cyclic reference": (
        "assets: [{name: a, prompt: x, reference: b}, {name: b, prompt: x, reference: a}]",
        "references lead back to where they start (a > b > a)",
    ),
    "image and reference": (
        "assets: [{name: a, prompt: x, image: b.png, reference: a}]",
        "both set the first frame",
    ),
    "missing image": ("assets: [{name: a, prompt: x, image: gone.png}]", ":1:38: cannot read "),
    "missing palette": ("assets: [{name: a, prompt: x, palette: gone.hex}]", ":1:40: cannot read "),
    "empty matrix": (
        "assets: [{name: a, prompt: x, matrix: {c: []}}]",
        ":1:40: matrix 'c' is empty",
    ),
    "matrix twice": (
        "assets: [{name: a, prompt: x, matrix: {c: [1, 1]}}]",
        "'1' comes twice in 'c'",
    ),
    "excluded nothing": (
        "assets: [{name: a, prompt: x, matrix: {c: [1]}, exclude: [{}]}]",
        "would exclude every",
    ),
    "excluded unknown": (
        "assets: [{name: a, prompt: x, matrix: {c: [1]}, exclude: [{c: 2}]}]",
        ":1:63: '2' is unknown here; choose from 1",
    ),
    "own tag": ("assets: !!python/object:os.system [x]", "is not allowed; write a plain value"),
    "no YAML": ("assets: [", "no YAML: "),
    "control sign": ("a: \x01", "no YAML: "),
    "other version": ("version: 2\nassets: []", ":1:10: version is '2'; this playreel reads 1"),
    "nothing": ("", ":1:1: the manifest has no assets"),
    "no mapping": ("- a", ":1:1: a manifest is a list of 1; must be a mapping"),
    "assets of text": ("assets: [a]", ":1:10: an asset is 'a'; must be a mapping"),
    "missing include": ("include: gone.yaml", ":1:10: cannot read "),
    "include of a picture": ("include: a.png", ":1:10: manifest is 'a.png'; must end in .yaml"),
    "itself": ("include: [assets.yaml]", "includes itself (assets.yaml > assets.yaml)"),
    "alias to itself": ("assets: &a [*a]", "an alias refers to what it stands in"),
    "deep": ("assets: " + "[" * 40 + "]" * 40, "nested over 32 deep"),
    "very deep": ("assets: " + "[" * 100_000, "nested over 32 deep"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_manifests_say_where_and_what_is_allowed(case: str, tmp_path: Path):
    text, sentence = BAD[case]
    path = write(tmp_path, assets_yaml=text)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert sentence in message
    assert "\n" not in message


def test_each_broken_asset_has_its_line(tmp_path: Path):
    path = write(tmp_path, a_yaml="assets:\n" + "- {name: a, prompt: x, fps: 0}\n" * 30)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    lines = str(caught.value).splitlines()
    assert lines[:2] == [f"{path}:{n}:29: fps is 0; must be 1 to 60." for n in (2, 3)]
    assert lines[20:] == ["and 10 more."]


def test_an_alias_bomb_is_refused_and_a_few_aliases_are_not(tmp_path: Path):
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    bomb = "a0: &a0 [x]\n" + "\n".join(levels)
    with pytest.raises(ManifestError, match="aliases repeat more than 100000 nodes"):
        read_manifest(write(tmp_path, bomb_yaml=bomb))
    shared = "assets:\n- {name: a, prompt: x, quality: &q {retries: 2}}\n"
    two = assets_of(tmp_path, a_yaml=shared + "- {name: b, prompt: y, quality: *q}")
    assert two["a"].bar == two["b"].bar


def test_a_million_combinations_need_a_yes(tmp_path: Path):
    rows = ", ".join(map(str, range(1000)))
    text = f"assets: [{{name: '{{a}}_{{b}}', prompt: x, matrix: {{a: [{rows}], b: [{rows}]}}}}]"
    path = write(tmp_path, a_yaml=text)
    with pytest.raises(ResourceLimit, match="asks for 1000000 assets; more than 10000 need --yes"):
        read_manifest(path)
    few = text.replace(f"b: [{rows}]", f"b: [{', '.join(map(str, range(11)))}]")
    assert len(read_manifest(write(tmp_path, b_yaml=few), allow_large=True).assets) == 11_000


BAD_TABLES = {
    "formula": ("name,prompt\na,x\nb,=1+1\n", ":3:3: the cell '=1+1' is a formula"),
    "at": ("name,prompt\n@a,x\n", ":2:1: the cell '@a' is a formula"),
    "open quote": ('name,prompt\na,"x\n', ":2:3: the quote of this cell never closes"),
    "after the quote": ('name,prompt\n"a"b,x\n', ":2:1: something follows the closing quote"),
    "unknown column": ("name,promt\na,x\n", ":2:3: 'promt' is unknown here"),
    "column twice": ("name,name\n", ":1:6: column 'name' comes twice"),
    "nameless column": ("name,\n", ":1:6: a column has no name"),
    "too many cells": ("name,prompt\na,x,y\n", ":2:5: the row has 3 cells for 2 columns"),
    "behind lines": ('name,prompt,fps\na,"x\ny",z\n', ":3:4: fps is 'z'; must be a number"),
    "empty": ("", ":1:1: the table is empty"),
    "no rows": ("name,prompt\n", ":1:1: the manifest has no assets"),
    "no text": ("name,prompt\na,\n", ":2:1: prompt is empty"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_bad_tables_say_where(case: str, tmp_path: Path):
    text, sentence = BAD_TABLES[case]
    path = write(tmp_path, a_csv=text)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    assert f"{path}{sentence}" in str(caught.value)


BAD_JSON = {
    "cut": ('{"assets": [', "1:13: no JSON: Expecting value"),
    "comma": ('{"assets": [1,]}', "1:15: no JSON: Expecting value"),
    "two values": ("{} {}", "1:4: no JSON: something follows the end"),
    "no colon": ('{"assets" []}', "1:11: no JSON: expecting ':' here"),
    "no comma": ('{"version": 1\n "assets": []}', "2:2: no JSON: expecting ',' here"),
    "bare key": ("{assets: 1}", "1:2: no JSON: Expecting value"),
    "number as key": ("{1: 1}", "1:2: no JSON: a key stands in double quotes"),
    "bracket as key": ("{[]: 1}", "1:2: no JSON: expecting a value"),
    "key twice": ('{"version": 1, "version": 1}', "1:16: key 'version' comes twice"),
    "deep": ("[" * 100_000, "nested over 32 deep"),
    "unknown": ('{"assets": [\n  {"name": "a", "promt": "x"}]}', "2:17: 'promt' is unknown here"),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_bad_json_says_where(case: str, tmp_path: Path):
    text, sentence = BAD_JSON[case]
    path = write(tmp_path, a_json=text)
    with pytest.raises(ManifestError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:")
    assert sentence in message


def test_what_is_no_text_is_refused(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"assets:\n- name: \xff\xfe")
    with pytest.raises(BadRequest, match=r"a\.yaml:2:1: no UTF-8 text"):
        read_manifest(tmp_path / "a.yaml")
    with pytest.raises(BadRequest, match=r"gone\.yaml: No such file"):
        read_manifest(tmp_path / "gone.yaml")
