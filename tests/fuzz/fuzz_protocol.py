"""Fuzzes everything that reads what came over the wire; nothing but documented errors may come.

In an environment with ``pip install atheris``, from the repository's root::

    python -m tests.fuzz.seeds CORPUS
    python -m tests.fuzz.fuzz_protocol CORPUS -max_total_time=600
"""

import json
import sys
from collections.abc import Callable

import atheris

with atheris.instrument_imports(include=["toolkit"]):
    from toolkit.errors import BadRequest, PlayreelError
    from toolkit.messages import decode_request, encode_request
    from toolkit.server.limits import Limits
    from toolkit.server.protocol import Closing, Peer
    from toolkit.wire.answers import Pong
    from toolkit.wire.codec import decode_client, decode_server, encode
    from toolkit.wire.conversation import Conversation
    from toolkit.wire.frames import Assembly, decode_frame, encode_frame

from tests.fuzz.mutate import mutated

HELLO = '{"type":"hello","client":"fuzz","max_frame":262144}'


class Office:
    """A server behind a connection that allows everything and keeps nothing."""

    limits = Limits()

    def __init__(self) -> None:
        self.events = self.incoming = self
        self.reserved = 0

    def after(self, seq, limit):
        return []

    def handle(self, ask, peer):
        return Pong(re=ask.id)

    def has(self, sha256):
        return sha256.endswith("0")

    def reserve(self, size):
        self.reserved += size

    def release(self, size):
        self.reserved -= size

    def keep(self, content):
        pass


def read_texts(text: str) -> None:
    """Control messages of both sides: what was read is written and read again the same."""
    for decode in (decode_client, decode_server):
        try:
            message = decode(text)
        except BadRequest as error:
            str(error).encode()
            continue
        try:
            again = encode(message)
        except ValueError:
            assert "Infinity" in json.dumps(json.loads(text)), text
            continue  # a request may hold 1e999, which no answer repeats before it was checked
        assert decode(again) == message


def read_frame(data: bytes) -> None:
    """A binary frame, and a stream that it is put into."""
    try:
        frame = decode_frame(data)
    except BadRequest as error:
        str(error).encode()
        return
    assert decode_frame(encode_frame(frame)) == frame
    try:
        Assembly(most=1000).add(frame)
    except BadRequest as error:
        str(error).encode()


def read_request(text: str) -> None:
    """A request on its own, as ``job.submit`` holds it."""
    try:
        request = decode_request(text)
    except BadRequest as error:
        str(error).encode()
        return
    whole = encode_request(request)
    assert encode_request(decode_request(whole)) == whole


def hear_as_server(message: str | bytes) -> None:
    """A message to a connection that stands; all its answers can be sent."""
    office = Office()
    peer = Peer(office, clock=lambda: 0.0, wake=lambda: None)
    peer.receive(HELLO)
    try:
        peer.receive(message)
    except Closing as error:
        str(error).encode()
    while (answer := peer.outbox.next()) is not None:
        if isinstance(answer, str):
            answer.encode()
    peer.close()
    assert office.reserved == 0


def hear_as_client(message: str | bytes) -> None:
    """A message to a client that has asked for something."""
    talk = Conversation(client="fuzz", version="0")
    talk.connected()
    talk.submit({"type": "sprites", "prompt": "x"}, job="a", image=b"picture")
    talk.fetch("0" * 64)
    try:
        talk.receive(message)
        talk.fetched("0" * 64)
    except PlayreelError as error:
        str(error).encode()


def text_of(data: bytes) -> str:
    """The text of a websocket message, which is always UTF-8."""
    return data.decode("utf-8", "replace")


TEXTS: tuple[Callable[[str], None], ...] = (
    read_texts, read_request, hear_as_server, hear_as_client,
)  # fmt: skip
FRAMES: tuple[Callable[[bytes], None], ...] = (read_frame, hear_as_server, hear_as_client)


def one_input(data: bytes) -> None:
    """Everything that can be done with one message."""
    for read in FRAMES if data.startswith(b"PLR") else TEXTS:
        read(data if data.startswith(b"PLR") else text_of(data))


def mutate(data: bytes, most: int, seed: int) -> bytes:
    """Half of the time well-formed changes, else those of libFuzzer."""
    near = mutated(data, seed) if seed % 2 else None
    return atheris.Mutate(data, most) if near is None else near[:most]


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input, custom_mutator=mutate)
    atheris.Fuzz()
