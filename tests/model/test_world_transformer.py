import torch

from toolkit.model.presets import WORLD_PRESETS
from toolkit.model.transformer import rotate
from toolkit.model.world_transformer import BLOCKED, WorldTransformer
from toolkit.runtime.world_bundle import WorldShape

SHAPE = WorldShape(
    game="dots", action_names=("noop", "left", "right"), fps=10.0, rows=3, columns=4, view_rows=2,
    motions=((0.0, 0.0), (0.0, -1.0), (0.0, 1.0)), recents=2, keyframes=1,
)  # fmt: skip
FRAMES = 3


def network() -> WorldTransformer:
    torch.manual_seed(0)
    made = WorldTransformer(WORLD_PRESETS["world-tiny"], SHAPE)
    for layer in (made.modulation, made.final_modulation, made.unembed):
        torch.nn.init.normal_(layer.weight, std=0.05)
    torch.nn.init.normal_(made.replaced.weight, std=0.05)
    return made.eval()


def inputs(places: torch.Tensor) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    noisy = torch.randn(1, FRAMES, SHAPE.tokens, 192, generator=generator)
    recalled = torch.rand(1, FRAMES, SHAPE.tokens, 193, generator=generator)
    return {
        "noisy": noisy,
        "recalled": recalled,
        "places": places,
        "sigma": torch.full((1, FRAMES), 0.4),
    }


def causal() -> torch.Tensor:
    frames = torch.ones(FRAMES, FRAMES).tril().bool()
    cells = frames.repeat_interleave(SHAPE.tokens, 0).repeat_interleave(SHAPE.tokens, 1)
    return torch.where(cells, 0.0, BLOCKED)[None, None]


@torch.no_grad()
def whole(made: WorldTransformer, given: dict[str, torch.Tensor]):
    action, phase = torch.tensor([[3, 1, 2]]), torch.zeros(1, FRAMES, 2)
    told = made.condition(given["sigma"], action, phase)
    kinds = torch.zeros(1, FRAMES, SHAPE.tokens, dtype=torch.int64)
    return told, made(
        given["noisy"], given["recalled"], told, kinds, made.phases(given["places"]), causal()
    )


@torch.no_grad()
def test_a_frame_with_remembered_keys_equals_the_whole_sequence_at_once():
    made = network()
    places = torch.tensor([[[0.0, -2.0, 2.0], [0.0, -1.0, 1.0], [0.0, 0.0, 0.0]]])
    given = inputs(places)
    told, (clean, _, look, keys, values) = whole(made, given)
    cells = SHAPE.tokens
    before = made.phases(places[:, :2])
    past = [
        (rotate(key[:, :, : 2 * cells], *before), value[:, :, : 2 * cells])
        for key, value in zip(keys, values, strict=True)
    ]
    alone = made(
        given["noisy"][:, 2:], given["recalled"][:, 2:], told[:, 2:],
        torch.zeros(1, 1, cells, dtype=torch.int64),
        made.phases(places[:, 2:]), torch.zeros(1, 1, 1, 3 * cells), past,
    )  # fmt: skip
    torch.testing.assert_close(alone.clean[:, 0], clean[:, 2], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.looks[:, 0], look[:, 2], atol=1e-5, rtol=1e-4)


def test_only_the_way_between_cameras_counts_not_where_they_stand():
    made = network()
    places = torch.tensor([[[0.0, -2.0, 2.0], [0.0, -1.0, 1.0], [0.0, 0.0, 0.0]]])
    here = whole(made, inputs(places))[1][0]
    # the display does not scroll, so a shared shift would move it against the world: no display
    made.grid[:, 2:4] = 1.0
    all_world = whole(made, inputs(places))[1][0]
    shifted = whole(made, inputs(places + torch.tensor([7.0, -5.0, 0.0])))[1][0]
    torch.testing.assert_close(shifted, all_world, atol=1e-4, rtol=1e-3)
    assert not torch.allclose(here, all_world, atol=1e-4)


def test_a_later_frame_changes_nothing_before_it():
    made = network()
    given = inputs(torch.zeros(1, FRAMES, 3))
    before = whole(made, given)[1][0]
    given["noisy"][:, 2] += 1.0
    after = whole(made, given)[1][0]
    assert torch.equal(before[:, :2], after[:, :2])
    assert not torch.allclose(before[:, 2], after[:, 2])
