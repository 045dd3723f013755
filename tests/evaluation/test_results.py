from pathlib import Path

import pytest

from toolkit.evaluation.results import REPORTS, RESULTS, write_results


def test_the_tables_are_those_of_the_shipped_reports(tmp_path: Path):
    for path in write_results(tmp_path):
        assert (RESULTS / path.name).read_text("utf-8") == path.read_text("utf-8"), (
            "make them anew: python -m toolkit.evaluation.results"
        )


@pytest.mark.parametrize("name", REPORTS)
def test_every_table_says_how_it_was_made(name: str):
    first = (RESULTS / name).read_text("utf-8").splitlines()[0]
    assert first.startswith("playreel evaluate ")
