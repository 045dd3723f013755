from pathlib import Path

from toolkit.batch.journal import Journal, Record

FIRST = Record(asset="a", key="k", wish="w", status="done", files={"a.png": "0"}, seed=3)
SECOND = Record(asset="b", key="k", wish="w", status="failed", reason="none ü")


def test_the_last_record_of_an_asset_counts(tmp_path: Path):
    journal = Journal(tmp_path / "state" / "journal.jsonl")
    assert journal.read() == {}
    later = Record(asset="a", key="other", wish="w", status="done")
    for record in (FIRST, SECOND, later):
        journal.append(record)
    assert journal.read() == {"a": later, "b": SECOND}
    assert list(journal.lines()) == [FIRST, SECOND, later]
    journal.replace({"b": SECOND})
    assert list(journal.lines()) == [SECOND]


def test_cut_off_at_any_byte_it_keeps_the_whole_lines_and_takes_more(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    journal = Journal(path)
    journal.append(FIRST)
    one = path.read_bytes()
    journal.append(SECOND)
    both = path.read_bytes()
    for end in range(len(both) + 1):
        path.write_bytes(both[:end])
        whole = [FIRST, SECOND][: both[:end].count(b"\n")]
        assert list(journal.lines()) == whole
        journal.mend()
        assert path.read_bytes() in (b"", one, both)
        journal.append(SECOND)
        assert list(journal.lines()) == [*whole, SECOND]


def test_foreign_lines_are_passed_over(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b"hello\n[]\n{}\n\xff\n")
    assert Journal(path).read() == {}
