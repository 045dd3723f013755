"""A connection with plain lists in place of its socket."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import StoreUnavailable
from toolkit.server.limits import Limits
from toolkit.server.protocol import NO_FRAME, Closing, Peer
from toolkit.wire.answers import Pong
from toolkit.wire.asks import ClientMessage, Hello, JobCancel, Ping, StreamStop, UploadStart
from toolkit.wire.codec import encode
from toolkit.wire.examples import CLIENT_EXAMPLES
from toolkit.wire.frames import RESULT, UPLOAD, Frame, encode_frame
from toolkit.wire.refused import Refused


class Office:
    """The rest of the server as a script: it remembers, and answers ``pong``."""

    def __init__(self, **limits) -> None:
        self.limits = Limits(**limits)
        self.events = self.incoming = self
        self.asked: list[ClientMessage] = []
        self.kept: list[bytes] = []
        self.reserved = 0
        self.failure: Exception | None = None

    def after(self, seq, limit):
        return []

    def handle(self, ask, peer):
        self.asked.append(ask)
        if self.failure:
            raise self.failure
        return Pong(re=ask.id)

    def has(self, sha256):
        return hashlib.sha256(b"known").hexdigest() == sha256

    def reserve(self, size):
        self.reserved += size

    def release(self, size):
        self.reserved -= size

    def keep(self, content):
        self.kept.append(content)


def peer_of(office: Office, *, greet: bool = True) -> Peer:
    peer = Peer(office, clock=lambda: 0.0, wake=lambda: None)
    if greet:
        peer.receive(encode(Hello(client="test")))
        drain(peer)
    return peer


def drain(peer: Peer) -> list[dict]:
    found = []
    while (message := peer.outbox.next()) is not None:
        found.append(json.loads(message))
    return found


def test_hello_comes_first():
    office = Office()
    peer = peer_of(office, greet=False)
    peer.receive(encode(Ping(id="p")))
    assert drain(peer)[0]["code"] == "hello_first"
    peer.receive(encode(Hello(id="h", client="godot:game", max_frame=50_000)))
    peer.receive(encode(Ping(id="p")))
    assert [message["re"] for message in drain(peer)] == ["h", "p"]
    assert (peer.client, peer.outbox.max_frame) == ("godot:game", 50_000)


def test_messages_are_no_larger_than_both_sides_take():
    peer = peer_of(Office(), greet=False)
    peer.receive(encode(Hello(max_frame=2**30)))
    assert peer.outbox.max_frame == 262144


def test_what_cannot_be_read_is_answered_and_harms_nothing():
    office = Office()
    peer = peer_of(office)
    peer.receive('{"type":"oops","id":"x"}')
    peer.receive(encode(Ping(id="p")))
    first, second = drain(peer)
    assert (first["re"], first["code"], first["retryable"]) == ("x", "bad_message", False)
    assert second["re"] == "p"


@pytest.mark.parametrize(
    ("failure", "code", "retryable"),
    [
        (Refused("limit_reached", "full."), "limit_reached", True),
        (StoreUnavailable("locked."), "store_unavailable", True),
        (Refused("unknown_job", "none."), "unknown_job", False),
    ],
)
def test_refusals_name_their_question_and_job(failure, code: str, retryable: bool):
    office = Office()
    peer = peer_of(office)
    office.failure = failure
    peer.receive(encode(JobCancel(id="c", job="a")))
    (error,) = drain(peer)
    assert (error["re"], error["code"], error["job"], error["retryable"]) == (
        "c", code, "a", retryable,
    )  # fmt: skip


def test_too_many_messages_are_read_more_slowly():
    now = [0.0]
    office = Office(messages_per_second=10.0, message_burst=5)
    peer = Peer(office, clock=lambda: now[0], wake=lambda: None)
    pauses = []
    for _ in range(7):
        peer.receive(encode(Hello()))
        pauses.append(round(peer.pause, 3))
    assert pauses == [0, 0, 0, 0, 0, 0.1, 0.2]
    now[0] += 0.4
    peer.receive(encode(Hello()))
    assert peer.pause == 0


def test_bytes_that_are_no_frame_close_the_connection():
    with pytest.raises(Closing) as closing:
        peer_of(Office()).receive(b"nonsense")
    assert closing.value.code == NO_FRAME


def begin_upload(peer: Peer, content: bytes) -> dict:
    sha256 = hashlib.sha256(content).hexdigest()
    peer.receive(encode(UploadStart(id="u", upload=sha256, size=len(content))))
    return drain(peer)[0]


def chunk(stream: int, index: int, count: int, payload: bytes) -> bytes:
    return encode_frame(
        Frame(kind=UPLOAD, stream=stream, index=index, count=count, payload=payload)
    )


def test_an_upload_is_kept_when_it_is_whole_and_right():
    office = Office()
    peer = peer_of(office)
    stream = begin_upload(peer, b"abcd")["stream"]
    assert office.reserved == 4
    peer.receive(chunk(stream, 0, 2, b"ab"))
    assert (office.kept, drain(peer)) == ([], [])
    peer.receive(chunk(stream, 1, 2, b"cd"))
    assert (office.kept, office.reserved) == ([b"abcd"], 0)
    assert drain(peer)[0]["type"] == "upload.done"


def test_a_known_upload_is_not_asked_for():
    office = Office()
    assert begin_upload(peer_of(office), b"known")["known"] is True
    assert office.reserved == 0


@pytest.mark.parametrize(
    "chunks",
    [
        [(0, 1, b"abcde")],  # more than announced
        [(0, 1, b"abXd")],  # other bytes
        [(0, 1, b"abc")],  # too few
        [(1, 2, b"cd")],  # out of order
        [(0, 3, b"a"), (0, 3, b"a")],  # twice
    ],
)
def test_an_upload_that_lies_is_dropped(chunks):
    office = Office()
    peer = peer_of(office)
    stream = begin_upload(peer, b"abcd")["stream"]
    for index, count, payload in chunks:
        peer.receive(chunk(stream, index, count, payload))
    (error,) = drain(peer)
    assert error["code"] == "upload_refused"
    assert (office.kept, office.reserved) == ([], 0)
    peer.receive(chunk(stream, 0, 1, b"abcd"))
    assert drain(peer)[0]["code"] == "unknown_stream"


def test_a_client_that_goes_gives_back_what_it_reserved():
    office = Office()
    peer = peer_of(office)
    begin_upload(peer, b"abcd")
    peer.close()
    assert office.reserved == 0


def test_uploads_are_stopped_and_foreign_frames_refused():
    office = Office()
    peer = peer_of(office)
    stream = begin_upload(peer, b"abcd")["stream"]
    peer.receive(encode_frame(Frame(kind=RESULT, stream=stream, payload=b"abcd")))
    assert drain(peer)[0]["code"] == "unknown_stream"
    peer.receive(encode(StreamStop(stream=stream)))
    assert office.reserved == 0
    peer.receive(encode(StreamStop(id="s", stream=stream)))
    assert drain(peer)[0]["code"] == "unknown_stream"


@given(
    st.lists(
        st.text()
        | st.binary()
        | st.sampled_from([encode(message) for message in CLIENT_EXAMPLES])
        | st.builds(chunk, st.integers(0, 4), st.integers(0, 2), st.integers(1, 3), st.binary()),
        max_size=30,
    )
)
def test_no_sequence_of_messages_raises_anything_but_closing(messages):
    """And every text gets at most one answer; nothing is left reserved."""
    office = Office()
    peer = Peer(office, clock=lambda: 0.0, wake=lambda: None)
    for message in messages:
        try:
            peer.receive(message)
        except Closing:
            break
    assert len(drain(peer)) <= len(messages)
    peer.close()
    assert office.reserved == 0
