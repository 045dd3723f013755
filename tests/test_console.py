import json
import os

import pytest

from toolkit.commands.console import others_on_stderr, say_json


def test_what_a_library_prints_stays_out_of_the_json(capsys: pytest.CaptureFixture[str]):
    with others_on_stderr():
        print("(raylet) a worker died", end=os.linesep)
    say_json({"made": 1})
    out, err = capsys.readouterr()
    assert json.loads(out) == {"made": 1}
    assert "a worker died" in err
