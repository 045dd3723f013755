"""The judge that reads off two frames in a row which action was taken between them.

Trained on pairs of the real game, in worlds of its own, and roughened as dreams are rough. It is
made when first needed, in about a minute, and kept in the user's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from toolkit.data.games.crafter import COLUMNS, ROWS, Crafter
from toolkit.data.games.crafter_player import CrafterPlayer
from toolkit.evaluation.crafter_takes import condition, waiting

Frames = NDArray[np.uint8]
SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
"""Ways the camera may have moved, cells down and right."""
CODE = 24
"""Values that a pair of cells is put into."""
LAGS = (-2, -1, 0, 1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class InverseRecipe:
    """How the judge is trained; another recipe is another judge."""

    version: int = 3
    seed: int = 2_000_000
    """First of the worlds it learns in; the evaluated ones begin at 1,000,000."""
    worlds: int = 40
    steps: int = 100
    """Actions in each."""
    tried: int = 2
    """Further actions that are tried at every step."""
    hidden: int = 128
    epochs: int = 12
    batch: int = 128
    rate: float = 3e-3


class PairCode(nn.Module):
    """Two sights of a cell as a few values; the same for every cell."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3 * 192, 64), nn.ReLU(), nn.Linear(64, CODE))

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        """``[B, cells * CODE]`` of cells ``[B, cells, 192]`` in [0, 1]."""
        return self.layers(torch.cat([before, after, (after - before) * 2], -1)).flatten(1)


class InverseDynamics(nn.Module):
    """What moved, and what became of the player's surroundings and belongings: one action."""

    def __init__(self, actions: int, hidden: int) -> None:
        super().__init__()
        self.near, self.held = PairCode(), PairCode()
        width = len(SHIFTS) * ROWS * COLUMNS + (9 + 2 * COLUMNS) * CODE
        self.first = nn.Linear(width, hidden)
        self.last = nn.Linear(hidden, actions)

    def forward(self, before: Tensor, after: Tensor) -> Tensor:
        """Logits ``[B, actions]`` of frames f32 ``[B, 72, 72, 3]`` in [0, 1]."""
        top, row, column = ROWS * 8, (ROWS // 2 - 1) * 8, (COLUMNS // 2 - 1) * 8
        moved = [unlike(before[:, :top], after[:, :top], *shift) for shift in SHIFTS]
        near = [_cells(f[:, row : row + 24, column : column + 24]) for f in (before, after)]
        held = [_cells(f[:, top:]) for f in (before, after)]
        seen = torch.cat([*moved, self.near(*near), self.held(*held)], 1)
        return self.last(F.dropout(F.relu(self.first(seen)), 0.2, self.training))


def _cells(part: Tensor) -> Tensor:
    """Cells ``[B, cells, 192]`` of a part of frames ``[B, H, W, 3]``."""
    batch, height, width, _ = part.shape
    cut = part.reshape(batch, height // 8, 8, width // 8, 8, 3).transpose(2, 3)
    return cut.reshape(batch, -1, 192)


def unlike(before: Tensor, after: Tensor, down: int, right: int) -> Tensor:
    """How unlike each cell is, were the camera to have moved so, ``[B, 63]``; -1 is not known."""
    shown = torch.roll(before, (-8 * down, -8 * right), (1, 2))
    off = F.avg_pool2d((shown - after).abs().mean(-1)[:, None], 8)[:, 0] * 4
    if down:
        off[:, -1 if down > 0 else 0] = -1
    if right:
        off[:, :, -1 if right > 0 else 0] = -1
    return off.flatten(1)


@torch.no_grad()
def guess_actions(judge: InverseDynamics, frames: Frames) -> NDArray[np.int64]:
    """The action between each two frames in a row of uint8 ``[N + 1, 72, 72, 3]``: ``[N]``."""
    pixels = torch.from_numpy(frames.astype(np.float32) / 255)
    return judge(pixels[:-1], pixels[1:]).argmax(1).numpy()


def lag_of(
    guesses: list[NDArray[np.int64]], actions: list[NDArray[np.int64]]
) -> tuple[int, dict[str, float]]:
    """The lag at which guesses agree most with what was done, and how much at each lag.

    Of lag 1 a guess is held against the action before.
    """
    agree: dict[str, float] = {}
    for lag in LAGS:
        pairs = [_lagged(g, a, lag) for g, a in zip(guesses, actions, strict=True)]
        agree[str(lag)] = float(np.concatenate(pairs).mean())
    return int(max(agree, key=lambda lag: agree[lag])), agree


def _lagged(guesses: NDArray[np.int64], actions: NDArray[np.int64], lag: int) -> NDArray[np.bool_]:
    count = len(actions) - abs(lag)
    return guesses[max(lag, 0) :][:count] == actions[max(-lag, 0) :][:count]


def inverse_judge(
    folder: Path,
    *,
    recipe: InverseRecipe | None = None,
    game: Crafter | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> InverseDynamics:
    """The judge kept in the folder; it is trained and put there when it is not."""
    recipe, game = recipe or InverseRecipe(), game or Crafter(gifts=True)
    judge = InverseDynamics(len(game.action_names), recipe.hidden)
    name = "_".join(str(value) for value in asdict(recipe).values())
    path = folder / f"inverse_dynamics_{name}.safetensors"
    if path.is_file():
        judge.load_state_dict(load_file(path))
        return judge.eval()
    report(f"training the judge of actions on {recipe.worlds * recipe.steps} real pairs")
    train_inverse(judge, recipe, list(real_pairs(recipe, game)))
    folder.mkdir(parents=True, exist_ok=True)
    save_file(judge.state_dict(), path)
    return judge.eval()


def real_pairs(recipe: InverseRecipe, game: Crafter) -> Iterator[tuple[Frames, Frames, int]]:
    """Before, after and the action, of actions that did something and of waiting."""
    for index in range(recipe.worlds):
        rng = np.random.default_rng([recipe.seed + index, 6])
        game.reset(recipe.seed + index, time=int(rng.integers(40)))
        player = CrafterPlayer(game, rng)
        for step in range(recipe.steps):
            if step % 5 == 0:
                game.env._player.inventory.update(_belongings(rng))
            before, idle = game.env.render(), waiting(game)
            others = rng.choice(np.arange(5, len(game.action_names)), recipe.tried, replace=False)
            for action in (0, *others.tolist()) if step % 4 == 0 else others.tolist():
                yield from _pair(game.branch(), before, idle, action)
            chosen = player.act() if rng.random() < 0.7 else int(rng.choice(others))
            yield from _pair(game, before, idle, chosen)
            if game.env._player.health <= 0:
                break


def _pair(
    game: Crafter, before: Frames, idle: tuple[object, ...], action: int
) -> Iterator[tuple[Frames, Frames, int]]:
    """The pair of an action, if it is waiting, or does what waiting does not; never of sleep."""
    action = 0 if game.action_names[action] == "sleep" else action
    after = game.step(action)
    if action == 0 or condition(game) != idle:
        yield before, after.frame, action


def _belongings(rng: np.random.Generator) -> dict[str, int]:
    """Any amounts of anything, so that no action is rare."""
    few = ("wood", "stone", "sapling", "coal", "iron", "health", "food", "drink", "energy")
    tools = ("wood_pickaxe", "stone_pickaxe", "iron_pickaxe", "wood_sword", "stone_sword",
             "iron_sword")  # fmt: skip
    return {name: int(rng.integers(1, 9)) for name in few} | {
        name: int(rng.integers(3)) for name in tools
    }


def train_inverse(
    judge: InverseDynamics, recipe: InverseRecipe, pairs: list[tuple[Frames, Frames, int]]
) -> None:
    """Fit the judge to pairs of frames, half of them roughened."""
    torch.manual_seed(recipe.seed)
    before, after = (torch.from_numpy(np.stack([pair[i] for pair in pairs])) for i in (0, 1))
    actions = torch.tensor([pair[2] for pair in pairs])
    weights = torch.bincount(actions)[actions].double() ** -0.5
    optimizer = torch.optim.AdamW(judge.parameters(), lr=recipe.rate, weight_decay=0.05)
    steps = recipe.epochs * (len(pairs) // recipe.batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=steps)
    judge.train()
    for _ in range(steps):
        chosen = torch.multinomial(weights, recipe.batch, replacement=True)
        first, second = (roughened(frames[chosen].float() / 255) for frames in (before, after))
        loss = F.cross_entropy(judge(first, second), actions[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def roughened(frames: Tensor) -> Tensor:
    """Half of the calls: with light noise, or partly blurred."""
    kind = float(torch.rand(()))
    if kind < 0.25:
        return frames + torch.randn_like(frames) * 0.03
    if kind < 0.5:
        soft = F.avg_pool2d(frames.permute(0, 3, 1, 2), 3, 1, 1).permute(0, 2, 3, 1)
        return frames.lerp(soft, float(torch.rand(())) * 0.5)
    return frames
