import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.vectors import BAD_CLIENT, VECTORS, controls
from toolkit.errors import BadRequest
from toolkit.wire.answers import SERVER_MESSAGES
from toolkit.wire.asks import CLIENT_MESSAGES, Hello, JobSubmit, Ping, StreamStop
from toolkit.wire.codec import (
    MAX_NODES,
    TYPE_NAMES,
    decode_client,
    decode_server,
    encode,
    message_id,
)
from toolkit.wire.examples import CLIENT_EXAMPLES, EXAMPLES, SERVER_EXAMPLES

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_every_message_has_an_example():
    kinds = dict.fromkeys(type(message) for message in CLIENT_EXAMPLES)
    assert list(kinds) == list(CLIENT_MESSAGES.values())
    assert [type(message) for message in SERVER_EXAMPLES] == list(SERVER_MESSAGES.values())


def test_the_vectors_are_the_examples():
    assert (VECTORS / "controls.json").read_text("utf-8") == controls()


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: TYPE_NAMES[type(message)])
def test_messages_come_back_equal(message):
    decode = decode_client if message in CLIENT_EXAMPLES else decode_server
    assert decode(encode(message)) == message


@pytest.mark.parametrize("name", BAD_CLIENT)
def test_refused(name: str):
    with pytest.raises(BadRequest):
        decode_client(BAD_CLIENT[name])


def test_the_type_stands_first():
    assert encode(Ping(id="a")) == '{"type":"ping","id":"a"}'


def test_a_whole_float_is_a_whole_number():
    """Godot writes every number as a float."""
    assert decode_client('{"type":"stream.stop","stream":3.0}') == StreamStop(stream=3)


def test_a_newer_server_may_say_more():
    assert decode_server('{"type":"pong","re":"a","news":1}').re == "a"


def test_too_many_values_are_refused():
    wide = json.dumps({"type": "job.submit", "job": "a", "request": {"a": [0] * MAX_NODES}})
    with pytest.raises(BadRequest, match="over 20000 values"):
        decode_client(wide)


def test_an_error_can_name_the_message_it_refuses():
    assert message_id('{"type":"oops","id":"c7","x":1}') == "c7"
    assert message_id('{"type":"oops"}') == ""


def test_long_texts_are_refused_before_they_are_parsed():
    with pytest.raises(BadRequest, match="characters; at most"):
        decode_client(" " * (2**20 + 1))


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_decodes_or_is_refused(text: str):
    for decode in (decode_client, decode_server):
        try:
            decoded = decode(text)
        except BadRequest:
            continue
        assert decode(encode(decoded)) == decoded


@given(st.sampled_from(EXAMPLES), st.data(), json_values)
def test_any_value_in_any_field_decodes_or_is_refused(message, data, value):
    body = json.loads(encode(message))
    body[data.draw(st.sampled_from(sorted(body)))] = value
    text = json.dumps(body)
    for decode in (decode_client, decode_server):
        try:
            decoded = decode(text)
        except BadRequest:
            continue
        assert decode(encode(decoded)) == decoded


def test_hello_keeps_its_defaults():
    assert decode_client('{"type":"hello"}') == Hello(max_frame=49152)


def test_request_objects_pass_untouched():
    text = '{"type":"job.submit","job":"a","request":{"prompt":"x","deep":{"list":[1,2.5,null]}}}'
    message = decode_client(text)
    assert isinstance(message, JobSubmit)
    assert message.request == {"prompt": "x", "deep": {"list": [1, 2.5, None]}}
