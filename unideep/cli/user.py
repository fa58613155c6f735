"""A file of the user's as a recipe: it defines `net`, `loss` and `data`, the rest is made here."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

import unideep as ud
from unideep import autograd, init
from unideep.block import Block
from unideep.compiler import Compiled
from unideep.data import ArrayDataset, DataLoader
from unideep.errors import ArgumentError
from unideep.trainer import Trainer

__all__ = ["complete"]

_NEEDED = ("net", "loss", "data")


def complete(recipe: ModuleType, path: str) -> None:
    """Give a module of `net`, `loss` and `data` what the runner asks of a recipe.

    What the file defines itself stays: EPOCHS, BATCH_SIZE, `trainer` (or `optimizer`, a name, and
    `optimizer_params`), `batches`, `train_step`, `evaluate`, `save`.

    Raises:
        ArgumentError: the file lacks one of the three, or one is not what it should be; or it has
            a loop of its own and nothing tells what to save.
    """
    if hasattr(recipe, "train_step") and hasattr(recipe, "batches"):
        _complete_loop(recipe, path)
        return
    if missing := [name for name in _NEEDED if not hasattr(recipe, name)]:
        raise ArgumentError(
            f"{path} does not define {', '.join(missing)}.",
            fix="a file to train needs `net` (a Block), `loss` (of prediction and label) and "
            "`data()` (returns arrays: x, y).",
        )
    if not isinstance(recipe.net, Block) or not callable(recipe.loss) or not callable(recipe.data):
        raise ArgumentError(
            f"{path}: net is a Block, loss and data are functions.",
            got=", ".join(f"{name} {type(getattr(recipe, name)).__name__}" for name in _NEEDED),
        )
    train, test = _split(recipe.data(), path)
    net = recipe.net
    if any(p._data is None for p in net.collect_params().values()):  # pyright: ignore
        net.initialize(init.Xavier())
    optimizer = getattr(recipe, "optimizer", "adam")
    options = getattr(recipe, "optimizer_params", {})
    _default(recipe, EPOCHS=10, BATCH_SIZE=64, FIGURES=["test loss"])
    _default(recipe, trainer=Trainer(net.collect_params(), optimizer, options))
    _default(
        recipe,
        batches=lambda batch_size: DataLoader(train, batch_size, True, last_batch="rollover"),
        train_step=_step(recipe),
        evaluate=lambda: {} if test is None else {"test loss": _mean_loss(recipe, test)},
        save=net.save_parameters,
    )


def _complete_loop(recipe: ModuleType, path: str) -> None:
    """What a file with `train_step` and `batches` may leave out."""
    if isinstance(net := getattr(recipe, "net", None), Block):
        _default(recipe, save=net.save_parameters)
    elif not hasattr(recipe, "save"):
        raise ArgumentError(
            f"{path} does not define save, and no Block of the name net.",
            fix="def save(path): net.save_parameters(path), with the net that it trains.",
        )
    if not isinstance(recipe.train_step, Compiled):
        recipe.train_step = ud.compile(recipe.train_step)  # pyright: ignore
    _default(recipe, EPOCHS=10, BATCH_SIZE=64, evaluate=dict)


def _default(recipe: ModuleType, **values: Any) -> None:
    for name, value in values.items():
        if not hasattr(recipe, name):
            setattr(recipe, name, value)


def _split(data: Any, path: str) -> tuple[ArrayDataset, ArrayDataset | None]:
    """Training and test data of what `data()` returned: (x, y), or ((x, y), (x, y))."""
    if not isinstance(data, Sequence) or len(data) != 2:
        raise ArgumentError(
            f"{path}: data() returns (x, y), or ((x, y), (test_x, test_y)).",
            got=type(data).__name__,
        )
    if isinstance(data[0], Sequence):
        return ArrayDataset(*data[0]), ArrayDataset(*data[1])
    return ArrayDataset(*data), None


def _step(recipe: ModuleType) -> Any:
    @ud.compile
    def train_step(x: Any, y: Any) -> Any:
        with autograd.record():
            loss = recipe.loss(recipe.net(x), y).mean()
        loss.backward()
        recipe.trainer.step(1)
        return loss

    return train_step


def _mean_loss(recipe: ModuleType, test: ArrayDataset) -> float:
    losses = [recipe.loss(recipe.net(x), y).asnumpy() for x, y in DataLoader(test, 256)]
    return float(np.concatenate([np.atleast_1d(loss) for loss in losses]).mean())
