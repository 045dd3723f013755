"""The page says the same as the Python code does."""

import json
import random
import shlex
from dataclasses import fields
from typing import Any

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page

from exporters import file_stem
from toolkit.commands.generate import generate_command
from toolkit.commands.requests import request_from_flags
from toolkit.commands.turntable import turntable_command
from toolkit.commands.turntable_jobs import NOT_OF_THE_REQUEST, job_from_flags
from toolkit.errors import BadRequest
from toolkit.messages import (
    ACTIONS,
    MAX_PROMPT,
    SAMPLERS,
    SpriteRequest,
    TurntableRequest,
    encode_request,
)
from toolkit.wire.answers import JobMarked, JobQueued, JobState, StoredEvent
from toolkit.wire.codec import TYPE_NAMES, to_json
from toolkit.wire.fields import TERMINAL, JobRecord
from toolkit.wire.records import after

pytestmark = pytest.mark.browser


def call(bench: Page, module: str, expression: str, argument: Any = None) -> Any:
    """``expression`` of ``m``, the module, and ``x``, the argument."""
    code = f"(x) => import({json.dumps(module)}).then((m) => {expression})"
    return bench.evaluate(code, argument)


def test_defaults_and_choices_are_those_of_the_request(bench: Page):
    found = call(bench, "/state/requests.js", "[m.DEFAULTS, m.ACTIONS, m.SAMPLERS, m.MAX_PROMPT]")
    defaults = json.loads(encode_request(SpriteRequest(prompt="x")))
    assert found == [{**defaults, "prompt": ""}, list(ACTIONS), list(SAMPLERS), MAX_PROMPT]
    assert set(defaults) == {"type", *(entry.name for entry in fields(SpriteRequest))}


@pytest.mark.parametrize(
    ("field", "low", "high"),
    [
        ("num_frames", 1, 64),
        ("fps", 1, 60),
        ("num_inference_steps", 1, 100),
        ("guidance_scale", 1, 20),
        ("max_colors", 0, 256),
    ],
)
def test_ranges_are_those_of_the_request(bench: Page, field: str, low: int, high: int):
    assert call(bench, "/state/requests.js", "m.RANGES")[field] == [low, high]
    for value in (low, high):
        SpriteRequest(prompt="x", **{field: value})
    for value in (low - 1, high + 1):
        with pytest.raises(BadRequest, match=f"{field} is {value}"):
            SpriteRequest(prompt="x", **{field: value})


NAMES = [
    "a red knight", "", "  ", "Émile's wyvern — gold!", "🗡 sword", "__init__", "-x-", "a" * 200,
    "x" * 79 + " y", "日本", "ﬁre", "tab\tand\nline", "1/2 ½", "..", "a.b.c",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_files_are_named_as_the_exporters_name_them(bench: Page, name: str):
    assert call(bench, "/state/requests.js", "m.fileStem(x)", name) == file_stem(name)


REQUESTS = [
    SpriteRequest(prompt="a red knight"),
    SpriteRequest(prompt="it's \"quoted\" $HOME `x` \\ !", seed=5, negative_prompt="no 'cape'"),
    SpriteRequest(prompt="-dash", actions=("idle", "walk"), directions=8, loop=False, max_colors=8),
    SpriteRequest(prompt="big", width=128, height=32, num_frames=16, fps=7.5, guidance_scale=3.5,
                  num_inference_steps=4, sampler="lcm"),
]  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS)
def test_the_copied_command_asks_for_the_same(bench: Page, request_: SpriteRequest):
    wanted = json.loads(encode_request(request_))
    words = shlex.split(call(bench, "/state/requests.js", "m.commandOf(x)", wanted))
    assert words[:2] == ["playreel", "generate"]
    context = generate_command.make_context("generate", words[2:])
    assert json.loads(encode_request(asked_by(context.params))) == wanted


TURNTABLES = [
    TurntableRequest(prompt="a wooden chair"),
    TurntableRequest(mesh="old barrel.glb"),
    TurntableRequest(mesh="it's.obj", views=8, clockwise=False, azimuth=-10, elevation=-5.5,
                     camera="perspective", field_of_view=50, width=200, samples=3,
                     passes=("rgba", "depth"), lighting="none", toon_bands=3, outline=2,
                     outline_color="102030", up="y", pivot="origin", pixels_per_unit=9.5,
                     rest_pose=True, fps=7),
    TurntableRequest(mesh="a.stl", path=((-10.0, 20.0), (180.0, 45.5))),
    TurntableRequest(prompt="-dash $HOME", directions=4, height=32, seed=9, guidance_scale=3,
                     num_inference_steps=4, sampler="lcm", negative_prompt="fog"),
]  # fmt: skip


@pytest.mark.parametrize("request_", TURNTABLES)
def test_the_copied_command_asks_for_the_same_turntable(bench: Page, request_: TurntableRequest):
    wanted = json.loads(encode_request(request_))
    sent = {**wanted, "mesh": f"sha256:{'0' * 64}/{request_.mesh}" if request_.mesh else ""}
    words = shlex.split(call(bench, "/state/requests.js", "m.commandOf(x)", sent))
    assert words[:2] == ["playreel", "turntable"]
    flags = turntable_command.make_context("turntable", words[2:]).params
    asked = {name: value for name, value in flags.items() if name not in NOT_OF_THE_REQUEST}
    request = job_from_flags(flags["subject"], asked, None).request
    assert json.loads(encode_request(request)) == {**wanted, "width": request.width,
                                                   "height": request.height}  # fmt: skip
    assert request.size == request_.size


def asked_by(flags: dict[str, Any]) -> SpriteRequest:
    known = {entry.name for entry in fields(SpriteRequest)} | {"size"}
    return request_from_flags({name: flags[name] for name in flags if name in known})


def test_the_command_line_has_every_flag_of_the_copied_command():
    assert CliRunner().invoke(generate_command, ["--help"]).exit_code == 0


STATES = ["preparing", "running", "decoding", "exporting", "done", "cancelled", "failed"]


def story(number: int) -> list[StoredEvent]:
    """Stored events of a few jobs in the order of their ``seq``."""
    chance = random.Random(number)
    events: list[StoredEvent] = []
    open_jobs: list[str] = []
    every: list[str] = []
    for seq in range(1, 30):
        at = float(seq)
        match chance.choice(["queue", "state", "mark"]):
            case "queue":
                every.append(f"job-{seq}")
                open_jobs.append(every[-1])
                request = {"type": "sprites", "prompt": f"number {seq}"}
                events.append(JobQueued(seq=seq, at=at, job=every[-1], client="c",
                                        priority="normal", model="m", request=request))  # fmt: skip
            case "state" if open_jobs:
                job, state = chance.choice(open_jobs), chance.choice(STATES)
                events.append(JobState(seq=seq, at=at, job=job, state=state))
                if state in TERMINAL:
                    open_jobs.remove(job)
            case "mark" if every:
                job, favourite = chance.choice(every), chance.random() < 0.5
                events.append(JobMarked(seq=seq, at=at, job=job, favourite=favourite))
            case _:
                pass
    return events


def test_events_add_up_to_the_same_records(bench: Page):
    stories = [story(number) for number in range(20)]
    told = [[{"type": TYPE_NAMES[type(event)], **to_json(event)} for event in s] for s in stories]
    fold = "x.map((s) => [...s.reduce((jobs, e) => m.withEvent(jobs, e), new Map()).values()])"
    found = call(bench, "/state/jobs.js", fold, told)
    for events, records in zip(stories, found, strict=True):
        wanted: dict[str, JobRecord] = {}
        for event in events:
            wanted[event.job] = after(wanted.get(event.job), event)
        assert records == [to_json(record) for record in wanted.values()]
