import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from rich.console import Console

from tests.tiny_bundle import write_tiny_bundle
from toolkit.clip import Clip
from toolkit.errors import BadRequest
from toolkit.evaluation.azimuths import AzimuthReader
from toolkit.evaluation.orbit_meshes import held_out_orbits
from toolkit.evaluation.turntable_report import (
    TurntableEvaluation,
    evaluate_turntable,
    palette_drift,
    print_turntable_report,
)
from toolkit.messages import TurntableRequest

COUNT = 3


class Script:
    """Turns the real mesh that the prompt names, and keeps what it was asked."""

    def __init__(self) -> None:
        self.orbits = {orbit.prompt: orbit.frames for orbit in held_out_orbits(COUNT)}
        self.asked: list[TurntableRequest] = []

    def __call__(self, request: TurntableRequest) -> Clip:
        self.asked.append(request)
        return Clip(frames=self.orbits[request.prompt][::2], fps=12)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Script, Path]:
    torch.manual_seed(0)
    script = Script()
    bundle = write_tiny_bundle(tmp_path_factory.mktemp("turntable") / "bundle")
    body = evaluate_turntable(
        bundle, options=TurntableEvaluation(orbits=COUNT), reader=(AzimuthReader().eval(), {}),
        make=script, write=True,
    )  # fmt: skip
    return body, script, bundle


def test_a_model_that_draws_the_real_orbits_scores_as_they_do(
    told: tuple[dict[str, Any], Script, Path],
):
    body, script, _ = told
    for way in ("from_prompt", "from_image"):
        rows = body[way]
        assert rows["model"] == rows["real"]
        assert rows["real"]["psnr"] == 60
        assert rows["still"]["psnr"] < 30
        assert rows["still"]["palette_drift"] == 0
    assert [bool(request.image) for request in script.asked] == [False] * COUNT + [True] * COUNT
    assert not any(request.clockwise for request in script.asked)


def test_the_report_lies_in_the_bundle_and_reads_as_tables(
    told: tuple[dict[str, Any], Script, Path],
):
    body, _, bundle = told
    assert json.loads((bundle / "turntables.json").read_text()) == body
    written = io.StringIO()
    print_turntable_report(body, Console(file=written, width=120))
    assert "azimuth error" in written.getvalue()


def test_the_drift_of_a_palette_is_the_distance_of_mean_colours():
    frames = np.zeros((3, 4, 4, 4), np.uint8)
    frames[..., 3] = 255
    frames[1, ..., 0], frames[2, ..., 1] = 30, 10
    assert palette_drift(frames) == 20
    frames[2, ..., 3] = 0
    assert np.isnan(palette_drift(frames))


@pytest.mark.parametrize("orbits", [0, 49])
def test_more_orbits_than_there_are_are_refused(orbits: int):
    with pytest.raises(BadRequest, match=f"orbits is {orbits}; must be 1 to 48"):
        TurntableEvaluation(orbits=orbits)
