"""Live games over the real socket, with a scripted world in the real worker process."""

import asyncio
import os
import signal
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.server.live import PATIENCE, REQUEST, Line, line, server
from tests.server.scripted_engine import SIDE, ScriptedWorld
from tests.tiny_bundle import write_tiny_bundle
from toolkit.server.confine import NICE
from toolkit.wire.asks import (
    JobSubmit,
    SessionAct,
    SessionBranch,
    SessionClose,
    SessionOpen,
    SessionRestore,
    SessionSnapshot,
)
from toolkit.wire.frames import SESSION, Frame


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def look(frame: Frame) -> np.ndarray:
    return np.frombuffer(frame.payload, np.uint8).reshape(SIDE, SIDE, 3)


def expected(seed: int, actions: list[int]) -> list[np.ndarray]:
    world = ScriptedWorld(seed)
    return [world.look(), *(world.step(action) for action in actions)]


async def open_game(one: Line, name: str = "g", **more) -> Frame:
    await one.say(SessionOpen(id="open", session=name, world="dots", seed=5, **more))
    opened = await one.until(re="open")
    assert (opened["width"], opened["height"], opened["actions"]) == (
        SIDE, SIDE, ["noop", "left", "right"],
    )  # fmt: skip
    return await one.until_frame()


def test_each_action_gives_its_frame(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            frames = [await open_game(one)]
            for act, action in enumerate((1, 2, 0, 2), 1):
                await one.say(SessionAct(session="g", act=act, action=action))
                frames.append(await one.until_frame())
            assert [frame.kind for frame in frames] == [SESSION] * 5
            for frame, wanted in zip(frames, expected(5, [1, 2, 0, 2]), strict=True):
                assert np.array_equal(look(frame), wanted)
            said = [(frame.metadata["tick"], frame.metadata["act"]) for frame in frames]
            assert said == [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)]
            assert frames[0].metadata["format"] == "rgb"

    asyncio.run(play())


def test_what_cells_show_is_said_with_an_action(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(SessionOpen(id="open", session="g", world="dots", seed=5))
            opened = await one.until(re="open")
            assert (opened["rows"], opened["columns"]) == (2, 3)
            assert opened["kinds"] == ["", "grass", "stone"]
            await one.until_frame()
            cells = (1, 2, 0, 0, 2, 1)
            twin = ScriptedWorld(5)
            for act, said in enumerate((cells, (), cells[::-1]), 1):
                await one.say(SessionAct(session="g", act=act, action=1, cells=said))
                frame = await one.until_frame()
                twin.say(said)
                assert np.array_equal(look(frame), twin.step(1))
                health = (frame.metadata["valid"], frame.metadata["anchored"])
                assert health == (twin.health.valid, twin.health.anchored)
            await one.say(SessionAct(id="few", session="g", act=4, action=1, cells=(1, 2)))
            refused = await one.until(re="few")
            assert (refused["code"], refused["message"]) == (
                "bad_request", "2 cells are said; this world takes 6.",
            )  # fmt: skip
            await one.say(SessionAct(session="g", act=5, action=2))
            assert np.array_equal(look(await one.until_frame()), twin.step(2))

    asyncio.run(play())


def test_in_ticks_cells_are_said_once(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one, mode="tick", fps=100.0)
            await one.say(SessionAct(session="g", act=1, action=1, cells=(1, 1, 1, 2, 2, 2)))
            frame = await one.until_frame()
            while frame.metadata["act"] == 0:
                frame = await one.until_frame()
            twin = ScriptedWorld(5)
            for _ in range(frame.metadata["tick"] - 1):
                twin.step(0)
            twin.say((1, 1, 1, 2, 2, 2))
            assert np.array_equal(look(frame), twin.step(1))

    asyncio.run(play())


def test_snapshot_restore_and_branch_are_exact(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one)
            await one.say(SessionAct(session="g", act=1, action=1))
            kept = look(await one.until_frame())
            await one.say(SessionSnapshot(id="k", session="g", snapshot="here"))
            assert (await one.until(re="k"))["state"] == "kept"
            await one.say(SessionAct(session="g", act=2, action=2))
            onward = look(await one.until_frame())
            await one.say(SessionBranch(id="b", session="g", branch="h"))
            assert (await one.until(re="b"))["tick"] == 2
            assert np.array_equal(look(await one.until_frame()), onward)
            await one.say(SessionRestore(id="r", session="g", snapshot="here"))
            assert (await one.until(re="r"))["state"] == "restored"
            back = await one.until_frame()
            assert (back.metadata["tick"], back.metadata["act"]) == (1, 1)
            assert np.array_equal(look(back), kept)
            for name, wanted in (("g", [1, 0]), ("h", [1, 2, 0])):
                await one.say(SessionAct(session=name, act=9, action=0))
                frame = await one.until_frame()
                assert frame.metadata["session"] == name
                assert np.array_equal(look(frame), expected(5, wanted)[-1])

    asyncio.run(play())


def test_a_game_at_a_fixed_rate_goes_on_by_itself(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one, mode="tick", fps=60.0)
            await one.say(SessionAct(session="g", act=7, action=2))
            frames = [await one.until_frame() for _ in range(30)]
            ticks = [frame.metadata["tick"] for frame in frames]
            assert ticks == sorted(set(ticks))
            assert frames[-1].metadata["act"] == 7
            await one.say(SessionClose(id="c", session="g"))
            assert (await one.until(re="c"))["state"] == "closed"
            assert len(up.service.sessions) == 0

    asyncio.run(play())


def test_refusals(tmp_path: Path, bundle: Path):
    async def play() -> None:
        limits = {"max_sessions": 2, "max_snapshots": 1}
        async with server(tmp_path, bundle, **limits) as up, line(up) as one, line(up) as two:
            await open_game(one)
            asks = [
                (one, SessionOpen(id="a", session="g", world="dots"), "conflict"),
                (one, SessionOpen(id="b", session="x", world="mars"), "bad_request"),
                (one, SessionAct(id="c", session="g", act=1, action=3), "bad_request"),
                (one, SessionRestore(id="d", session="g", snapshot="no"), "bad_request"),
                (two, SessionAct(id="e", session="g", act=1, action=1), "unknown_session"),
                (two, SessionClose(id="f", session="g"), "unknown_session"),
            ]
            for who, ask, code in asks:
                await who.say(ask)
                assert (await who.until(re=ask.id))["code"] == code
            await one.say(SessionSnapshot(id="k", session="g", snapshot="one"))
            await one.until(re="k", state="kept")
            await one.say(SessionSnapshot(id="l", session="g", snapshot="two"))
            assert (await one.until(re="l"))["code"] == "limit_reached"
            await open_game(two, "h")
            await two.say(SessionOpen(id="m", session="i", world="dots"))
            assert (await two.until(re="m"))["code"] == "limit_reached"

    asyncio.run(play())


def test_a_client_that_goes_takes_its_games_along(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as stays:
            async with line(up) as goes:
                await open_game(goes, "g", mode="tick")
                await open_game(stays, "h")
            await stays.say(SessionOpen(id="again", session="g", world="dots"))
            await stays.until(re="again", type="session.opened")
            assert len(up.service.sessions) == 2

    asyncio.run(play())


def test_the_death_of_the_worlds_is_told(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one, "g", mode="tick")
            up.service.sessions.worker.kill()
            closed = await one.until(type="session.state", session="g")
            assert (closed["state"], "open the session again" in closed["message"]) == (
                "closed", True,
            )  # fmt: skip
            await open_game(one, "g")

    asyncio.run(play())


def test_who_waits_for_an_answer_when_the_worlds_die_is_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one, "g")
            os.kill(up.service.sessions.worker.pid, signal.SIGSTOP)
            await one.say(SessionOpen(id="never", session="h", world="dots"))
            await one.say(SessionSnapshot(id="kept", session="g", snapshot="here"))
            while len(up.service.sessions) < 2:
                await asyncio.sleep(0.01)
            up.service.sessions.worker.kill()
            for re, session in (("never", "h"), ("kept", "g")):
                refused = await one.until(re=re, type="error")
                assert (refused["code"], refused["session"]) == ("worker_lost", session)
            await open_game(one, "h")

    asyncio.run(play())


def test_lock_step_waits_for_its_player(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await open_game(one)
            for act in range(1, 60):
                await one.say(SessionAct(id=f"a{act}", session="g", act=act, action=1))
            refused = 0
            acts: list[int] = []
            while len(acts) + refused < 59:
                heard = await one.hear()
                if isinstance(heard, Frame):
                    acts.append(heard.metadata["act"])
                else:
                    assert (heard["code"], heard["retryable"]) == ("rate_limited", True)
                    refused += 1
            assert acts == sorted(set(acts))

    asyncio.run(play())


def test_games_go_on_beside_a_running_job(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            slow = {**REQUEST, "prompt": "slow", "num_inference_steps": 100}
            await one.say(JobSubmit(job="a", request=slow))
            await open_game(one)
            frames = []
            for act in range(1, 101):
                await one.say(SessionAct(session="g", act=act, action=act % 3))
                frames.append(await one.until_frame())
            wanted = expected(5, [act % 3 for act in range(1, 101)])[1:]
            assert all(map(np.array_equal, map(look, frames), wanted))

    asyncio.run(play())


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no process gives way here")
def test_a_clip_gives_way_and_a_game_does_not(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(JobSubmit(job="a", request=REQUEST))
            await open_game(one)
            async with asyncio.timeout(PATIENCE):
                while up.service.jobs.known("a").state != "done":
                    await asyncio.sleep(0.01)
            workers = up.service.sessions.worker, up.service.lanes["main"].worker
            game, clip = (psutil.Process(worker.pid).nice() for worker in workers)
            assert (game, clip) == (psutil.Process().nice(), psutil.Process().nice() + NICE)

    asyncio.run(play())
