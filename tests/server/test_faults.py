"""What goes wrong around the server: nothing is lost and the server lives."""

import asyncio
import io
import socket
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server.live import REQUEST, fetch, line, server, settings
from tests.server.test_attacks import HANDSHAKE, masked
from tests.tiny_bundle import write_tiny_bundle
from toolkit.server.app import running
from toolkit.server.pipes import Note
from toolkit.wire.asks import JobCancel, JobSubmit, Ping, Subscribe


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def test_a_disk_that_fills_while_a_job_runs(tmp_path: Path, bundle: Path):
    """The end of the job waits until it can be stored; new jobs are refused meanwhile."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            slow = {**REQUEST, "prompt": "slow", "num_inference_steps": 50}
            await one.say(JobSubmit(job="a", request=slow))
            await one.until(state="running")
            store = up.service.store
            store._one(f"PRAGMA max_page_count = {store._one('PRAGMA page_count')}")
            big = {**REQUEST, "prompt": "x" * 1000, "negative_prompt": "y" * 1000}
            refused = 0
            while not refused:  # what still fits in the last page is taken
                await one.say(JobSubmit(id="b", job=f"b{len(one.messages)}", request=big))
                answer = await one.until(re="b")
                if answer["type"] == "error":
                    assert (answer["code"], answer["retryable"]) == ("store_unavailable", True)
                    assert "the disk is full; free some space" in answer["message"]
                    refused += 1
            assert (await fetch(up, "/healthz"))[0] == 200
            store._one("PRAGMA max_page_count = 1073741823")
            assert (await one.until_ended("a"))["state"] == "done"
            await one.say(JobSubmit(job="c", request=REQUEST))
            assert (await one.until_ended("c"))["state"] == "done"

    asyncio.run(play())


def test_a_result_that_does_not_fit(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle, result_quota=100) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request=REQUEST))
            ended = await one.until_ended("a")
            assert (ended["state"], ended["code"]) == ("failed", "disk_full")
            await one.say(Ping(id="p"))
            await one.until(re="p")

    asyncio.run(play())


def test_a_request_for_more_than_the_free_disk(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle, least_free_disk=2**60) as up, line(up) as one:
            await one.say(JobSubmit(id="s", job="a", request=REQUEST))
            refused = await one.until(re="s")
            assert (refused["code"], refused["job"]) == ("disk_full", "a")

    asyncio.run(play())


def test_a_request_larger_than_a_sheet(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            huge = {
                **REQUEST, "width": 256, "height": 256, "num_frames": 64, "directions": 8,
                "actions": ["idle", "walk", "run"],
            }  # fmt: skip
            await one.say(JobSubmit(id="s", job="a", request=huge))
            refused = await one.until(re="s")
            assert refused["code"] == "limit_reached"
            assert "ask for fewer actions, directions or frames" in refused["message"]

    asyncio.run(play())


def test_an_export_asked_for_while_a_sketch_is_killed(tmp_path: Path, bundle: Path):
    """A sketch that does not stop takes its worker with it, and the export is made by the next."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request=REQUEST))
            await one.until_ended("a")
            result = up.service.store.recent(1)[0].result
            assert result is not None
            hanging = {**REQUEST, "prompt": "hang"}
            await one.say(JobSubmit(job="b", request=hanging, priority="interactive"))
            await one.until(job="b", state="running")
            asked = asyncio.create_task(fetch(up, f"/exports/{result.result}/gif"))
            while not up.service.lanes["preview"].asked:
                await asyncio.sleep(0.02)
            await one.say(JobCancel(job="b"))
            assert (await one.until_ended("b"))["state"] == "cancelled"
            status, _, body = await asked
            assert (status, zipfile.is_zipfile(io.BytesIO(body))) == (200, True), body

    asyncio.run(play())


def test_numbers_of_a_client_that_has_only_floats(tmp_path: Path, bundle: Path):
    """Godot's JSON writes 16 as 16.0."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            floats = {k: float(v) if isinstance(v, int) else v for k, v in REQUEST.items()}
            await one.say(JobSubmit(job="a", request=floats))
            queued = await one.until(type="job.queued")
            assert queued["request"]["num_frames"] == 2
            assert (await one.until_ended("a"))["state"] == "done"

    asyncio.run(play())


def test_half_open_socket(tmp_path: Path, bundle: Path):
    """A client that vanished without a word answers no ping, and is let go; its job is made."""

    async def play() -> None:
        quick = replace(settings(tmp_path, bundle), ping_seconds=3.0)
        async with running(quick) as up:
            gone = socket.create_connection((up.file.host, up.file.port))
            headers = {"Host": up.file.address, "Authorization": f"Bearer {up.token}", **HANDSHAKE}
            head = "\r\n".join(["GET / HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())])
            gone.sendall(f"{head}\r\n\r\n".encode())
            gone.sendall(masked(b'{"type":"hello","client":"gone"}'))
            submit = b'{"type":"job.submit","job":"a","request":{"type":"sprites","prompt":"x"}}'
            gone.sendall(masked(submit))
            while up.service.counts.get("done") != 1:
                await asyncio.sleep(0.02)
            assert [record.state for record in up.service.store.recent(9)] == ["done"]
            while any(peer.client == "gone" for peer in up.service.peers):
                await asyncio.sleep(0.02)
            gone.close()

    asyncio.run(play())


def test_two_clients_on_one_job(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one, line(up) as two:
            for client in (one, two):
                await client.say(Subscribe(previews=False))
                await client.say(JobSubmit(id="s", job="same", request=REQUEST))
            answers = [await client.until(re="s") for client in (one, two)]
            assert sorted(answer["replayed"] for answer in answers) == [False, True]
            ends = [await client.until_ended("same") for client in (one, two)]
            assert ends[0] == ends[1]
            assert up.service.counts["done"] == 1

    asyncio.run(play())


def test_ten_thousand_steps_and_every_watcher_sees_the_end(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one, line(up) as two:
            for client in (one, two):
                await client.say(Subscribe(previews=False))
                await client.until(type="subscribed")
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "many"}))
            ends = [await client.until_ended("a") for client in (one, two)]
            assert [end["state"] for end in ends] == ["done", "done"]
            for client in (one, two):
                seqs = [
                    m["seq"] for m in client.messages if m["type"] in ("job.queued", "job.state")
                ]
                assert seqs == list(range(1, len(seqs) + 1))

    asyncio.run(play())


def test_a_killed_worker_process_costs_one_job(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "hang"}))
            await one.say(JobSubmit(job="b", request=REQUEST))
            await one.until(job="a", state="running")
            up.service.lanes["main"].worker.kill()
            first = await one.until_ended("a")
            assert (first["state"], first["code"]) == ("failed", "worker_lost")
            assert (await one.until_ended("b"))["state"] == "done"

    asyncio.run(play())


def test_the_last_words_of_a_killed_worker_do_not_count(tmp_path: Path, bundle: Path):
    """They would end its job, and the next one would be handed to the dying process."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "hang"}))
            await one.say(JobSubmit(job="b", request=REQUEST))
            await one.until(job="a", state="running")
            lane = up.service.lanes["main"]
            up.service.jobs.cancel("a")
            lane._kill("worker_lost")
            lane._heard(Note({"say": "stopped", "job": "a"}))  # it was in the pipe already
            assert (await one.until_ended("a"))["state"] == "cancelled"
            assert (await one.until_ended("b"))["state"] == "done"

    asyncio.run(play())
