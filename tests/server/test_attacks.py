"""The attacks again, against the whole server over its real socket."""

import asyncio
import json
import os
import socket
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.server.live import REQUEST, fetch, line, raw, server
from tests.test_cli import png_header
from tests.tiny_bundle import _value, write_tiny_bundle
from toolkit.errors import BadRequest, ModelError
from toolkit.server.addresses import is_loopback
from toolkit.server.app import AppSettings, running
from toolkit.server.settings import ServiceSettings
from toolkit.wire.asks import JobSubmit, Ping, ResultGet, Subscribe, UploadStart
from toolkit.wire.frames import UPLOAD, Frame, encode_frame


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("bundles") / "tiny")


BOMBS = (
    "[" * 100_000,
    '{"a":' * 50_000,
    '{"type":"ping","id":' + "9" * 200_000,
    '{"type":"job.submit","job":"a","request":{"x":[' + "0," * 99_999 + "0]}}",
)
HANDSHAKE = {
    "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "playreel.v1",
}  # fmt: skip


def test_every_refusal_over_the_wire(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            right = {"Host": up.file.address, "Authorization": f"Bearer {up.token}", **HANDSHAKE}
            assert (await fetch(up, "/", right))[0] == 101
            for change, status in (
                ({"Host": "evil.example"}, 403),
                ({"Origin": "https://evil.example"}, 403),
                ({"Origin": "null"}, 403),
                ({"Origin": f"http://{up.file.address}"}, 401),
                ({"Sec-Fetch-Site": "cross-site"}, 403),
                ({"Authorization": "Bearer no"}, 401),
                ({"Sec-WebSocket-Protocol": "chat"}, 400),
            ):
                got, headers, body = await fetch(up, "/", {**right, **change})
                assert got == status
                assert up.token.encode() not in body
                assert "access-control-allow-origin" not in headers

    asyncio.run(play())


def test_only_this_machine_is_listened_to(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            assert up.file.host == "127.0.0.1"
            outside = [info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)]
            for address in {address for address in outside if not is_loopback(address)}:
                with pytest.raises(OSError, match=r".*"):
                    await asyncio.open_connection(address, up.file.port)

    asyncio.run(play())


def test_another_address_needs_a_token_of_the_users(tmp_path: Path, bundle: Path):
    async def play() -> None:
        service = ServiceSettings(state=tmp_path, bundles=(bundle,))
        with pytest.raises(BadRequest, match="give a token of your own with --token-file"):
            async with running(AppSettings(service=service, host="0.0.0.0", port=0)):
                pass

    asyncio.run(play())


@pytest.mark.parametrize(
    "path",
    [
        "/results/../jobs.sqlite", "/results/..%2f..%2fjobs.sqlite", "/results//etc/passwd",
        "/results/%00", "/../token", "/web/../token", "/..%5ctoken", "/.%2e/token", "/token",
        "/server.json", "/jobs.sqlite", "/status.js/../../app.py", "//etc/passwd", "/C:/x",
        "/status.js%00.png", "/index.html/", "http://evil.example/", "*",
    ],
)  # fmt: skip
def test_path_traversal_refused(tmp_path: Path, bundle: Path, path: str):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            status, _, body = await fetch(up, path)
            assert (status, up.token.encode() in body) == (404, False)

    asyncio.run(play())


def test_a_symlink_among_the_results_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            name = "ab" * 32
            (tmp_path / "results" / name).symlink_to(tmp_path / "token")
            assert (await fetch(up, f"/results/{name}"))[0] == 404
            await one.say(ResultGet(id="r", result=name))
            assert (await one.until(re="r"))["code"] == "unknown_result"

    asyncio.run(play())


def test_oversize_message_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say('{"type":"ping","id":"' + "a" * 2**20 + '"}')
            with pytest.raises(ConnectionClosed) as closed:
                await one.until(type="pong")
            assert closed.value.rcvd.code == 1009
            async with line(up) as two:
                await two.say(Ping(id="p"))
                assert (await two.until(re="p"))["type"] == "pong"

    asyncio.run(play())


def test_deep_and_wide_json_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            for bomb in BOMBS:
                await one.say(bomb)
                assert (await one.until(type="error"))["code"] == "bad_message"

    asyncio.run(play())


def test_bytes_that_are_no_frame_end_the_connection(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(b"PLR1 and then nonsense")
            with pytest.raises(ConnectionClosed) as closed:
                await one.until(type="pong")
            assert closed.value.rcvd.code == 4005

    asyncio.run(play())


def test_compressed_messages_are_not_agreed_to(tmp_path: Path, bundle: Path):
    """A kilobyte could unfold to a megabyte."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            wanted = {
                "Host": up.file.address,
                "Authorization": f"Bearer {up.token}",
                **HANDSHAKE,
                "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
            }
            status, headers, _ = await fetch(up, "/", wanted)
            assert (status, "sec-websocket-extensions" in headers) == (101, False)

    asyncio.run(play())


def test_too_many_messages_are_slowed_down(tmp_path: Path, bundle: Path):
    """A flood is answered at the allowed rate, and nobody else waits for it."""

    async def play() -> None:
        limits = {"messages_per_second": 20.0, "message_burst": 5}
        async with server(tmp_path, bundle, **limits) as up, line(up) as loud, line(up) as calm:
            for number in range(40):
                await loud.say(Ping(id=f"p{number}"))
            await calm.say(Ping(id="calm"))
            await calm.until(re="calm")
            slowed = max(peer.pause for peer in up.service.peers)
            assert slowed > 0
            await loud.until(re="p39")

    asyncio.run(play())


def test_too_many_connections_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle, max_connections=2) as up, line(up), line(up):
            with pytest.raises(InvalidStatus) as refused:
                async with line(up):
                    pass
            assert refused.value.response.status_code == 503

    asyncio.run(play())


def test_decompression_bomb_refused(tmp_path: Path, bundle: Path):
    """A PNG of 30,000 x 30,000 pixels in a few bytes: the real engine reads its header only."""

    async def play() -> None:
        service = ServiceSettings(state=tmp_path, bundles=(bundle,))
        async with running(AppSettings(service=service, port=0)) as up, line(up) as one:
            await one.say(Subscribe())
            request = {**REQUEST, "image": png_header(30_000).hex()}
            await one.say(JobSubmit(job="a", request=request))
            ended = await one.until_ended("a")
            assert (ended["state"], ended["code"]) == ("failed", "bad_request")
            assert "at most 4096x4096" in ended["message"]

    asyncio.run(play())


def test_an_upload_that_lies_refused(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(UploadStart(id="big", upload="ab" * 32, size=2**40))
            assert (await one.until(re="big"))["code"] == "limit_reached"
            for content, words in ((b"1234567", "over 6 bytes"), (b"123456", "is not what")):
                await one.say(UploadStart(id="u", upload="ab" * 32, size=6))
                stream = (await one.until(re="u"))["stream"]
                await one.say(encode_frame(Frame(kind=UPLOAD, stream=stream, payload=content)))
                error = await one.until(type="error")
                assert error["code"] in ("upload_refused", "bad_request")
                assert words in error["message"]
            assert list((tmp_path / "uploads").iterdir()) == []

    asyncio.run(play())


def test_onnx_external_data_traversal_and_hard_link_refused(tmp_path: Path):
    """A graph that names a file outside itself is refused before ONNX Runtime sees it."""
    secret = tmp_path / "secret.bin"
    secret.write_bytes(np.arange(4, dtype=np.float32).tobytes())
    for number, place in enumerate(("../../secret.bin", str(secret), "hard.bin", "link.bin")):
        tensor = TensorProto(name="W", data_type=1, dims=[4], data_location=TensorProto.EXTERNAL)
        for key, value in (("location", place), ("offset", "0"), ("length", "16")):
            tensor.external_data.add(key=key, value=value)
        node = helper.make_node("Add", ["X", "W"], ["Y"])
        value = [helper.make_tensor_value_info(name, 1, [4]) for name in ("X", "Y")]
        graph = helper.make_graph([node], "g", value[:1], value[1:], [tensor])
        evil = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        folder = write_tiny_bundle(tmp_path / f"bundle{number}", denoiser=evil.SerializeToString())
        os.link(secret, folder / "hard.bin")
        os.symlink(secret, folder / "link.bin")
        assert onnx.load(folder / "denoiser.onnx", load_external_data=False)

        async def play(bundle: Path = folder) -> None:
            async with server(tmp_path / "state", bundle):
                pass

        with pytest.raises(ModelError, match="keeps weights in another file"):
            asyncio.run(play())


def test_onnx_memory_bomb_ends_in_the_worker(tmp_path: Path):
    """A few bytes of graph ask for a terabyte; the worker's cap turns that into one failed job."""
    nodes = [
        helper.make_node("ConstantOfShape", ["size"], ["huge"]),
        helper.make_node("ReduceMax", ["huge"], ["most"], keepdims=0),
        helper.make_node("Add", ["sample", "most"], ["denoised"]),
    ]
    size = numpy_helper.from_array(np.array([1 << 20, 1 << 12, 1 << 6], np.int64), "size")
    names = {
        "sample": ("B", "F", 4, "H", "W"), "sigma": ("B", "F"), "text_embeds": ("B", 24, 384),
        "pooled": ("B", 384), "control": ("B", "F", 12), "rope_cos": ("S", 32),
        "rope_sin": ("S", 32),
    }  # fmt: skip
    inputs = [_value(name, TensorProto.FLOAT, *shape) for name, shape in names.items()]
    outputs = [_value("denoised", TensorProto.FLOAT, "B", "F", 4, "H", "W")]
    graph = helper.make_graph(nodes, "bomb", inputs, outputs, [size])
    bomb = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    folder = write_tiny_bundle(tmp_path / "bundle", denoiser=bomb.SerializeToString())

    async def play() -> None:
        service = ServiceSettings(state=tmp_path / "state", bundles=(folder,), threads=1)
        async with running(AppSettings(service=service, port=0)) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request=REQUEST))
            ended = await one.until_ended("a")
            assert (ended["state"], ended["code"]) == ("failed", "out_of_memory")
            await one.say(Ping(id="p"))
            assert (await one.until(re="p"))["type"] == "pong"

    asyncio.run(play())


def test_slow_reader_harms_nobody(tmp_path: Path, bundle: Path):
    """A client that never reads costs bounded memory and holds nobody up."""

    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as good:
            reader, writer = await asyncio.open_connection(up.file.host, up.file.port, limit=1024)
            headers = {"Host": up.file.address, "Authorization": f"Bearer {up.token}", **HANDSHAKE}
            head = "\r\n".join(["GET / HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())])
            writer.write(f"{head}\r\n\r\n".encode())
            for text in ('{"type":"hello"}', '{"type":"subscribe"}'):
                writer.write(masked(text.encode()))
            await good.say(Subscribe())
            await good.say(JobSubmit(job="a", request={**REQUEST, "prompt": "many",
                                                       "width": 64, "height": 64}))  # fmt: skip
            for number in range(200):
                writer.write(masked(b'{"type":"job.list","limit":200}'))
                await good.say(JobSubmit(id="s", job="a", request={**REQUEST, "seed": number}))
                assert (await good.until(re="s"))["code"] == "conflict"
            assert (await good.until_ended("a"))["state"] == "done"
            slow = next(peer for peer in up.service.peers if peer.client != "test")
            assert slow.outbox.size <= 4 * 2**20
            writer.transport.abort()
            del reader

    asyncio.run(play())


def masked(payload: bytes) -> bytes:
    """A websocket text frame as a client sends it, with a mask of zeros."""
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + payload


def test_a_half_open_handshake_is_ended(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            assert (await raw(up, b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200))[0] != 101
            assert (await fetch(up, "/healthz"))[0] == 200

    asyncio.run(play())


def test_answers_tell_browsers_to_run_nothing_foreign(tmp_path: Path, bundle: Path):
    async def play() -> None:
        async with server(tmp_path, bundle) as up:
            link = json.loads((await fetch(up, "/code"))[2])["path"]
            host = {"Host": up.file.address}
            status, headers, _ = await fetch(up, link, host)
            assert (status, headers["location"]) == (303, "/")
            cookie = {**host, "Cookie": headers["set-cookie"].partition(";")[0]}
            status, headers, body = await fetch(up, "/", cookie)
            assert status == 200
            assert b"Playreel" in body
            policy = headers["content-security-policy"]
            assert policy.startswith("default-src 'none'; script-src 'self';")
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert (await fetch(up, link, host))[0] == 403

    asyncio.run(play())


def test_no_prompt_and_no_token_reach_the_log(tmp_path: Path, bundle: Path, caplog):
    async def play() -> None:
        async with server(tmp_path, bundle) as up, line(up) as one:
            await one.say(Subscribe())
            await one.say(JobSubmit(job="a", request={**REQUEST, "prompt": "my secret idea"}))
            await one.until_ended("a")
            await fetch(up, "/x?token=" + up.token, {"Host": up.file.address})
            assert "refused 401" in caplog.text
            assert "secret idea" not in caplog.text
            assert up.token not in caplog.text

    caplog.set_level("DEBUG", "playreel")
    asyncio.run(play())
