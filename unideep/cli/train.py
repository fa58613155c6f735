"""`unideep train`: runs a recipe's steps, times them, and writes what came of them."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from unideep import random
from unideep.backend import current_backend, default_device, get_backend, use_backend
from unideep.cli import recipes
from unideep.cli.console import Voice, usage_errors
from unideep.cli.files import write_aside, write_json
from unideep.cli.options import Options
from unideep.cli.result import Result
from unideep.cli.resume import FILE, Checkpoint
from unideep.config import setting
from unideep.errors import UniDeepError

__all__ = ["run"]


def run(options: Options, out: Path | None) -> None:
    """Train as `options` say and write the results to the folder `out`."""
    voice = Voice()
    with contextlib.ExitStack() as stack:
        with usage_errors():
            recipes.check(options.recipe)
            name = options.backend or setting("backend")
            get_backend(name)
            out = out or Path("build") / f"{options.title}-{name}"
            out.mkdir(parents=True, exist_ok=True)
            stack.enter_context(use_backend(name))
            stack.enter_context(_device(options.device))
            recipe, result = _prepare(options)
        where = result.settings
        voice.say(f"{options.title} on {where['backend']}, {where['device']}", style="bold")
        _train(recipe, options, out, result, voice)
        _tell(recipe, result, voice)
        _write(recipe, result, out, voice)


@contextlib.contextmanager
def _device(name: str | None) -> Iterator[None]:
    """UNIDEEP_DEVICE set to `name`, if one was given."""
    before = os.environ.get("UNIDEEP_DEVICE")
    if name is not None:
        os.environ["UNIDEEP_DEVICE"] = name
    try:
        yield
    finally:
        if name is not None:
            os.environ.pop("UNIDEEP_DEVICE")
        if name is not None and before is not None:
            os.environ["UNIDEEP_DEVICE"] = before


def _prepare(options: Options) -> tuple[ModuleType, Result]:
    """The recipe on the current backend, and the empty result of its run."""
    backend = current_backend()
    device = default_device(backend)
    random.seed(options.seed)
    recipe = recipes.load(options.recipe, options.own)
    settings = {
        "recipe": options.recipe,
        "options": recipe.OPTIONS,
        "backend": backend.name,
        "device": str(device),
        "versions": backend.report().get("versions", {}),
        "epochs": _epochs(recipe, options),
        "batch_size": options.batch_size or recipe.BATCH_SIZE,
        "seed": options.seed,
        "compiled": options.compiled and setting("compile") != "0",
    }
    return recipe, Result(settings)


def _epochs(recipe: ModuleType, options: Options) -> int | None:
    """How many; None if only the number of steps ends the run."""
    return options.epochs if options.epochs or options.steps else recipe.EPOCHS


def _train(recipe: ModuleType, options: Options, out: Path, result: Result, voice: Voice) -> None:
    epochs, batch_size = result.settings["epochs"], result.settings["batch_size"]
    with usage_errors():
        loader = recipe.batches(batch_size)
        if not len(loader):
            raise UniDeepError(f"there are fewer samples than {batch_size}, the batch size.")
        checkpoint = Checkpoint(out, recipe, loader, result)
        if options.resume:
            checkpoint.read()
            voice.say(f"resumed after {result.steps} steps")
    with _progress(voice) as progress:
        bar = progress.add_task("", total=epochs, completed=len(result.epochs), told="")
        while not _is_done(options, epochs, result):
            number = len(result.epochs) + 1
            label = f"epoch {number}" if epochs is None else f"epoch {number}/{epochs}"
            progress.update(bar, description=label)
            for losses in _epoch(recipe, loader, options, result, checkpoint):
                progress.update(bar, advance=1 / len(loader), told=_numbers(losses))
            shares = recipe.evaluate()
            means = result.close_epoch(checkpoint.first, shares)
            checkpoint.first = result.steps
            if result.steps != options.steps:
                checkpoint.write()
            progress.update(bar, completed=number)
            told = _numbers({name: means[name] for name in result.losses})
            voice.say(f"{label}  {told}  {_figures(shares, recipe)}")
    if result.settings["compiled"]:
        result.compile_s = recipe.train_step.explain().compile_s


def _is_done(options: Options, epochs: int | None, result: Result) -> bool:
    if options.steps is not None and result.steps >= options.steps:
        return True
    return epochs is not None and len(result.epochs) >= epochs


def _epoch(
    recipe: ModuleType, loader: Any, options: Options, result: Result, checkpoint: Checkpoint
) -> Iterator[dict[str, float]]:
    """The steps of an epoch, or what is left of it; their losses."""
    step = recipe.train_step if options.compiled else recipe.train_step.__wrapped__
    for batch in loader:
        yield _timed(step, batch, result)
        if result.steps == options.steps:
            checkpoint.write()  # in front of the evaluation, which a longer run has later
            return
        checkpoint.write_if_due()


def _timed(step: Any, batch: Any, result: Result) -> dict[str, float]:
    """One step, noted; its losses."""
    inputs = batch if isinstance(batch, Sequence) else (batch,)
    start = time.perf_counter()
    out = step(*inputs)
    losses = out if isinstance(out, dict) else {"loss": out}
    values = {name: float(value) for name, value in losses.items()}
    result.note(values, time.perf_counter() - start)
    return values


def _progress(voice: Voice) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
        console=voice.console,
        transient=True,
        disable=not voice.console.is_terminal,
    )


def _numbers(losses: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.4f}" for name, value in losses.items())


def _figures(figures: dict[str, float], recipe: ModuleType) -> str:
    """What `evaluate` told: shares in percent, others as they are."""
    plain = getattr(recipe, "FIGURES", ())
    return "  ".join(
        f"{name} {value:.4f}" if name in plain else f"{name} {value:.2%}"
        for name, value in figures.items()
    )


def _tell(recipe: ModuleType, result: Result, voice: Voice) -> None:
    """The last line of a run."""
    last = result.epochs[-1]
    figures = {name: v for name, v in last.items() if name not in ("epoch", *result.losses)}
    speed = f"{result.steps_per_s:.1f} steps/s (median {result.median_step_s * 1e3:.2f} ms)"
    compiled = f"compiled in {result.compile_s:.2f} s" if result.compile_s else "not compiled"
    words = [_figures(figures, recipe), f"{result.steps} steps", speed, compiled]
    voice.say("  ".join(filter(None, words)), style="bold green")


def _write(recipe: ModuleType, result: Result, out: Path, voice: Voice) -> None:
    """Weights, losses and pictures."""
    from unideep.cli import pictures

    with usage_errors():
        recipe.save(out / "weights.safetensors")
        write_json(out / "losses.json", result.as_json())
        written = ["weights.safetensors", "losses.json", FILE]
        if hasattr(recipe, "text"):
            text = recipe.text()
            write_aside(out / "sample.txt", lambda aside: aside.write_text(text, "utf-8"))
            written.append("sample.txt")
            voice.say(text)
        try:
            figures = {"loss.png": pictures.curves({"": result.losses})}
            if hasattr(recipe, "samples"):
                figures["samples.png"] = pictures.grid(recipe.samples(64))
        except ImportError as error:
            voice.say(f"no picture: {error}", style="yellow")
        else:
            for name, figure in figures.items():
                write_aside(out / name, figure.savefig)
            written += figures
    voice.say(f"{out}/: {', '.join(written)}")
