"""One port for the websocket, the HTTP paths and the page."""

from __future__ import annotations

import asyncio
import contextlib
import email.utils
import http
import logging
import os
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from toolkit import __version__
from toolkit.errors import BadRequest
from toolkit.server.addresses import host_names, is_loopback, port_error
from toolkit.server.guard import Asked, Denied, Guard
from toolkit.server.protocol import SHUTTING_DOWN, Closing, Peer
from toolkit.server.rate import Bucket
from toolkit.server.routes import Reply, Routes, page_files, security_headers, text_reply
from toolkit.server.service import Service
from toolkit.server.settings import ServiceSettings
from toolkit.state_folder import ServerFile, make_token, remove_server, write_server
from toolkit.wire.fields import SUBPROTOCOL

LOG = logging.getLogger("playreel.server")
DENIED_SECONDS = 0.25
"""Who shows a wrong token waits that long for the answer."""
HEAVY = 2**20
"""Characters of answers beyond which a client is not listened to until it has read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings:
    """Where the server listens and what runs behind it."""

    service: ServiceSettings
    host: str = "127.0.0.1"
    port: int = 8787
    token: str = ""
    """Empty: the one in the state folder, made at the first start."""
    ping_seconds: float = 20.0
    """A client that does not answer a ping within as much again is gone."""
    clock: Callable[[], float] = field(default=time.monotonic)


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that is up."""

    service: Service
    guard: Guard
    token: str
    file: ServerFile
    work: asyncio.Task[None]
    """Ends only when something is wrong, or with the server."""

    def page_url(self) -> str:
        """A link that opens the page once."""
        return f"http://{self.file.address}/open?code={self.guard.new_code()}"


@asynccontextmanager
async def running(settings: AppSettings) -> AsyncGenerator[Running]:
    """A server, listening and working, until the block ends.

    Raises:
        BadRequest: another address than this machine's own without a token of the user's.
        OutputError: the port is taken, or the state folder cannot be written.
        StoreUnavailable: another server uses the state folder.
    """
    local = is_loopback(settings.host)
    if not local and not settings.token:
        raise BadRequest(
            f"{settings.host} is reachable by others; give a token of your own with --token-file."
        )
    service = Service(settings.service)
    token = settings.token or make_token(settings.service.state)
    async with listening(settings, service, token) as (file, guard):
        work = asyncio.create_task(service.run())
        write_server(settings.service.state, file)
        try:
            yield Running(service=service, guard=guard, token=token, file=file, work=work)
        finally:
            remove_server(settings.service.state, file.pid)
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work


@asynccontextmanager
async def listening(
    settings: AppSettings, service: Service, token: str
) -> AsyncGenerator[tuple[ServerFile, Guard]]:
    """The open port in front of a service, and who watches it."""
    door = Door(service, settings.clock)
    limits = service.limits
    try:
        server = await serve(
            door.handle,
            settings.host,
            settings.port,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            compression=None,
            process_request=door.admit,
            server_header=None,
            open_timeout=60,  # an export is an answer to a handshake, too
            ping_interval=settings.ping_seconds,
            ping_timeout=settings.ping_seconds,
            close_timeout=2,
            max_size=limits.max_message,
            max_queue=8,
            write_limit=limits.max_frame,
            logger=quiet_logger(),
        )
    except OSError as error:
        service.store.close()
        raise port_error(settings.host, settings.port, error) from error
    port = bound_port(server)
    file = ServerFile(
        host=settings.host,
        port=port,
        pid=os.getpid(),
        epoch=service.store.epoch,
        version=__version__,
    )
    guard = Guard(
        hosts=host_names(settings.host, port),
        token=token,
        cookie=f"playreel_{port}",
        clock=settings.clock,
    )
    door.open(guard, Routes(service, guard, page_files(), ready=server.is_serving))
    try:
        yield file, guard
    finally:
        server.close(code=SHUTTING_DOWN, reason="the server shuts down")
        await server.wait_closed()


def bound_port(server: Server) -> int:
    """The port that was got; it differs from the one asked for when that was 0."""
    return int(server.sockets[0].getsockname()[1])


def quiet_logger() -> logging.Logger:
    """The library's own log, without its news of every connection."""
    logger = logging.getLogger("playreel.websockets")
    logger.setLevel(logging.CRITICAL)
    return logger


class Door:
    """Lets visitors in or turns them away, and carries messages to and fro."""

    def __init__(self, service: Service, clock: Callable[[], float]) -> None:
        self._service, self._clock = service, clock
        self._guard: Guard | None = None
        self._routes: Routes | None = None
        limits = service.limits
        rate = limits.connections_per_second
        self._arrivals = Bucket(rate, max(rate, limits.max_connections), clock)

    def open(self, guard: Guard, routes: Routes) -> None:
        """From now on visitors are let in."""
        self._guard, self._routes = guard, routes

    async def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """``None`` to go on with the websocket, or the HTTP answer."""
        asked = Asked(
            method=str(
                getattr(request, "method", "GET")
            ),  # before websockets 16 only GET came here
            target=request.path,
            headers=list(request.headers.raw_items()),
        )
        reply = await self._reply(asked)
        return None if reply is None else response(reply, asked.one("host"))

    async def _reply(self, asked: Asked) -> Reply | None:
        if self._guard is None or self._routes is None:
            return text_reply(503, "the server is starting")
        if not self._arrivals.take():
            return text_reply(429, "too many connections; wait a moment")
        visitor = self._guard.check(asked)
        if isinstance(visitor, Denied):
            LOG.warning("refused %s: %s", visitor.status, visitor.reason)
            if visitor.status == http.HTTPStatus.UNAUTHORIZED:
                await asyncio.sleep(DENIED_SECONDS)
            return text_reply(visitor.status, visitor.reason)
        if asked.upgrades:
            full = len(self._service.peers) >= self._service.limits.max_connections
            return text_reply(503, "too many clients are connected") if full else None
        return await self._routes.answer(asked, visitor)

    async def handle(self, connection: ServerConnection) -> None:
        """Serve one client until it goes."""
        wake = asyncio.Event()
        peer = Peer(self._service, clock=self._clock, wake=wake.set)
        self._service.join(peer)
        writing = asyncio.create_task(self._write(connection, peer, wake))
        try:
            await self._read(connection, peer, wake)
        except Closing as closing:
            await connection.close(closing.code, str(closing)[:120])
        except ConnectionClosed:
            pass
        finally:
            writing.cancel()
            self._service.leave(peer)

    async def _read(self, connection: ServerConnection, peer: Peer, wake: asyncio.Event) -> None:
        async for message in connection:
            peer.receive(message)
            if peer.pause:
                await asyncio.sleep(peer.pause)
            while peer.outbox.size > HEAVY:
                await asyncio.sleep(0.02)  # until the client has read what it asked for

    async def _write(self, connection: ServerConnection, peer: Peer, wake: asyncio.Event) -> None:
        while True:
            wake.clear()
            while (message := peer.outbox.next()) is not None:
                try:
                    await connection.send(message)
                except ConnectionClosed:
                    return
            await wake.wait()


def response(reply: Reply, host: str) -> Response:
    """The answer with the headers that all answers have."""
    phrase = http.HTTPStatus(reply.status).phrase
    headers = Headers(
        {
            "Date": email.utils.formatdate(usegmt=True),
            "Connection": "close",
            "Content-Length": str(len(reply.body)),
            "Content-Type": reply.media,
            "Cache-Control": "no-store",
        }
    )
    for name, value in {**security_headers(host), **reply.headers}.items():
        if name in headers:
            del headers[name]
        headers[name] = value
    return Response(reply.status, phrase, headers, reply.body)
