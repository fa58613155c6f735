"""Functions whose gradient is UniDeep's rule, where JAX has none or another convention."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from unideep.autograd.rules import pull, pull_function
from unideep_jax.jitted import jitted


def by_rule(functions: Mapping[str, Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Each function, differentiated by the rules of the operation of its name."""
    return {name: jitted(_ruled(name, function)) for name, function in functions.items()}


def _ruled(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
    def run(raws: tuple[Any, ...], attrs: tuple[Any, ...]) -> Any:
        return function(*raws, **dict(attrs))

    def forward(raws: tuple[Any, ...], attrs: tuple[Any, ...]) -> tuple[Any, Any]:
        out = run(raws, attrs)  # not `function`: derivatives of the outputs go by the rule as well
        return out, (raws, out)

    def backward(attrs: tuple[Any, ...], kept: tuple[Any, Any], grads: Any) -> tuple[Any]:
        raws, out = kept
        several = isinstance(out, tuple)
        outs, gs = (out, grads) if several else ((out,), (grads,))
        return (tuple(pull(name, "jax", raws, dict(attrs), outs, gs)),)

    run.defvjp(forward, backward)

    @functools.wraps(function)
    def call(*raws: Any, **attrs: Any) -> Any:
        return run(raws, tuple(attrs.items()))

    return call


def custom_gradient(outs: Any, xs: Any, saved: Any, *, function: Any) -> tuple[Any, ...]:
    """The outputs of a `Function` of the user's; JAX's own derivative of a trace goes by it."""
    if not any(isinstance(x, jax.core.Tracer) for x in (*outs, *xs)):
        return tuple(outs)
    return _custom(tuple(outs), tuple(xs), tuple(saved), function)


@functools.partial(jax.custom_vjp, nondiff_argnums=(3,))
def _custom(outs: Any, xs: Any, saved: Any, function: Any) -> Any:
    return outs


def _custom_forward(outs: Any, xs: Any, saved: Any, function: Any) -> Any:
    own = _custom(outs, xs, saved, function)
    return own, (own, xs, saved)


def _custom_backward(function: Any, groups: Any, grads: Any) -> Any:
    found = pull_function(function, "jax", groups, [jnp.conj(g) for g in grads])
    return None, tuple(None if f is None else jnp.conj(f) for f in found), None


_custom.defvjp(_custom_forward, _custom_backward)


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, with an error where a finite input gives no finite output; eager calls only."""

    @functools.wraps(function)
    def call(*raws: Any) -> Any:
        out = function(*raws)
        is_eager = not isinstance(out, jax.core.Tracer)
        if is_eager and not _is_finite(out) and all(map(_is_finite, raws)):
            raise np.linalg.LinAlgError("the matrix is singular or not positive definite")
        return out

    return call


@jax.jit
def _all_finite(x: Any) -> Any:
    return jnp.isfinite(x).all()


def _is_finite(x: Any) -> bool:
    return bool(_all_finite(x))
