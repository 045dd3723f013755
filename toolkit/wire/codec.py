"""Control messages to JSON text and back; everything foreign is checked here, once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, NoReturn, Union, cast, get_args, get_origin
from typing import get_type_hints as type_hints

from toolkit.errors import BadRequest
from toolkit.wire.answers import SERVER_MESSAGES, ServerMessage
from toolkit.wire.asks import CLIENT_MESSAGES, ClientMessage
from toolkit.wire.fields import RECORDS, SAFE_INTEGER, Range, Text

MAX_TEXT = 1024 * 1024
"""Bytes of a control message."""
MAX_DEPTH = 12
MAX_NODES = 20_000
"""Values in one message, counting each list and object."""
Message = ClientMessage | ServerMessage
TYPE_NAMES: Mapping[type[Message], str] = MappingProxyType(
    {kind: name for table in (CLIENT_MESSAGES, SERVER_MESSAGES) for name, kind in table.items()}
)


def encode(message: Message) -> str:
    """The message as one line of JSON with its ``type`` first."""
    body = {"type": TYPE_NAMES[type(message)], **to_json(message)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def decode_client(text: str) -> ClientMessage:
    """The message that a client sent.

    Raises:
        BadRequest: no JSON object, no known type, an unknown or missing field, a wrong value.
    """
    return cast(ClientMessage, _decode(text, CLIENT_MESSAGES))


def decode_server(text: str) -> ServerMessage:
    """The message that a server sent; fields that this version does not know are passed over.

    Raises:
        BadRequest: as ``decode_client``.
    """
    return cast(ServerMessage, _decode(text, SERVER_MESSAGES, strict=False))


def message_id(text: str) -> str:
    """The ``id`` of a message that could not be decoded, or empty: it lets an error name it."""
    found = re.search(r'"id"\s*:\s*"([0-9A-Za-z_.-]{1,64})"', text[:4096])
    return found[1] if found else ""


def to_json(value: Any) -> Any:
    """Dataclasses as objects and tuples as lists, all the way down."""
    if is_dataclass(value) and not isinstance(value, type):
        return {entry.name: to_json(getattr(value, entry.name)) for entry in fields(value)}
    if isinstance(value, Mapping):
        return {key: to_json(inner) for key, inner in cast(Mapping[str, Any], value).items()}
    if isinstance(value, tuple | list):
        return [to_json(inner) for inner in cast(list[Any], value)]
    return value


def from_json(kind: Any, value: Any, *, strict: bool = True) -> Any:
    """A value of that annotation out of decoded JSON.

    Raises:
        BadRequest: it does not fit; the message says where and what is allowed.
    """
    return _read(kind, value, "", strict)


def parse(text: str) -> dict[str, Any]:
    """The JSON object of a text, bounded in depth and number of values.

    Raises:
        BadRequest: it is none, repeats a key, or goes beyond the bounds.
    """
    if len(text) > MAX_TEXT:
        _refuse(f"message has {len(text)} characters; at most {MAX_TEXT}")
    try:
        body: Any = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"message is not JSON: {error}.") from error
    if not isinstance(body, dict):
        _refuse('message is no JSON object; write {"type": ...}')
    _bound(body)
    return cast(dict[str, Any], body)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    body = dict(pairs)
    if len(body) != len(pairs):
        raise ValueError("a key comes twice")
    return body


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _bound(body: Any) -> None:
    """Refuse what is nested too deep or has too many values; without recursion."""
    level: list[Any] = [body]
    count = depth = 0
    while level:
        count, depth = count + len(level), depth + 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            _refuse(f"message is nested deeper than {MAX_DEPTH} or has over {MAX_NODES} values")
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += cast(dict[str, Any], value).values()
            elif isinstance(value, list):
                inner += cast(list[Any], value)
        level = inner


def _decode(text: str, table: Mapping[str, Any], *, strict: bool = True) -> Any:
    body = parse(text)
    name = body.pop("type", None)
    if not isinstance(name, str) or name not in table:
        _refuse(f"type is {name!r:.60}; choose from {', '.join(table)}")
    return _read_object(table[name], body, name, strict)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message as its annotation describes it."""

    name: str
    kind: Any
    required: bool


def fields_of(kind: Any) -> tuple[Field, ...]:
    """The fields of a dataclass with their resolved annotations."""
    hints = type_hints(kind, include_extras=True)
    return tuple(
        Field(
            name=entry.name,
            kind=hints[entry.name],
            required=entry.default is MISSING and entry.default_factory is MISSING,
        )
        for entry in fields(kind)
    )


SHAPES: Mapping[Any, tuple[Field, ...]] = MappingProxyType(
    {kind: fields_of(kind) for kind in (*TYPE_NAMES, *RECORDS)}
)
"""Resolved once: looking annotations up costs more than reading a message."""


def _read_object(kind: Any, body: Mapping[str, Any], where: str, strict: bool) -> Any:
    known = SHAPES[kind]
    names = {entry.name for entry in known}
    if strict and (unknown := sorted(set(body) - names)):
        _refuse(f"{where} has no field {unknown[0]!r:.60}; fields are {', '.join(sorted(names))}")
    values: dict[str, Any] = {}
    for entry in known:
        if entry.name in body:
            path = f"{where}.{entry.name}" if where else entry.name
            values[entry.name] = _read(entry.kind, body[entry.name], path, strict)
        elif entry.required:
            _refuse(f"{where} lacks the field {entry.name!r}")
    return kind(**values)


def _read(kind: Any, value: Any, where: str, strict: bool) -> Any:
    origin = get_origin(kind)
    if origin is Annotated:
        inner, rule = get_args(kind)
        return _ruled(_read(inner, value, where, strict), rule, where)
    if origin is Literal:
        if value not in get_args(kind) or not isinstance(value, str):
            _refuse(f"{where} is {value!r:.60}; choose from {', '.join(get_args(kind))}")
        return value
    if origin in (Union, UnionType):
        (inner,) = (option for option in get_args(kind) if option is not NoneType)
        return None if value is None else _read(inner, value, where, strict)
    if origin is tuple:
        if not isinstance(value, list):
            _refuse(f"{where} is {value!r:.60}; must be a list")
        entries = enumerate(cast(list[Any], value))
        return tuple(_read(get_args(kind)[0], item, f"{where}[{i}]", strict) for i, item in entries)
    if is_dataclass(kind):
        if not isinstance(value, dict):
            _refuse(f"{where} is {value!r:.60}; must be an object")
        return _read_object(kind, cast(dict[str, Any], value), where, strict)
    return _read_plain(origin or kind, value, where)


WORDS: Mapping[Any, str] = MappingProxyType(
    {
        Mapping: "an object", str: "text", bool: "true or false", int: "a whole number",
        float: "a number",
    }
)  # fmt: skip


def _read_plain(kind: Any, value: Any, where: str) -> Any:
    if kind is Mapping and isinstance(value, dict):
        return cast(dict[str, Any], value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value) if abs(value) <= SAFE_INTEGER else value
    if kind is int and isinstance(value, float) and value.is_integer():
        value = int(value)  # Godot writes every number as a float
    if kind is Mapping or type(value) is not kind:
        _refuse(f"{where} is {value!r:.60}; must be {WORDS[kind]}")
    return value


def _ruled(value: Any, rule: Text | Range, where: str) -> Any:
    match rule:
        case Text(longest=longest, pattern=pattern):
            if len(value) > longest:
                _refuse(f"{where} has {len(value)} characters; at most {longest}")
            if pattern and not re.fullmatch(pattern, value):
                _refuse(f"{where} is {value!r:.80}; must match {pattern}")
            if value.encode("utf-8", "replace").decode() != value:
                _refuse(f"{where} holds half a character; take it out")
        case Range(low=low, high=high):
            if not low <= value <= high:
                _refuse(f"{where} is {value}; must be {low:.15g} to {high:.15g}")
    return value


def _refuse(sentence: str) -> NoReturn:
    raise BadRequest(f"{sentence}.")
