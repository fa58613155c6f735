"""One source, one seed: the recipes lose the same on every engine, eager and compiled."""

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep.cli import recipes

COMPARED_STEPS = 20


def load(name: str) -> ModuleType:
    ud.random.seed(0)
    return recipes.load(name)


def batches(recipe: ModuleType) -> Iterator[Any]:
    """Batch after batch, for ever."""
    loader = recipe.batches()
    while True:
        yield from loader


def losses(
    recipe: ModuleType, step: Any, dtype: str = "float32", steps: int = COMPARED_STEPS
) -> np.ndarray:
    """The first losses, one row for each step."""
    rows = []
    for _, batch in zip(range(steps), batches(recipe), strict=False):
        first, *rest = batch if isinstance(batch, list) else [batch]
        out = step(first.astype(dtype) if first.dtype.is_inexact else first, *rest)
        rows.append([float(x) for x in (out.values() if isinstance(out, dict) else [out])])
    return np.array(rows)


@cache
def expected(name: str, dtype: str = "float32", steps: int = COMPARED_STEPS) -> np.ndarray:
    """What NumPy loses, eagerly."""
    with ud.use_backend("numpy"):
        recipe = load(name)
        if dtype != "float32":
            recipe.net.cast(dtype)
        return losses(recipe, recipe.train_step.__wrapped__, dtype, steps)


def test_lenet_eager(backend: str) -> None:
    recipe = load("lenet")
    got = losses(recipe, recipe.train_step.__wrapped__)
    np.testing.assert_allclose(got, expected("lenet"), rtol=1e-4)


def test_lenet_in_float64(backend: str) -> None:
    recipe = load("lenet")
    recipe.net.cast("float64")
    got = losses(recipe, recipe.train_step.__wrapped__, "float64")
    assert recipe.net[0].weight.data().dtype == "float64"
    np.testing.assert_allclose(got, expected("lenet", "float64"), rtol=1e-9)


def test_lenet_compiled_learns(backend: str) -> None:
    """One test, as compiling takes some engines ten seconds: the curve and where it ends."""
    recipe = load("lenet")
    loader = recipe.batches()
    curve = [float(recipe.train_step(x, y)) for _ in range(recipe.EPOCHS) for x, y in loader]
    got = np.array(curve[:COMPARED_STEPS])[:, None]
    np.testing.assert_allclose(got, expected("lenet"), rtol=1e-4)
    assert recipe.evaluate()["test accuracy"] >= 0.97
    assert recipe.train_step.explain().retraces == 0


def test_gan_compiled(backend: str) -> None:
    recipe = load("gan")
    got = losses(recipe, recipe.train_step)
    np.testing.assert_allclose(got, expected("gan"), rtol=1e-3)
    assert recipe.train_step.explain().retraces == 0


@pytest.mark.parametrize("name", sorted({*recipes.names()} - {"lenet", "gan"}))
def test_other_recipes_eager(name: str, backend: str) -> None:
    """Few steps: `unideep bench NAME` compares 20, compiled."""
    recipe = load(name)
    got = losses(recipe, recipe.train_step.__wrapped__, steps=4)
    np.testing.assert_allclose(got, expected(name, steps=4), rtol=1e-3)


@pytest.mark.parametrize("name", recipes.names())
def test_a_seed_is_a_run(name: str) -> None:
    with ud.use_backend("numpy"):
        recipe = load(name)
        got = losses(recipe, recipe.train_step, steps=4)
    np.testing.assert_array_equal(got, expected(name, steps=4))
