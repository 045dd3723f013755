import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "samples" / "scale" / "simulate.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("simulate", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["simulate"] = module
    spec.loader.exec_module(module)
    return module


def test_one_slow_worker_serves_in_a_row(script: ModuleType):
    """All assets come in a day, each takes a whole one: the last ends when all were served."""
    outcome = script.simulate(script.Day(assets=50, seconds=(script.DAY,)), 1)
    assert outcome.hours == pytest.approx(50 * 24, rel=0.02)
    assert outcome.busy > 0.98


def test_enough_workers_let_nobody_wait(script: ModuleType):
    outcome = script.simulate(script.Day(assets=2000, seconds=(1.0,)), 100)
    assert (outcome.wait_median, outcome.wait_99) == (0, 0)
    assert outcome.busy == pytest.approx(2000 / (100 * script.DAY), rel=0.1)


def test_the_mean_wait_of_a_simple_queue_is_pollaczek_khinchine(script: ModuleType):
    """M/D/1 at half load: P(wait = 0) is 1/2, so the median is about 0 and the tail is not."""
    day = script.Day(assets=40_000, seconds=(script.DAY / 80_000,))
    outcome = script.simulate(day, 1)
    assert outcome.busy == pytest.approx(0.5, rel=0.03)
    assert outcome.wait_median < day.seconds[0] / 4
    assert outcome.wait_99 > day.seconds[0]


def test_the_fewest_workers_keep_up_and_one_less_does_not(script: ModuleType):
    day = script.Day(assets=20_000, seconds=(40.0, 60.0), loss=0.01)
    outcome = script.fewest(day, patience=90)
    assert outcome.wait_99 <= 90
    assert script.simulate(day, outcome.workers - 1).wait_99 > 90
    assert outcome.workers >= 20_000 * 50 / script.DAY


def test_a_wait_that_no_number_of_workers_brings_is_refused(script: ModuleType):
    """Every tenth service is lost and costs 30 s at least, whoever does it."""
    with pytest.raises(ValueError, match="no number of workers keeps the wait under 10 s"):
        script.fewest(script.Day(assets=200, seconds=(40.0,), loss=0.1), patience=10)


def test_the_program_reads_what_a_batch_measured(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    results = tmp_path / "results.jsonl"
    results.write_text('{"seconds": 2.0}\n{"seconds": 0.0}\n{"seconds": 4.0}\n')
    assert script.measured(results) == (2.0, 4.0)
    flags = ["--per-day", "5000", "--workers", "3", "--price", "2"]
    script.main(["--results", str(results), *flags])
    body = json.loads(capsys.readouterr().out)
    assert body["workers"] == 3
    assert body["cost"] == pytest.approx(3 * body["hours"] * 2, rel=0.01)
    with pytest.raises(SystemExit):
        script.main([])
