"""What the shared tape asks of JAX: a call together with its derivative."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax

from unideep.backend import Pullback
from unideep_jax.compile import Differentiable
from unideep_jax.derivative import derivative, pull_back

# Their rules are a call or two: no more than a pull, and they keep nothing beside the inputs.
BY_RULE = frozenset(
    ("add", "subtract", "multiply", "negative", "power", "where", "exp", "cast", "copy", "sum",
     "reshape", "permute_dims", "broadcast_to", "join", "getitem", "setitem", "add_at",
     "custom_gradient",
     # eager calls of these look at their arguments or their result
     "take_along_axis", "cholesky_lower", "solve_matrix", "inv",
     # JAX's own derivatives are wrong for complex numbers
     "sign", "acosh",
     # its zeros are chosen, which JAX's derivative takes for constants
     "remainder")
)  # fmt: skip

_SCALARS = (float, int, bool, complex)


def pullback(
    op: Any, function: Callable[..., Any], raws: list[Any], attrs: dict[str, Any]
) -> tuple[Any, Pullback] | None:
    """The outputs of a call and the way back for gradients; None leaves it to the op's rules."""
    if op.name in BY_RULE or not (op.gradients or op.body):
        return None
    scalars = {i: a for i, a in enumerate(raws) if type(a) in _SCALARS}
    if scalars:
        raws = [None if i in scalars else a for i, a in enumerate(raws)]
    if op.name == "scan":  # inside a trace only; a cache would keep what its body holds
        out, pull = derivative(partial(function, **attrs), raws, scalars)
    elif isinstance(function, Differentiable):
        out, pull = function.derivative(raws, scalars)
    else:
        out, pull = _derivative(raws, scalars, function=function, attrs=tuple(attrs.items()))
    return out, partial(pull_back, pull, jax.tree.leaves(raws))


@partial(jax.jit, static_argnames=("function", "attrs"), inline=True)
def _derivative(raws: list[Any], scalars: dict[int, Any], *, function: Any, attrs: Any) -> Any:
    return derivative(partial(function, **dict(attrs)), raws, scalars)
