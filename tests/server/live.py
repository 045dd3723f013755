"""A whole server on a port of its own, with the scripted engine, and a plain websocket to it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from toolkit.server.app import AppSettings, Running, running
from toolkit.server.limits import Limits
from toolkit.server.settings import ServiceSettings
from toolkit.wire.codec import encode
from toolkit.wire.fields import SUBPROTOCOL, TERMINAL
from toolkit.wire.frames import Frame, decode_frame

SCRIPTED = "tests.server.scripted_engine:open_engine"
FIELDS = {"prompt": "a knight", "width": 16, "height": 16, "num_frames": 2, "seed": 3,
          "num_inference_steps": 3}  # fmt: skip
REQUEST = {"type": "sprites", **FIELDS}
PATIENCE = 240
"""Seconds without an answer after which a test gives up; a busy machine is slow."""


def settings(state: Path, bundle: Path, *, port: int = 0, **limits: Any) -> AppSettings:
    service = ServiceSettings(
        state=state, bundles=(bundle,), limits=Limits(**limits), engine=SCRIPTED,
        worlds={"dots": bundle},
    )  # fmt: skip
    return AppSettings(service=service, port=port)


@asynccontextmanager
async def server(state: Path, bundle: Path, **more: Any) -> AsyncGenerator[Running]:
    async with running(settings(state, bundle, **more)) as up:
        yield up


class Line:
    """A websocket that remembers everything it got."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.messages: list[dict[str, Any]] = []
        self.frames: list[Frame] = []

    async def say(self, message: Any) -> None:
        await self.socket.send(message if isinstance(message, str | bytes) else encode(message))

    async def hear(self) -> dict[str, Any] | Frame:
        received = await asyncio.wait_for(self.socket.recv(), PATIENCE)
        if isinstance(received, bytes):
            self.frames.append(decode_frame(received))
            return self.frames[-1]
        self.messages.append(json.loads(received))
        return self.messages[-1]

    async def until(self, **wanted: Any) -> dict[str, Any]:
        """The next text message with these fields."""
        while True:
            heard = await self.hear()
            if isinstance(heard, dict) and wanted.items() <= heard.items():
                return heard

    async def until_ended(self, job: str) -> dict[str, Any]:
        while True:
            heard = await self.hear()
            if not isinstance(heard, dict) or heard.get("job") != job:
                continue
            if heard["type"] == "job.state" and heard["state"] in TERMINAL:
                return heard

    async def until_frame(self) -> Frame:
        while True:
            heard = await self.hear()
            if isinstance(heard, Frame):
                return heard


@asynccontextmanager
async def line(up: Running, *, greet: bool = True, **more: Any) -> AsyncGenerator[Line]:
    async with connect(
        f"ws://{up.file.address}/",
        subprotocols=[SUBPROTOCOL],
        additional_headers={"Authorization": f"Bearer {up.token}"},
        compression=None,
        max_size=2**24,
        proxy=None,
        **more,
    ) as socket:
        found = Line(socket)
        if greet:
            await found.say('{"type":"hello","client":"test","max_frame":262144}')
            await found.until(type="hello_ok")
        yield found


async def fetch(
    up: Running, target: str, headers: dict[str, str] | None = None, *, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in small letters, and body of a plain HTTP request with exactly these."""
    given = {"Host": up.file.address, "Authorization": f"Bearer {up.token}"}
    lines = [f"{name}: {value}" for name, value in (given if headers is None else headers).items()]
    text = "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""])
    return await raw(up, text.encode("latin-1"))


async def raw(up: Running, data: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection(up.file.host, up.file.port)
    writer.write(data)
    status = (await asyncio.wait_for(reader.readline(), PATIENCE)).decode()
    headers: dict[str, str] = {}
    while header := (await reader.readline()).decode("latin-1").strip():
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    size = int(headers.get("content-length", 0))
    body = await asyncio.wait_for(reader.readexactly(size), PATIENCE) if size else b""
    writer.close()
    return int(status.split()[1]) if status else 0, headers, body
