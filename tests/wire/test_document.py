import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import toolkit.server
from toolkit.wire.document import asyncapi, example_json, markdown
from toolkit.wire.examples import EXAMPLES
from toolkit.wire.fields import TERMINAL

FOLDER = Path(toolkit.server.__file__).parent


def test_the_asyncapi_document_is_the_generated_one():
    """If not: ``python -m toolkit.wire.document toolkit/server``."""
    assert json.loads((FOLDER / "asyncapi.json").read_text("utf-8")) == asyncapi()


def test_the_page_ends_with_the_generated_messages():
    assert (FOLDER / "protocol.md").read_text("utf-8").endswith("\n\n" + markdown())


def resolve(document: dict[str, Any], pointer: str) -> Any:
    found: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        found = found[part]
    return found


def pointers(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [p for inner in value.values() for p in pointers(inner)]
    return [p for inner in value for p in pointers(inner)] if isinstance(value, list) else []


def test_every_reference_leads_somewhere():
    document = asyncapi()
    found = pointers(document)
    assert len(found) > 80
    for pointer in found:
        assert resolve(document, pointer)


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_examples_fit_their_schema(message):
    document = asyncapi()
    body = example_json(message)
    schema = {
        **document["components"]["schemas"][body["type"]],
        "components": document["components"],
    }
    Draft202012Validator(schema).validate(body)


def test_the_page_names_every_state_and_every_message():
    page = (FOLDER / "protocol.md").read_text("utf-8")
    for word in (*TERMINAL, *(example_json(message)["type"] for message in EXAMPLES)):
        assert f"`{word}`" in page
