"""The `unideep` command. Each command's work is in a module of its name, imported when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["main"]

main = typer.Typer(
    help="Deep learning on the engine of your choice. `unideep doctor` lists the backends.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Recipe = Annotated[
    str,
    typer.Argument(
        help="What to train: lenet, gan, a file my_model.py; charlm --cell lstm|gru, "
        "translate --model transformer|seq2seq."
    ),
]
# Options that the command does not know are the recipe's.
OPEN = {"allow_extra_args": True, "ignore_unknown_options": True}
Device = Annotated[
    str | None, typer.Option(help="auto, cpu, gpu, gpu:1. Default: UNIDEEP_DEVICE, else auto.")
]
Seed = Annotated[int, typer.Option(help="Of weights, batches and noise.")]
BatchSize = Annotated[int | None, typer.Option(min=1, help="Default: the recipe's own.")]
NoCompile = Annotated[bool, typer.Option("--no-compile", help="Run each step eagerly.")]


@main.command("train", context_settings=OPEN)
def train_command(
    context: typer.Context,
    recipe: Recipe,
    backend: Annotated[
        str | None, typer.Option(help="Default: UNIDEEP_BACKEND, else numpy.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Default: the recipe's own.")] = None,
    steps: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many, whatever the epochs.")
    ] = None,
    batch_size: BatchSize = None,
    seed: Seed = 0,
    device: Device = None,
    no_compile: NoCompile = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, where it was ended.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results. Default: build/RECIPE-BACKEND.")
    ] = None,
) -> None:
    """Train a recipe; write picture, weights, losses and a checkpoint."""
    from unideep.cli.options import Options, own
    from unideep.cli.train import run

    options = Options(
        recipe, backend, device, epochs, steps, batch_size, seed, not no_compile, resume,
        own(context.args),
    )  # fmt: skip
    run(options, out)


@main.command("bench", context_settings=OPEN)
def bench_command(
    context: typer.Context,
    recipe: Recipe,
    steps: Annotated[int, typer.Option(min=1, help="Of training, on each backend.")] = 200,
    batch_size: BatchSize = None,
    seed: Seed = 0,
    device: Device = None,
    no_compile: NoCompile = False,
    tolerance: Annotated[
        float, typer.Option(help="Relative, between losses that are said to agree.")
    ] = 1e-4,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the results. Default: build/bench-RECIPE.")
    ] = None,
) -> None:
    """Train a recipe or a file on every installed backend, and tell which is the fastest.

    Each backend has a process of its own. ms/step is the median time of forward, backward and
    update after two steps of warming up, without compilation.
    """
    from unideep.cli.bench import run
    from unideep.cli.options import Options, own

    options = Options(
        recipe, None, device, None, steps, batch_size, seed, not no_compile,
        own=own(context.args),
    )  # fmt: skip
    run(options, tolerance, out)


@main.command("doctor")
def doctor_command(
    ops: Annotated[
        bool,
        typer.Option("--ops", help="Try every operation on every installed backend: minutes."),
    ] = False,
    backend: Annotated[
        list[str] | None, typer.Option(help="With --ops: only these (repeat the option).")
    ] = None,
    family: Annotated[
        list[str] | None, typer.Option(help="With --ops: only these, for instance linalg.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="With --ops: folder for parity.json and parity.html.")
    ] = None,
) -> None:
    """Tell versions, devices, settings, which backends load and why one does not."""
    if ops:
        from unideep.cli.parity import run as compare

        compare(backend or [], family or [], out)
        return
    from unideep.cli.doctor import run

    run()
