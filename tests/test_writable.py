import re
from pathlib import Path

import pytest

from toolkit.errors import OutputError
from toolkit.writable import require_writable


def test_asking_leaves_no_trace(tmp_path: Path):
    require_writable(tmp_path)
    require_writable(tmp_path / "new" / "deeper")
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path):
    file = tmp_path / "notes.txt"
    file.write_text("mine")
    for folder in (file, file / "out"):
        with pytest.raises(OutputError, match=re.escape(f"{file} is a file; choose another")):
            require_writable(folder)
    assert file.read_text() == "mine"


def test_what_the_system_refuses_is_said():
    with pytest.raises(OutputError, match=r"cannot write to /proc/playreel: .*; choose another"):
        require_writable(Path("/proc/playreel"))
