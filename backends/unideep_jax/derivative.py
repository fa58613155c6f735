"""JAX's derivative of one call, in the terms of the tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from unideep.backend import Raw

INEXACT = frozenset(
    map(jnp.dtype, ("float16", "bfloat16", "float32", "float64", "complex64", "complex128"))
)
Scalars = dict[int, Any]
"""The weak Python numbers of a call by their place among its arguments."""


def derivative(
    function: Callable[..., Any], raws: list[Any], scalars: Scalars
) -> tuple[Any, Callable[..., Any]]:
    """The outputs, and JAX's pull from the gradients of floats among them to those of inputs."""
    leaves, tree = jax.tree.flatten(raws)

    def of_inexact(inexact: list[Raw]) -> tuple[list[Raw], Any]:
        moving = iter(inexact)
        args = tree.unflatten([next(moving) if is_inexact(x) else x for x in leaves])
        out = function(*(scalars.get(i, a) for i, a in enumerate(args)))
        return [o for o in jax.tree.leaves(out) if is_inexact(o)], out

    _, pull, out = jax.vjp(of_inexact, [x for x in leaves if is_inexact(x)], has_aux=True)
    return out, pull


def pull_back(pull: Callable[..., Any], inputs: list[Raw], grads: Sequence[Raw]) -> list[Any]:
    """Gradients of all inputs, None for integers, from those of all outputs."""
    found = iter(_pulled(pull, [g for g in grads if is_inexact(g)]))
    return [next(found) if is_inexact(x) else None for x in inputs]


@partial(jax.jit, inline=True)
def _pulled(pull: Callable[..., Any], grads: list[Raw]) -> list[Raw]:
    (found,) = pull(grads)
    return found


def is_inexact(raw: Raw) -> bool:
    """Whether gradients flow through an array."""
    return raw.dtype in INEXACT
