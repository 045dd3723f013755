"""The protocol described for others, from the same dataclasses that read it.

``python -m toolkit.wire.document FOLDER`` renews ``asyncapi.json`` and ``protocol.md`` there.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from toolkit import __version__
from toolkit.wire.answers import SERVER_MESSAGES
from toolkit.wire.asks import CLIENT_MESSAGES
from toolkit.wire.codec import TYPE_NAMES, Message, fields_of, to_json
from toolkit.wire.examples import EXAMPLES
from toolkit.wire.fields import RECORDS, SUBPROTOCOL, Range, Text

PLAIN: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def asyncapi() -> dict[str, Any]:
    """The protocol as an AsyncAPI 3.0 document."""
    kinds = {**CLIENT_MESSAGES, **SERVER_MESSAGES}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Playreel",
            "version": __version__,
            "description": f"Websocket subprotocol {SUBPROTOCOL}; binary frames in protocol.md.",
            "license": {"name": "Apache-2.0"},
        },
        "servers": {"local": {"host": "127.0.0.1:8787", "protocol": "ws"}},
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/",
                "messages": {name: _pointer("messages", name) for name in kinds},
            }
        },
        "operations": {
            "ask": _operation("receive", CLIENT_MESSAGES),
            "answer": _operation("send", SERVER_MESSAGES),
        },
        "components": {
            "messages": {name: _message(name, kind) for name, kind in kinds.items()},
            "schemas": {
                **{name: _object(kind, name) for name, kind in kinds.items()},
                **{kind.__name__: _object(kind) for kind in RECORDS},
            },
        },
    }


def _pointer(part: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{part}/{name}"}


def _operation(action: str, names: Iterable[str]) -> dict[str, Any]:
    channel = "#/channels/socket"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _message(name: str, kind: type[Message]) -> dict[str, Any]:
    examples = [example for example in EXAMPLES if type(example) is kind]
    return {
        "name": name,
        "summary": summary(kind),
        "payload": _pointer("schemas", name),
        "examples": [{"payload": example_json(example)} for example in examples],
    }


def example_json(message: Message) -> dict[str, Any]:
    """The message as a JSON object with its ``type``."""
    return {"type": TYPE_NAMES[type(message)], **to_json(message)}


def summary(kind: Any) -> str:
    """The docstring of a message on one line."""
    return " ".join((inspect.getdoc(kind) or "").split())


def _object(kind: Any, type_name: str = "") -> dict[str, Any]:
    shape = fields_of(kind)
    tag = {"type": {"const": type_name}} if type_name else {}
    return {
        "type": "object",
        "description": summary(kind),
        "properties": {**tag, **{entry.name: schema(entry.kind) for entry in shape}},
        "required": [*tag, *(entry.name for entry in shape if entry.required)],
        "additionalProperties": False,
    }


def schema(kind: Any) -> dict[str, Any]:
    """The JSON Schema of one field's annotation."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**schema(arguments[0]), **_rule(arguments[1])}
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin in (Union, UnionType):
        (inner,) = (option for option in arguments if option is not NoneType)
        return {"anyOf": [schema(inner), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": schema(arguments[0])}
    if is_dataclass(kind) and isinstance(kind, type):
        return _pointer("schemas", kind.__name__)
    return {"type": PLAIN.get(kind, "object")}


def _rule(rule: Text | Range) -> dict[str, Any]:
    match rule:
        case Text(longest=longest, pattern=pattern):
            return {"maxLength": longest, **({"pattern": f"^{pattern}$"} if pattern else {})}
        case Range(low=low, high=high):
            return {"minimum": low, "maximum": high}


def markdown() -> str:
    """Every message with its fields and its example, for protocol.md."""
    parts = ["## What a client may say", *map(_section, CLIENT_MESSAGES.items())]
    parts += ["## What the server may say", *map(_section, SERVER_MESSAGES.items())]
    parts += ["## Objects inside messages", *(_section((kind.__name__, kind)) for kind in RECORDS)]
    return "\n\n".join(parts) + "\n"


def _section(entry: tuple[str, Any]) -> str:
    name, kind = entry
    rows = [f"| `{field.name}` | {_words(field.kind)} |" for field in fields_of(kind)]
    examples = [example_json(example) for example in EXAMPLES if type(example) is kind]
    shown = [f"```json\n{json.dumps(example)}\n```" for example in examples]
    return "\n\n".join([f"### `{name}`", summary(kind), "\n".join(["| field | is |", "|---|---|",
                                                                 *rows]), *shown])  # fmt: skip


def _words(kind: Any) -> str:
    """An annotation in words."""
    found = schema(kind)
    match found:
        case {"$ref": str(target)}:
            return f"`{target.rsplit('/', 1)[-1]}`"
        case {"enum": _}:
            return ", ".join(f"`{choice}`" for choice in found["enum"])
        case {"anyOf": _}:
            return f"{_words(get_args(kind)[0])} or null"
        case {"type": "array"}:
            return f"list of {_words(get_args(kind)[0])}"
        case {"type": str(plain)}:
            return plain + _bounds(found)
        case _:
            raise AssertionError(f"no words for {found}")


def _bounds(found: Mapping[str, Any]) -> str:
    if "pattern" in found:
        return f", `{found['pattern'][1:-1]}`"
    if "maxLength" in found:
        return f", at most {found['maxLength']} characters"
    if "maximum" in found:
        return f", {found['minimum']:.15g} to {found['maximum']:.15g}"
    return ""


def write(folder: Path) -> None:
    """Write ``asyncapi.json``, and the messages of ``protocol.md`` below its own words."""
    document = json.dumps(asyncapi(), indent=1, ensure_ascii=False) + "\n"
    (folder / "asyncapi.json").write_text(document, "utf-8")
    page = folder / "protocol.md"
    own = page.read_text("utf-8").partition("## What a client may say")[0]
    page.write_text(own + markdown(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
