"""``playreel train`` and ``evaluate``: they need torch and load it only when called."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from toolkit.commands.console import json_flag, note, say, say_json
from toolkit.errors import BadRequest, ModelNotFound, PlayreelError
from toolkit.runtime.model_card import read_card
from toolkit.runtime.models import DEFAULT_BUNDLE
from toolkit.writable import require_writable

folder_path = click.Path(path_type=Path, file_okay=False)
any_path = click.Path(path_type=Path)
file_path = click.Path(path_type=Path, dir_okay=False)
MAX_THREADS = 256


def island(module: str) -> Any:
    """A module of the torch island, ``toolkit.<module>``.

    Raises:
        PlayreelError: torch, or another library of the train extra, is not installed.
    """
    with train_extra():
        return import_module(f"toolkit.{module}")


@contextmanager
def train_extra() -> Generator[None]:
    """What runs inside may need the train extra.

    Raises:
        PlayreelError: a library of it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "toolkit").split(".")[0] in ("toolkit", "exporters"):
            raise
        raise PlayreelError(
            f"this command needs {error.name}; pip install 'playreel[train]'."
        ) from error


@click.group("train")
def train_group() -> None:
    """Train the clip model, and turn a run into a bundle (needs the train extra)."""


@train_group.command("clip")
@click.option(
    "--run",
    type=folder_path,
    help="Folder of the checkpoint, the log and the sample sheets (runs/RECIPE).",
)
@click.option(
    "--hours",
    type=float,
    help="Length of the whole run, over all its sessions (8; for a style 0.4).",
)
@click.option("--packs", type=folder_path, help="Folder of training packs; none: drawn figures.")
@click.option("--recipe", help="Name of the recipe (clip; for a style style).")
@click.option("--resume", is_flag=True, help="Go on with the run's checkpoint.")
@click.option(
    "--init", "initial", type=any_path, help="Checkpoint or bundle folder that starts the run."
)
@click.option("--style", type=folder_path, help="Folder of 20 to 200 sprites to draw like.")
@click.option(
    "-o", "--out", type=folder_path, help="For a style: bundle folder to (re)place (RUN/bundle)."
)
@click.option("--threads", type=click.IntRange(1, MAX_THREADS), default=2, show_default=True)
@click.option(
    "--nice",
    type=click.IntRange(0, 19),
    default=0,
    show_default=True,
    help="How far to give way to other programs.",
)
@click.option("--compile/--no-compile", default=True, help="Compile the network first.")
@json_flag
def train_clip(
    recipe: str | None,
    run: Path | None,
    hours: float | None,
    style: Path | None,
    out: Path | None,
    nice: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Train the clip model until its hours are spent; Ctrl-C keeps the last checkpoint.

    With --style, teach the shipped bundle (or --init's) the look of your own sprites: PNG, GIF,
    WebP, or sheets with Aseprite's JSON beside them, named for what they show. The new bundle
    and a measurement before and after come out, in under half an hour on two cores.
    """
    name = recipe or ("style" if style else "clip")
    run, hours = run or Path("runs") / name, (0.4 if style else 8.0) if hours is None else hours
    chosen = find_recipe(name, island("training.recipes").RECIPES)
    if not 0 < hours <= 10_000:
        raise BadRequest(f"hours is {hours}; must be above 0 and at most 10000.")
    require_writable(run)
    trainer = island("training.trainer")
    trainer.lower_priority(nice)
    settings = trainer.RunOptions(run=run, hours=hours, **options)
    if style is not None:
        learn_style(chosen, settings, style, out or run / "bundle", as_json=as_json)
        return
    if out is not None:
        raise BadRequest("-o goes with --style; make a bundle of a run with playreel train bundle.")
    state = trainer.train(chosen, settings, report=note)
    if not island("training.processes").Processes().is_main:
        return
    result = {"run": str(run), "step": state.step, "hours": state.seconds / 3600}
    if as_json:
        say_json(result)
    else:
        say(f"{run}: step {state.step}, {state.seconds / 3600:.2f} hours")


@train_group.command("bundle")
@click.option("--run", type=folder_path, required=True, help="Folder of a training run.")
@click.option("-o", "--out", type=folder_path, required=True, help="Bundle folder to (re)place.")
@click.option("--recipe", default="clip", show_default=True, help="Recipe of the run.")
@click.option("--packs", type=folder_path, help="Folder of the packs it learned from.")
@click.option("--teacher", type=folder_path, help="For a student: bundle it joins (the shipped).")
@click.option(
    "--keep-student",
    type=folder_path,
    help="Bundle the run started from: its student comes along, moved as its teacher was.",
)
@click.option(
    "--blend",
    type=folder_path,
    help="Bundle whose weights are averaged with the run's.",
)
@click.option(
    "--blend-share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="How much of the average is the run's.",
)
@click.option(
    "--precision",
    type=click.Choice(["fp16", "int8"]),
    default="int8",
    show_default=True,
    help="Of the blocks' matrices; int8 is faster, fp16 computes in fp32.",
)
@json_flag
def train_bundle(
    run: Path,
    out: Path,
    recipe: str,
    packs: Path | None,
    teacher: Path | None,
    keep_student: Path | None,
    blend: Path | None,
    blend_share: float,
    precision: str,
    as_json: bool,
) -> None:
    """Export the run's averaged weights to a bundle of ONNX files.

    A student's few-step network joins the bundle that it was distilled from. A further run may
    take along the student of the bundle that it started from (--keep-student). A short one often
    does best averaged with that bundle (--blend).
    """
    chosen = find_recipe(recipe, island("training.recipes").RECIPES)
    if teacher is not None and chosen.student is None:
        raise BadRequest(f"--teacher goes with a student, and {recipe} trains none; leave it out.")
    if keep_student is not None and chosen.student is not None:
        raise BadRequest(f"{recipe} makes a student of its own; leave out --keep-student.")
    require_writable(out)
    checkpoints, network = island("training.checkpoint"), island("training.network")
    weights = network.clip_weights(chosen.preset)
    optimizers = island("training.optimizers").build_optimizers(weights.master, chosen)
    state = checkpoints.load_checkpoint(run / "checkpoint.pt", weights, optimizers)
    names = sorted(path.stem for path in packs.glob("*.zip")) if packs else []
    out.parent.mkdir(parents=True, exist_ok=True)
    tower, transformer = weights.ema.tower, weights.ema.transformer
    training = {
        "recipe": recipe,
        "steps": state.steps_in_all,
        "hours": round(state.hours_in_all, 3),
        "data": ["procedural", *names],
    }
    if blend is not None:
        training["blended_with"] = read_card(existing_bundle(blend)).hash
        training["blend_share"] = blend_share
        island("training.blending").blend(weights.ema, chosen.preset, blend, share=blend_share)
    students = island("model.export_student")
    if chosen.student is not None:
        student = {**student_card(chosen.student), "training": training}
        students.export_student(
            tower, transformer, existing_bundle(teacher), out, student=student, precision=precision
        )
    elif keep_student is not None:
        students.export_beside_student(
            tower, transformer, chosen.preset, keep_student, out,
            training=training, precision=precision,
        )  # fmt: skip
    else:
        island("model.export_onnx").export_bundle(
            tower, transformer, chosen.preset, out, training=training, precision=precision
        )
    if as_json:
        say_json({"bundle": str(out), "step": state.step})
    else:
        say(f"{out}: step {state.step}")


def learn_style(chosen: Any, settings: Any, style: Path, out: Path, *, as_json: bool) -> None:
    """Learn the style, write the bundle, and say what changed on the sprites kept out."""
    if settings.packs is not None:
        raise BadRequest("--packs does not go with --style; the folder is all that is learned.")
    require_writable(out)
    own = island("training.own_style")
    start = existing_bundle(settings.initial)
    result = own.learn_style(
        chosen, own.StyleOptions(folder=style, bundle=start, out=out), settings, report=note
    )
    if as_json:
        say_json({"bundle": str(out), **result})
        return
    for name in result["before"]:
        before, after, real = (
            "-" if (value := result[part].get(name)) is None else f"{value:.3g}"
            for part in ("before", "after", "real")
        )
        say(f"{name}: {before} -> {after} (the sprites themselves: {real})")
    say(str(out))


def student_card(plan: Any) -> dict[str, Any]:
    """What a bundle says about the few-step network of that plan."""
    return {
        "num_inference_steps": plan.num_inference_steps,
        "guidance_scale": plan.guidance_scale,
    }


def find_recipe(name: str, recipes: Mapping[str, Callable[[], Any]]) -> Any:
    """The recipe of that name.

    Raises:
        BadRequest: there is none.
    """
    if name not in recipes:
        raise BadRequest(f"recipe is {name!r}; choose from {', '.join(recipes)}.")
    return recipes[name]()


@click.group("evaluate")
def evaluate_group() -> None:
    """Measure a bundle against what it never saw (needs the train extra)."""


def existing_bundle(bundle: Path | None) -> Path:
    """The folder given, or the shipped bundle.

    Raises:
        ModelNotFound: there is no such folder.
    """
    folder = bundle or DEFAULT_BUNDLE
    if not folder.is_dir():
        raise ModelNotFound(f"{folder} is no bundle folder; give one that playreel train made.")
    return folder
