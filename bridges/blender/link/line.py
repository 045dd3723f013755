"""A websocket without threads: bytes through a socket that never blocks, a little at a time."""

from __future__ import annotations

import errno
import select
import socket
from collections import deque

from websockets.client import ClientProtocol
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.typing import Subprotocol
from websockets.uri import parse_uri

from toolkit.server_address import Address
from toolkit.wire.fields import MOST_FRAME, SUBPROTOCOL

CHUNK = 64 * 1024
"""Bytes read at once: small, so that a tick can end in time."""
UNDERWAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", 0))


class Line:
    """One connection from its first byte to its last.

    Call ``pump`` again and again; ``send`` may be called once ``open`` is true.
    """

    def __init__(self, address: Address) -> None:
        uri = parse_uri(address.url)
        self.open = False
        self.lost = ""
        """Why there is no connection any more, or empty."""
        self.status = 0
        """HTTP status of a refused handshake."""
        self._protocol = ClientProtocol(
            uri, subprotocols=[Subprotocol(SUBPROTOCOL)], max_size=MOST_FRAME
        )
        request = self._protocol.connect()
        request.headers["Authorization"] = f"Bearer {address.token}"
        self._protocol.send_request(request)
        self._out = bytearray()
        self._parts: list[bytes] = []
        self._text = True
        self._messages: deque[str | bytes] = deque()
        self._reached = False
        self._socket = self._reach(uri.host, uri.port)

    def _reach(self, host: str, port: int) -> socket.socket | None:
        """A socket on its way to the server, or ``None`` with the reason in ``lost``."""
        number = "127.0.0.1" if host == "localhost" else host
        try:  # a name would ask DNS, which blocks
            found = socket.getaddrinfo(
                number, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except socket.gaierror:
            self.lost = f"the server's address is {host!r}; must be a number, as 127.0.0.1"
            return None
        family, kind, protocol, _, target = found[0]
        opened = socket.socket(family, kind, protocol)
        opened.setblocking(False)
        code = opened.connect_ex(target)
        if code not in UNDERWAY:
            opened.close()
            self.lost = errno.errorcode.get(code, str(code))
            return None
        return opened

    def pump(self) -> bool:
        """Move what can be moved without waiting; whether anything came."""
        if self._socket is None or not (self._reached or self._arrived(self._socket)):
            return False
        try:
            self._write(self._socket)
            data = self._read(self._socket)
            self._write(self._socket)
        except OSError as error:
            self._end(error.strerror or str(error))
            return False
        if data == b"":
            self._end(self._reason())
        return bool(data)

    def take(self) -> str | bytes | None:
        """The next message that came whole, or ``None``."""
        return self._messages.popleft() if self._messages else None

    def send(self, message: str | bytes) -> None:
        """Queue a message; ``pump`` moves it."""
        if isinstance(message, str):
            self._protocol.send_text(message.encode())
        else:
            self._protocol.send_binary(message)

    def close(self) -> None:
        """Say goodbye as far as that goes without waiting, and let go of the socket."""
        if self._socket is None:
            return
        if self.open and self._protocol.state is State.OPEN:
            self._protocol.send_close(1000)
            try:
                self._write(self._socket)
            except OSError as error:
                self.lost = error.strerror or str(error)
        self._end(self.lost or "closed here")

    def _arrived(self, opened: socket.socket) -> bool:
        """Whether TCP stands; a refused connection ends the line."""
        _, writable, broken = select.select([], [opened], [opened], 0)
        if not writable and not broken:
            return False
        code = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._end(errno.errorcode.get(code, str(code)))
            return False
        self._reached = True
        return True

    def _write(self, opened: socket.socket) -> None:
        for data in self._protocol.data_to_send():
            self._out += data  # an empty one asks to end our half; closing does that
        while self._out:
            try:
                sent = opened.send(self._out)
            except (BlockingIOError, InterruptedError):
                return
            del self._out[:sent]

    def _read(self, opened: socket.socket) -> bytes | None:
        """What came, empty at the end of the stream, ``None`` when there is nothing now."""
        try:
            data = opened.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return None
        if data:
            self._protocol.receive_data(data)
        else:
            self._protocol.receive_eof()
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._add(event)
        self.open = self._protocol.state is State.OPEN
        return data

    def _add(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._parts = []
            self._text = frame.opcode is Opcode.TEXT
        elif frame.opcode is not Opcode.CONT:
            return
        self._parts.append(bytes(frame.data))
        if frame.fin:
            whole = b"".join(self._parts)
            self._messages.append(whole.decode("utf-8", "replace") if self._text else whole)

    def _reason(self) -> str:
        refused = self._protocol.handshake_exc
        if isinstance(refused, InvalidStatus):
            self.status = refused.response.status_code
            return f"HTTP status {self.status}"
        if refused is not None:
            return str(refused)
        if self._protocol.close_code is not None:
            said = self._protocol.close_reason or "no reason given"
            return f"close code {self._protocol.close_code}, {said}"
        return "the server is gone"

    def _end(self, reason: str) -> None:
        self.open = False
        self.lost = reason
        if self._socket is not None:
            self._socket.close()
            self._socket = None
