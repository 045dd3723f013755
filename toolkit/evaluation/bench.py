"""Speed of a bundle on this machine: cold start, second clip, memory, and beside eager torch."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from toolkit.errors import BadRequest, ModelError
from toolkit.evaluation.turns import in_turns
from toolkit.messages import SpriteRequest, encode_request
from toolkit.model.export_onnx import DENOISER_INPUTS, denoiser_inputs
from toolkit.model.presets import CLIP_PRESETS
from toolkit.model.transformer import VideoTransformer
from toolkit.runtime.models import load_models

PROMPT = "a red knight walking, facing right"


def bench_clip(
    bundle: Path,
    *,
    request: SpriteRequest | None = None,
    threads: int | None = None,
    rounds: int = 20,
    report: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Seconds to the first and second clip in a fresh process, and milliseconds a guided step.

    ``playreel bench BUNDLE --json`` calls ``bench_clip(bundle, report=...)``;
    ``tables.print_bench`` shows it to people. The torch network has the size of the bundle's
    preset and random weights, which cost the same.

    Args:
        bundle: the bundle's folder.
        request: the clip to make; None is 8 frames of 64x64 in 20 steps with guidance.
        threads: for torch and ONNX Runtime in the step comparison; None is one a core.
        rounds: steps measured of each, in turns, so that other work on the machine hits both.
        report: gets a line before each measurement.

    Raises:
        ModelError: the fresh process failed; its last line of output is in the message.
    """
    asked = request or SpriteRequest(prompt=PROMPT)
    used = threads or os.cpu_count() or 1
    report("cold start in a fresh process")
    cold = cold_start(bundle, asked)
    report(f"{rounds} guided steps in ONNX Runtime and in torch")
    step = compare_steps(bundle, asked, threads=used, rounds=rounds)
    return {
        "format": 1,
        "clip": f"{asked.num_frames} frames of {asked.width}x{asked.height}, "
        f"{asked.num_inference_steps} steps, guidance {asked.guidance_scale}",
        **{name: None if value is None else round(value, 3) for name, value in cold.items()},
        "step": {name: round(value, 3) for name, value in step.items()},
        "threads": used,
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "torch": torch.__version__,
    }


def cold_start(bundle: Path, request: SpriteRequest) -> dict[str, float | None]:
    """What ``cold_start`` measures in a fresh interpreter.

    ``few_steps_seconds`` is None for a bundle without a few-step network.
    """
    command = [sys.executable, "-m", "toolkit.evaluation.cold_start"]
    done = subprocess.run(
        [*command, str(bundle), repr(time.time()), encode_request(request)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip() or "no output").splitlines()[-1]
        raise ModelError(f"the fresh process failed: {reason}; try playreel doctor.")
    return json.loads(done.stdout.splitlines()[-1])


def compare_steps(
    bundle: Path, request: SpriteRequest, *, threads: int, rounds: int
) -> dict[str, float]:
    """Median milliseconds of a guided step (a batch of two), ``onnx_ms`` and ``torch_ms``.

    Raises:
        BadRequest: the bundle names no preset of ours, so torch has nothing to compare with.
    """
    preset = json.loads((bundle / "model.json").read_text("utf-8")).get("preset", "")
    if preset not in CLIP_PRESETS:
        raise BadRequest(f"preset is {preset!r}; can compare {', '.join(CLIP_PRESETS)}.")
    size = CLIP_PRESETS[preset]
    torch.set_num_threads(threads)
    inputs = denoiser_inputs(
        2, request.num_frames, request.height, request.width,
        patch=size.patch, text_width=size.width,
    )  # fmt: skip
    network = VideoTransformer(size).eval()
    session = load_models(bundle, threads=threads).denoiser.session
    arrays: dict[str, Any] = {
        name: value.numpy() for name, value in zip(DENOISER_INPUTS, inputs, strict=True)
    }
    with torch.no_grad():
        calls: list[Callable[[], object]] = [lambda: session.run(arrays), lambda: network(*inputs)]
        times = in_turns(calls, rounds)
    onnx, eager = (1000 * statistics.median(each) for each in times)
    return {"onnx_ms": onnx, "torch_ms": eager, "torch_over_onnx": eager / onnx}
