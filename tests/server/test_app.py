import asyncio
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exporters import EXPORTERS, export
from tests.server.live import FIELDS, REQUEST, fetch, line, server
from tests.server.scripted_engine import picture
from tests.tiny_bundle import write_tiny_bundle
from toolkit.clip import Clip
from toolkit.messages import SpriteRequest
from toolkit.packed_clip import pack_clip, unpack_clip
from toolkit.saved_clip import with_layout
from toolkit.state_folder import read_server, read_token
from toolkit.wire.asks import (
    JobCancel,
    JobList,
    JobMark,
    JobRetry,
    JobSubmit,
    ModelList,
    ModelLoad,
    ModelUnload,
    Ping,
    ResultGet,
    StreamCredit,
    Subscribe,
    UploadStart,
)
from toolkit.wire.frames import PREVIEW, UPLOAD, Assembly, Frame, encode_frame, split


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


def test_a_job_is_made_and_its_result_read_both_ways(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(id="s", job="a", request=REQUEST))
            done = await one.until_ended("a")
            assert done["state"] == "done"
            states = [m["state"] for m in one.messages if m["type"] == "job.state"]
            assert states == ["preparing", "running", "decoding", "exporting", "done"]
            sha256 = done["result"]["result"]
            await one.say(ResultGet(id="r", result=sha256))
            start = await one.until(type="result.start", re="r")
            whole = Assembly(most=start["size"])
            while (content := whole.add(await one.until_frame())) is None:
                pass
            assert hashlib.sha256(content).hexdigest() == sha256
            assert (await fetch(up, f"/results/{sha256}"))[2] == content
            _, named, body = await fetch(up, f"/results/{sha256}?name=a%20%22knight%22")
            assert named["content-disposition"] == 'attachment; filename="a_knight.png"'
            assert body == content
            clip = unpack_clip(content)
            assert np.array_equal(clip.frames, picture(SpriteRequest(**FIELDS)))

    asyncio.run(play())


def test_one_client_submits_and_another_watches_and_cancels(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as cli, line(up) as godot:
            await godot.say(Subscribe())
            await cli.say(JobSubmit(job="a", request={**REQUEST, "prompt": "slow",
                                                      "num_inference_steps": 100}))  # fmt: skip
            await godot.until(type="job.progress", job="a")
            assert (await godot.until_frame()).kind == PREVIEW
            await godot.say(JobCancel(id="c", job="a"))
            answer = await godot.until(re="c")
            assert (answer["type"], answer["state"]) == ("job.cancel_ok", "cancelling")
            assert (await godot.until_ended("a"))["state"] == "cancelled"

    asyncio.run(play())


@pytest.mark.parametrize(
    ("prompt", "code", "words"),
    [
        ("crash", "worker_lost", "the worker process died"),
        ("hog", "out_of_memory", "memory is used up"),
        ("fail", "model_error", "reinstall it"),
        ("odd", "internal", "ZeroDivisionError"),
        ("reach", "internal", "PermissionError"),
        ("write", "internal", "PermissionError"),
    ],
)
def test_a_bad_job_ends_alone(tmp_path: Path, bundle: Path, prompt: str, code: str, words: str):
    async def play() -> None:
        async with server(tmp_path, bundle, worker_memory=2**31) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="bad", request={**REQUEST, "prompt": prompt}))
            await one.say(JobSubmit(job="good", request=REQUEST))
            failed = await one.until_ended("bad")
            assert (failed["state"], failed["code"]) == ("failed", code)
            assert words in failed["message"]
            assert "secret" not in failed["message"]
            assert (await one.until_ended("good"))["state"] == "done"

    asyncio.run(play())
    assert not Path("/tmp/playreel-escape").exists()


def test_a_hanging_worker_is_killed_by_a_cancel(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "hang"}))
            await one.until(state="running")
            await one.say(JobCancel(job="a"))
            assert (await one.until_ended("a"))["state"] == "cancelled"
            await one.say(JobSubmit(job="b", request=REQUEST))
            assert (await one.until_ended("b"))["state"] == "done"

    asyncio.run(play())


def test_a_hanging_worker_is_found_by_the_watchdog(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle, stall_seconds=3.0) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "hang"}))
            ended = await one.until_ended("a")
            assert (ended["state"], ended["code"]) == ("failed", "worker_stalled")

    asyncio.run(play())


def test_a_preview_does_not_wait_behind_a_real_job(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe(previews=False))
            await one.say(JobSubmit(job="real", request={**REQUEST, "prompt": "hang"}))
            await one.until(state="running")
            await one.say(JobSubmit(job="typed", request=REQUEST, priority="interactive"))
            assert (await one.until_ended("typed"))["state"] == "done"
            assert up.service.jobs.state("real") == "running"

    asyncio.run(play())


def test_a_restarted_server_has_everything(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="done", request=REQUEST))
            done = await one.until_ended("done")
            await one.say(JobSubmit(job="lost", request={**REQUEST, "prompt": "hang"}))
            await one.until(state="running")
            await one.say(JobSubmit(job="later", request=REQUEST))
            await one.until(type="job.queued", job="later")
            seen = one.messages[-1]["seq"]
            epoch = up.file.epoch
        async with server(tmp_path, bundle) as up, line(up) as two:
            await two.say(Subscribe(id="s", since_seq=seen, epoch=epoch))
            subscribed = await two.until(re="s")
            assert (subscribed["epoch"], subscribed["reset"]) == (epoch, False)
            assert (await two.until_ended("later"))["state"] == "done"
            events = [m for m in two.messages if "seq" in m and "job" in m]
            assert [m["seq"] for m in events] == list(range(seen + 1, seen + 1 + len(events)))
            assert events[0]["job"] == "lost"
            assert events[0]["state"] == "interrupted"
            body = (await fetch(up, f"/results/{done['result']['result']}"))[2]
            assert len(body) == done["result"]["size"]

    asyncio.run(play())


def test_a_client_of_another_epoch_gets_a_snapshot(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(JobSubmit(id="a", job="a", request=REQUEST))
            await one.until(re="a")
            await one.say(Subscribe(id="s", since_seq=99, epoch="other"))
            assert (await one.until(re="s"))["reset"] is True
            snapshot = await one.until(type="snapshot")
            assert [record["job"] for record in snapshot["jobs"]] == ["a"]

    asyncio.run(play())


def test_long_snapshots_come_in_messages_that_the_client_takes(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle, max_queued_per_client=100) as up:
            async with line(up) as one:
                await one.say(JobSubmit(job="busy", request={**REQUEST, "prompt": "hang"}))
                for number in range(60):
                    prompt = {**REQUEST, "prompt": "🗡" * 1000}
                    await one.say(JobSubmit(id=str(number), job=f"j{number}", request=prompt))
                    await one.until(re=str(number))
            async with line(up, greet=False) as small:
                await small.say('{"type":"hello","max_frame":49152}')
                await small.say(Subscribe())
                await small.until(type="subscribed")
                jobs: list[str] = []
                more = True
                while more:
                    received = await small.socket.recv()
                    assert len(received.encode()) <= 49152
                    page = json.loads(received)
                    jobs += [record["job"] for record in page["jobs"]]
                    more = page["more"]
                assert jobs == ["busy", *(f"j{number}" for number in range(60))]

    asyncio.run(play())


def test_results_come_in_chunks_as_credit_allows_and_can_be_resumed(tmp_path: Path, bundle: Path):
    request = {**REQUEST, "width": 128, "height": 128, "num_frames": 16}

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up, greet=False) as one:
            await one.say('{"type":"hello","max_frame":49152}')
            await one.say(Subscribe(previews=False))
            await one.say(JobSubmit(job="a", request=request))
            result = (await one.until_ended("a"))["result"]
            await one.say(ResultGet(result=result["result"], credit=2))
            start = await one.until(type="result.start")
            first = [await one.until_frame() for _ in range(2)]
            await one.say(Ping(id="p"))
            assert (await one.hear())["re"] == "p"  # no third chunk without credit
            await one.say(StreamCredit(stream=start["stream"], credit=1))
            third = await one.until_frame()
            assert [frame.index for frame in (*first, third)] == [0, 1, 2]
            await one.say(ResultGet(result=result["result"], first_chunk=3, credit=64))
            rest: list[Frame] = []
            while not rest or not rest[-1].last:
                rest.append(await one.until_frame())
            whole = b"".join(frame.payload for frame in (*first, third, *rest))
            assert hashlib.sha256(whole).hexdigest() == result["result"]
            assert max(len(encode_frame(frame)) for frame in one.frames) <= 49152

    asyncio.run(play())


def test_a_picture_is_uploaded_in_chunks_and_used(tmp_path: Path, bundle: Path):
    image = bytes(range(256)) * 700

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            sha256 = hashlib.sha256(image).hexdigest()
            await one.say(Subscribe())
            request = {**REQUEST, "image": f"sha256:{sha256}"}
            await one.say(JobSubmit(id="early", job="a", request=request))
            assert "was not uploaded" in (await one.until(re="early"))["message"]
            await one.say(UploadStart(id="u", upload=sha256, size=len(image)))
            ready = await one.until(re="u")
            size = ready["chunk_size"] + 32
            for frame in split(UPLOAD, ready["stream"], {}, image, max_frame=size):
                await one.say(encode_frame(frame))
            await one.until(type="upload.done", upload=sha256)
            await one.say(JobSubmit(job="a", request=request))
            done = await one.until_ended("a")
            body = (await fetch(up, f"/results/{done['result']['result']}"))[2]
            assert (unpack_clip(body).frames[..., 0] == len(image) % 251).all()
            await one.say(UploadStart(id="again", upload=sha256, size=len(image)))
            assert (await one.until(re="again"))["known"] is True

    asyncio.run(play())


def test_a_picture_inside_the_request_does_the_same(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            image = bytes(300)
            await one.say(JobSubmit(job="a", request={**REQUEST, "image": image.hex()}))
            queued = await one.until(type="job.queued")
            assert queued["request"]["image"] == f"sha256:{hashlib.sha256(image).hexdigest()}"
            done = await one.until_ended("a")
            body = (await fetch(up, f"/results/{done['result']['result']}"))[2]
            assert (unpack_clip(body).frames[..., 0] == 300 % 251).all()

    asyncio.run(play())


def test_models_are_listed_loaded_and_unloaded_and_memory_comes_back(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(ModelList(id="l"))
            listed = await one.until(re="l")
            model = listed["models"][0]["model"]
            assert (listed["models"][0]["loaded"], listed["resident"]) == (False, 0)
            await one.say(ModelLoad(id="load", model=model))
            loaded = await one.until(re="load")
            assert loaded["models"][0]["loaded"] is True
            assert loaded["resident"] > 2**26
            await one.say(ModelUnload(id="unload", model=model))
            unloaded = await one.until(re="unload")
            assert (unloaded["models"][0]["loaded"], unloaded["resident"]) == (False, 0)
            await one.say(ModelLoad(id="no", model="00" * 32))
            assert (await one.until(re="no"))["code"] == "unknown_model"

    asyncio.run(play())


def test_history_favourites_and_retry(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request=REQUEST))
            first = await one.until_ended("a")
            await one.say(JobMark(job="a", favourite=True))
            await one.until(type="job.marked", job="a")
            await one.say(JobRetry(id="r", job="b", retry_of="a"))
            assert (await one.until(re="r"))["job"] == "b"
            again = await one.until_ended("b")
            assert again["result"] == first["result"]
            await one.say(JobList(id="l", search="KNIGHT"))
            found = (await one.until(re="l"))["jobs"]
            assert [(r["job"], r["retry_of"], r["favourite"]) for r in found] == [
                ("b", "a", False), ("a", "", True),
            ]  # fmt: skip

    asyncio.run(play())


def test_the_state_folder_says_how_to_reach_the_server(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            assert read_server(tmp_path) == up.file
            assert read_token(tmp_path) == up.token
            for name in ("server.json", "token"):
                assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
        assert read_server(tmp_path) is None

    asyncio.run(play())


def test_http_paths(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            host = {"Host": up.file.address}
            assert (await fetch(up, "/healthz", host))[::2] == (200, b'{"ok": true}')
            for path in ("/readyz", "/version", "/metrics", "/code", "/"):
                assert (await fetch(up, path, host))[0] == 401
            assert json.loads((await fetch(up, "/readyz"))[2]) == {"ready": True}
            assert json.loads((await fetch(up, "/version"))[2])["protocols"] == ["playreel.v1"]
            metrics = (await fetch(up, "/metrics"))[2].decode()
            assert "playreel_connections 0\n" in metrics
            assert (await fetch(up, "/nothing"))[0] == 404
            assert (await fetch(up, "/version", method="POST"))[0] == 405

    asyncio.run(play())


def test_a_result_is_exported_as_the_command_does(tmp_path: Path, bundle: Path):
    clip = Clip(frames=picture(SpriteRequest(**FIELDS)), fps=12, metadata={"prompt": "a knight"})
    named = with_layout(replace(clip, metadata={**clip.metadata, "name": "hero"}))

    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            path = f"/exports/{up.service.results.put(pack_clip(clip).png)}"
            status, headers, body = await fetch(up, f"{path}/godot?name=hero")
            assert (status, headers["content-type"]) == (200, "application/zip")
            assert headers["content-disposition"] == 'attachment; filename="hero_godot.zip"'
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                files = {name: archive.read(name) for name in archive.namelist()}
            assert files == export(named, "godot", name="hero")
            assert (await fetch(up, f"{path}/godot?name=hero"))[2] == body
            gif = export(named, "gif", name="hero")["hero.gif"]
            plain = await fetch(up, f"{path}/gif?name=hero&plain=1")
            assert (plain[1]["content-type"], plain[2]) == ("image/gif", gif)
            assert plain[1]["content-disposition"] == 'attachment; filename="hero.gif"'
            several = await fetch(up, f"{path}/godot?name=hero&plain=1")
            assert (several[1]["content-type"], several[2]) == ("application/zip", body)
            formats = (await fetch(up, "/exports"))[2]
            assert json.loads(formats) == {"formats": list(EXPORTERS)}
            for wrong, status, words in (
                (f"{path}/exe", 400, b"choose from godot"),
                (f"{path}/", 400, b"choose from godot"),
                (f"{path}/godot/../../token", 400, b"choose from godot"),
                (f"/exports/{'0' * 64}/godot", 404, b"there is no file"),
                ("/exports/../godot", 404, b"there is no file"),
            ):
                got = await fetch(up, wrong)
                assert (got[0], words in got[2]) == (status, True)

    asyncio.run(play())


def test_ranges_of_a_result(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            content = bytes(range(256))
            path = f"/results/{up.service.results.put(content)}"
            auth = {"Host": up.file.address, "Authorization": f"Bearer {up.token}"}
            for wanted, status, part, said in (
                ("bytes=0-9", 206, content[:10], "bytes 0-9/256"),
                ("bytes=250-", 206, content[250:], "bytes 250-255/256"),
                ("bytes=-6", 206, content[250:], "bytes 250-255/256"),
                ("bytes=250-999", 206, content[250:], "bytes 250-255/256"),
                ("bytes=256-", 416, b"", "bytes */256"),
                ("bytes=9-3", 416, b"", "bytes */256"),
                ("bytes=-0", 416, b"", "bytes */256"),
            ):
                got = await fetch(up, path, {**auth, "Range": wanted})
                assert (got[0], got[2], got[1]["content-range"]) == (status, part, said)
            status, headers, body = await fetch(up, path, auth)
            assert (status, body, headers["accept-ranges"]) == (200, content, "bytes")
            assert headers["content-disposition"].startswith("attachment")
            assert headers["content-type"] == "image/png"

    asyncio.run(play())
