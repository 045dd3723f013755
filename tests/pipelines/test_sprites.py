import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.tiny_bundle import write_tiny_bundle
from toolkit.errors import JobCancelled
from toolkit.generate import generate
from toolkit.messages import DIRECTIONS, Progress, SpriteRequest, decode_request
from toolkit.pipelines.takes import plan
from toolkit.postprocess.pixelate import snap_to_grid
from toolkit.runtime.model_card import Look
from toolkit.runtime.models import Models, load_models

REQUEST = SpriteRequest(prompt="a red knight", num_frames=3, num_inference_steps=4)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return load_models(write_tiny_bundle(tmp_path_factory.mktemp("b") / "bundle"), threads=1)


def test_the_same_request_makes_the_same_bytes_and_another_seed_others(models: Models):
    first, second = generate(REQUEST, models), generate(REQUEST, models)
    np.testing.assert_array_equal(first.frames, second.frames)
    assert first.metadata == second.metadata
    other = generate(replace(REQUEST, seed=1), models)
    assert (first.frames != other.frames).any()


def test_metadata_holds_the_whole_request(models: Models):
    clip = generate(REQUEST, models)
    assert decode_request(clip.metadata["request"]) == REQUEST
    assert clip.metadata["bundle"] == models.card.hash
    assert clip.metadata["sampler"] == REQUEST.sampler


def test_a_sheet_has_a_tag_for_each_action_and_direction(models: Models):
    clip = generate(replace(REQUEST, actions=("walk", "attack"), directions=4), models)
    names = [tag.name for tag in clip.tags]
    assert names[:4] == ["walk_down", "walk_left", "walk_right", "walk_up"]
    assert len(names) == 8
    assert [tag.loop for tag in clip.tags] == [True] * 4 + [False] * 4
    assert clip.num_frames == 24
    assert [tag.start for tag in clip.tags] == list(range(0, 24, 3))


@pytest.mark.parametrize(
    ("prompt", "loop"),
    [
        ("a red knight walking right", True),
        ("a green slime", True),
        ("an orc attacking", False),
        ("a wizard casting a spell", False),
        ("an explosion", False),
        ("an explorer in a castle", True),
    ],
)
def test_the_prompt_says_whether_the_motion_closes(prompt: str, loop: bool):
    assert [take.loop for take in plan(replace(REQUEST, prompt=prompt))] == [loop]
    assert not plan(replace(REQUEST, prompt=prompt, loop=False))[0].loop


def test_one_view_is_the_right_unless_the_prompt_names_its_own():
    one = replace(REQUEST, directions=1)
    assert [(take.name, take.prompt) for take in plan(one)] == [
        ("right", "a red knight, facing right")
    ]
    named = plan(replace(one, prompt="a red knight facing the viewer", actions=("walk",)))
    assert [(take.name, take.prompt) for take in named] == [
        ("walk", "a red knight facing the viewer walking")
    ]


def test_without_directions_the_prompt_stays_as_it_is():
    assert [take.prompt for take in plan(REQUEST)] == ["a red knight"]


def test_all_eight_views():
    takes = plan(replace(REQUEST, actions=("run",), directions=8))
    assert [take.name for take in takes] == [f"run_{direction}" for direction in DIRECTIONS]


def test_any_canvas_and_one_frame(models: Models):
    clip = generate(replace(REQUEST, width=32, height=80, num_frames=1), models)
    assert clip.frames.shape == (1, 80, 32, 4)


def test_the_given_image_is_the_first_frame(models: Models):
    art = np.zeros((64, 64, 4), np.uint8)
    art[20:60, 16:48] = (200, 40, 40, 255)
    art[30:34, 24:28] = (250, 250, 250, 255)
    buffer = io.BytesIO()
    Image.fromarray(art).save(buffer, "PNG")
    clip = generate(replace(REQUEST, image=buffer.getvalue()), models)
    np.testing.assert_array_equal(clip.frames[0], art)
    assert (clip.frames[1] != art).any()


def test_every_step_is_reported_with_a_preview(models: Models):
    seen: list[Progress] = []

    def watch(progress: Progress, preview: np.ndarray) -> None:
        assert preview.shape == (3, 64, 64, 4)
        assert preview.dtype == np.uint8
        seen.append(progress)

    generate(replace(REQUEST, actions=("idle",), directions=2), models, on_progress=watch)
    expected = [
        Progress(step=step, num_steps=4, label=label)
        for label in ("idle_right", "idle_left")
        for step in (1, 2, 3, 4)
    ]
    assert seen == expected


def test_cancel_between_two_steps(models: Models):
    steps: list[int] = []
    with pytest.raises(JobCancelled, match="after 2 of 4"):
        generate(
            REQUEST,
            models,
            on_progress=lambda progress, _: steps.append(progress.step),
            cancelled=lambda: len(steps) == 2,
        )


def in_style(models: Models) -> Models:
    look = Look(pitch=4, palette=("0000ff", "101010"))
    return replace(models, card=replace(models.card, look=look))


def test_a_style_draws_in_its_own_pixels_and_colours(models: Models):
    clip = generate(REQUEST, in_style(models))
    assert np.array_equal(snap_to_grid(clip, pitch=4).frames, clip.frames)
    colors = np.unique(clip.frames[clip.frames[..., 3] > 0][:, :3], axis=0)
    assert set(map(tuple, colors.tolist())) <= {(0, 0, 255), (16, 16, 16)}
    assert not np.array_equal(clip.frames, generate(REQUEST, models).frames)


def test_colours_asked_for_go_before_a_styles_and_a_given_image_keeps_its_own(models: Models):
    red = generate(replace(REQUEST, palette=("ff0000",)), in_style(models))
    assert {*map(tuple, red.frames[red.frames[..., 3] > 0][:, :3].tolist())} == {(255, 0, 0)}
    frame = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    frame[..., 3] = 255
    file = io.BytesIO()
    Image.fromarray(frame).save(file, "PNG")
    clip = generate(replace(REQUEST, image=file.getvalue()), in_style(models))
    np.testing.assert_array_equal(clip.frames[0], frame)


def test_a_palette_is_kept_over_all_frames(models: Models, tmp_path: Path):
    clip = generate(replace(REQUEST, palette=("ff0000", "101010")), models)
    opaque = clip.frames[clip.frames[..., 3] > 0][:, :3]
    assert {tuple(color) for color in opaque.tolist()} <= {(255, 0, 0), (16, 16, 16)}
