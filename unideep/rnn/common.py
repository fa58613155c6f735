"""What layers and cells share: parameters, states, lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any

from unideep import ops
from unideep.backend import use_backend
from unideep.block import Parameter
from unideep.dispatch import as_tensor, scope
from unideep.dtype import DTypeLike
from unideep.errors import ShapeError
from unideep.ops.recurrent import GATES
from unideep.tensor import Tensor

__all__ = [
    "Activation",
    "as_function",
    "check_lengths",
    "check_states",
    "gate_parameters",
    "place_of",
    "wrong_size",
]

Activation = str | Callable[[Tensor], Tensor]
States = list[Tensor]


def as_function(activation: Activation) -> Callable[[Tensor], Tensor]:
    """An activation that may be given by its name."""
    return activation if callable(activation) else partial(ops.activation, act_type=activation)


def gate_parameters(
    mode: str,
    hidden_size: int,
    input_size: int,
    initializers: Sequence[Any],
    dtype: DTypeLike,
    prefix: str = "",
    state_size: int | None = None,
) -> dict[str, Parameter]:
    """The parameters of one layer in one direction by name, in the order of `ops.recurrent`.

    Args:
        initializers: Of the four parameters, in this order.
        state_size: That of the state that h2h reads; None is hidden_size.
    """
    size = GATES[mode] * hidden_size
    shapes = {
        "i2h_weight": (size, input_size), "h2h_weight": (size, state_size or hidden_size),
        "i2h_bias": (size,), "h2h_bias": (size,),
    }  # fmt: skip
    return {
        prefix + kind: Parameter(
            prefix + kind, shape=shape, dtype=dtype, init=init, allow_deferred_init=True
        )
        for (kind, shape), init in zip(shapes.items(), initializers, strict=True)
    }


def check_states(states: Any, shapes: Sequence[tuple[int, ...]], axes: str) -> list[Tensor]:
    """States as a list; a tensor is one state.

    Raises:
        ShapeError: another number, or another shape.
    """
    states = [states] if isinstance(states, Tensor) else list(states)
    if [s.shape for s in states] != list(shapes):
        different = " and ".join(map(str, dict.fromkeys(shapes)))
        raise ShapeError(
            f"the first states are {len(shapes)} of {different}: ({axes}).",
            got=", ".join(str(s.shape) for s in states) or "none",
            fix="begin_state(batch_size) makes them.",
        )
    return states


def check_lengths(
    lengths: Any, x_TNC: Tensor, lowest: int = 0, most: int | None = None, name: str = "the lengths"
) -> Tensor:
    """Lengths as a tensor of integers beside x; Gluon code has them as floats.

    Args:
        most: None is T.

    Raises:
        ShapeError: not one for each item, or one that is out of range. In a compiled step nothing
            tells their values: they count as the nearest that is possible there.
    """
    time, batch = x_TNC.shape[:2]
    most = time if most is None else most
    lengths_N = as_tensor(lengths, backend=x_TNC._backend).astype("int64", copy=False)
    if lengths_N.shape != (batch,):
        raise ShapeError(
            f"{name} have to be one length for each of {batch} items.", got=f"{lengths_N.shape}"
        )
    if scope.capture is not None or not batch:
        return ops.clip(lengths_N, lowest, most)
    values = lengths_N.asnumpy()
    if values.min() < lowest or values.max() > most:
        raise ShapeError(
            f"{name} lie between {lowest} and {most}.", got=f"{values.min()} to {values.max()}"
        )
    return lengths_N


def each_step(
    step: Callable[..., tuple[Tensor, States]], x: Tensor, states: Any, lengths: Tensor | None
) -> tuple[Tensor, States]:
    """What `step(x, states)` gives along a sequence (T, N, C): all outputs, and the last states."""
    outputs: list[Tensor] = []
    for t, x_NC in enumerate(ops.unstack(x)):
        y, new = step(x_NC, states)
        outputs.append(y)
        if lengths is None:
            states = new
        else:
            states = [_chosen(lengths > t, a, b) for a, b in zip(new, states, strict=True)]
    return ops.stack(outputs), list(states)


def _chosen(runs_N: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """States of the items that run, and of those that do not."""
    return ops.where(ops.reshape(runs_N, (-1, *[1] * (new.ndim - 1))), new, old)


def wrong_size(expected: int, x: Tensor) -> tuple[str, str] | None:
    """What to say about x and what to do, if its last axis is not of the expected size."""
    size = x.shape[-1]
    if expected in (-1, size):
        return None
    return (
        f"the last axis of x has {size} elements but input_size is {expected}.",
        f"input_size={size}, or input_size=0 to infer it at the first call.",
    )


def place_of(weight: Parameter) -> AbstractContextManager[Any]:
    """The backend of a parameter as the current one, if it is known."""
    known = weight._data
    return nullcontext() if known is None else use_backend(known.backend)
