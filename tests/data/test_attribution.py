"""ATTRIBUTION.md says what the credits say, and the credits what the packs and sources say."""

import json
import zipfile
from pathlib import Path

import pytest

from toolkit.data.attribution import FILE, MOST_IN_TABLE, PACKAGES, attribution, main
from toolkit.data.credits import Credit, count_credits, read_credits, write_credits
from toolkit.data.packs import PACK_STYLES
from toolkit.data.sources.sweethome3d import LIBRARIES
from toolkit.data.sources.table import SOURCES
from toolkit.errors import BadRequest


def write_pack(path: Path, rows: list[tuple[str, str, str]]) -> Path:
    """A pack whose manifest has these sources, licences and authors."""
    lines = [
        json.dumps({"source": source, "licence": licence, "author": author})
        for source, licence, author in rows
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.jsonl", "\n".join(lines))
    return path


def test_the_file_is_what_the_credits_make():
    assert FILE.read_text("utf-8") == attribution(read_credits())


def test_every_pack_is_credited_with_its_licence_author_and_packages():
    credits = read_credits()
    assert {credit.pack for credit in credits} == set(PACK_STYLES) == set(PACKAGES)
    for name, spec in SOURCES.items():
        of_pack = [credit for credit in credits if credit.pack == name]
        for package in spec.packages:
            if package.registry != "debian" and package.name != "emojibase-data":
                assert package.version in PACKAGES[name], package.name
        assert spec.packages[0].name.partition("-1")[0] in PACKAGES[name]
        if name not in ("opensurge", "sh3d"):
            (credit,) = of_pack
            assert (credit.licence, credit.authors) == (spec.origin.licence, (spec.origin.author,))
    furniture = {c.source.partition(": ")[2]: c.licence for c in credits if c.pack == "sh3d"}
    assert furniture == {library: licence for library, (licence, _) in LIBRARIES.items()}


def test_every_author_and_count_is_in_the_text():
    text = " ".join(FILE.read_text("utf-8").split())
    for credit in read_credits():
        assert credit.authors
        if len(credit.authors) > MOST_IN_TABLE:
            assert f"({credit.num_items} items): {'; '.join(credit.authors)}." in text


def test_packs_are_counted_by_source_and_licence(tmp_path):
    surge = write_pack(
        tmp_path / "opensurge.zip",
        [
            ("s", "CC-BY-3.0", "Zoë, alex"),
            ("s", "CC-BY-3.0", "Ben"),
            ("s", "CC0-1.0", "Ben"),
        ],
    )
    noto = write_pack(tmp_path / "noto.zip", [("n", "Apache-2.0", "Google, Inc.")] * 3)
    credits = count_credits([surge, noto])
    assert credits == [
        Credit(pack="noto", source="n", licence="Apache-2.0", num_items=3,
               authors=("Google, Inc.",)),
        Credit(pack="opensurge", source="s", licence="CC-BY-3.0", num_items=2,
               authors=("alex", "Ben", "Zoë")),
        Credit(pack="opensurge", source="s", licence="CC0-1.0", num_items=1, authors=("Ben",)),
    ]  # fmt: skip
    write_credits(credits, tmp_path / "credits.json")
    assert read_credits(tmp_path / "credits.json") == credits
    text = attribution(credits)
    assert "| noto | 3 | Apache-2.0 | Google, Inc. | npm package `@iconify-json/noto`" in text
    assert "| opensurge | 3 | per file, below | per file, below |" in text
    assert "\n**CC-BY-3.0** (2 items): alex; Ben; Zoë.\n" in text


def test_what_is_no_pack_is_refused(tmp_path):
    (tmp_path / "noto.zip").write_bytes(b"no zip")
    with pytest.raises(BadRequest, match=r"noto\.zip is no training pack"):
        count_credits([tmp_path / "noto.zip"])
    with pytest.raises(BadRequest, match="give one folder of training packs"):
        main([str(tmp_path / "empty")])
