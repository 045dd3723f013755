import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridges.blender.jobs.deliveries import Delivery, decode_deliveries, encode_deliveries
from bridges.blender.jobs.requests import (
    SpriteForm,
    file_stem,
    form_of,
    label_of,
    sprite_body,
    turn_body,
)
from toolkit.errors import BadRequest
from toolkit.messages import SpriteRequest, TurntableRequest, decode_request, encode_request


def test_deliveries_survive_the_file():
    due = [
        Delivery(job="a", kind="plane", scene="Scene"),
        Delivery(job="b", kind="strip", scene="", name="Tower"),
    ]
    assert decode_deliveries(encode_deliveries(due)) == due


@pytest.mark.parametrize(
    "text", ["", "{", "3", "null", "[1]", '[{"job": 1}]', '[{"job":"a","kind":"x","scene":"s"}]']
)
def test_what_others_wrote_into_the_file_is_passed_over(text: str):
    assert decode_deliveries(text) == []


def test_the_form_becomes_a_request_and_comes_back():
    form = SpriteForm(
        prompt="a red knight", num_frames=12, width=96, height=48, fps=10, seed=5, loop=False,
        actions=("walk", "idle"), directions=4,
    )  # fmt: skip
    body = sprite_body(form)
    assert body["type"] == "sprites"
    assert form_of(body) == form


def test_a_request_of_another_client_fills_the_form():
    other = SpriteRequest(prompt="a cat", seed=2**60, guidance_scale=4.0)
    form = form_of(json.loads(encode_request(other)))
    assert (form.prompt, form.seed) == ("a cat", 2**31 - 1)
    assert decode_request(json.dumps(dict(sprite_body(form))))


def test_a_bad_form_is_one_sentence():
    with pytest.raises(BadRequest, match="width is 60; must be a multiple of 16"):
        sprite_body(SpriteForm(prompt="a cat", width=60))


@given(st.text(max_size=200))
def test_names_of_files_hold_plain_letters_only(text: str):
    stem = file_stem(text)
    assert 0 < len(stem) <= 40
    assert stem.replace("_", "a").isascii()
    assert stem.replace("_", "a").isalnum()


def test_names_of_files_are_the_first_words():
    assert file_stem("A Red Knight, walking right; slowly & sadly") == (
        "a_red_knight_walking_right_slowly"
    )
    assert file_stem("../../etc") == "etc"
    assert file_stem("Ритар") == "sprite"


def test_a_job_is_called_by_its_prompt_or_its_mesh():
    assert label_of({"prompt": "a cat"}) == "a cat"
    assert label_of({"prompt": "", "mesh": f"sha256:{'0' * 64}/tower.glb"}) == "tower"
    assert label_of({"mesh": 5}) == label_of({}) == ""


def test_a_turn_of_the_prompt_takes_what_it_can_of_the_form():
    form = SpriteForm(prompt="a chair", negative_prompt="fog", width=96, height=48, fps=10, seed=5)
    request = decode_request(json.dumps(turn_body(form, 12)))
    assert request == TurntableRequest(
        prompt="a chair", negative_prompt="fog", views=12, width=96, height=48, fps=10, seed=5
    )
    with pytest.raises(BadRequest, match="views is 65; must be 1 to 64"):
        turn_body(form, 65)
