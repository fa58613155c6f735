"""How a function becomes an operation: one compiled program for each shape, dtype and attribute."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import jax


def jitted(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` under `jax.jit`, its keyword-only parameters static.

    A jitted call takes JAX's fast path: 4 µs, where `lax.add` takes 11 and `jnp.reshape` 15.
    Inlined, it leaves no trace in a larger program.
    """
    parameters = inspect.signature(function).parameters.values()
    static = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    return jax.jit(function, static_argnames=static, inline=True)


def all_jitted(functions: dict[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Each of them under its name."""
    return {name: jitted(function) for name, function in functions.items()}
