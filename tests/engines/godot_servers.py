"""Servers that say odd things: another version, another program, very long or broken messages."""

import asyncio
import http
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from toolkit.wire.fields import SUBPROTOCOL

TOKEN = "a-token-of-thirty-two-characters"
HELLO_OK = {
    "type": "hello_ok", "re": "hello", "server": "9.9", "epoch": "e", "seq": 0, "limits": {},
    "models": [], "worlds": [], "features": [],
}  # fmt: skip
Answer = Callable[[Request], tuple[int, str]]


def write_state(folder: Path, port: int, token: str = TOKEN) -> Path:
    """A state folder that points to a port."""
    folder.mkdir(parents=True)
    said = {"host": "127.0.0.1", "port": port, "pid": os.getpid(), "epoch": "e", "version": "9.9"}
    (folder / "server.json").write_text(json.dumps(said))
    (folder / "token").write_text(token)
    return folder


def another_version(request: Request) -> tuple[int, str]:
    return 200, json.dumps({"server": "9.9", "protocols": ["playreel.v2"], "epoch": "e"})


def another_program(request: Request) -> tuple[int, str]:
    return 200, "<html>a web page</html>"


def same_version(request: Request) -> tuple[int, str]:
    return 200, json.dumps({"server": "9.9", "protocols": [SUBPROTOCOL], "epoch": "e"})


async def talk(socket: ServerConnection) -> None:
    """Greets; then a ping ``big-N`` is answered with a message of N bytes, other pings oddly."""
    async for text in socket:
        message = json.loads(text)
        if message["type"] == "hello":
            await socket.send(json.dumps(HELLO_OK))
        elif message["type"] == "ping":
            await answer(socket, message["id"])


async def answer(socket: ServerConnection, wanted: str) -> None:
    if wanted.startswith("big-"):
        size = int(wanted.removeprefix("big-"))
        empty = json.dumps({"type": "pong", "re": wanted, "pad": ""})
        await socket.send(
            json.dumps({"type": "pong", "re": wanted, "pad": "x" * (size - len(empty))})
        )
    elif wanted == "unknown":
        await socket.send('{"type":"news"}')
        await socket.send(json.dumps({"type": "pong", "re": wanted}))
    elif wanted == "garbage":
        await socket.send(b"\0" * 100)
    elif wanted == "bye":
        await socket.close(4004, "the server shuts down")


@contextmanager
def odd_server(reply: Answer) -> Iterator[int]:
    """A server in a thread that answers every plain request so; its port."""
    ports: list[int] = []
    up = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    def admit(connection: ServerConnection, request: Request) -> Response | None:
        if request.headers.get("Upgrade"):
            return None
        status, body = reply(request)
        headers = Headers({"Content-Length": str(len(body)), "Connection": "close"})
        return Response(status, http.HTTPStatus(status).phrase, headers, body.encode())

    async def run() -> None:
        protocols = [Subprotocol(SUBPROTOCOL)]
        async with serve(talk, "127.0.0.1", 0, subprotocols=protocols, process_request=admit,
                         compression=None) as server:  # fmt: skip
            ports.append(next(iter(server.sockets)).getsockname()[1])
            up.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert up.wait(30)
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
