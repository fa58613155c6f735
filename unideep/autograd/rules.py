"""An operation's gradient rules for engines that differentiate by themselves.

Where an engine's own gradient is missing, or infinite where ours is not, its backend attaches the
rules to the function: the engine then calls `pull` in its backward pass. The rules run on public
operations, whose functions the engine records, so it can differentiate the result again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unideep import dispatch, ops
from unideep.autograd.tape import _flags  # pyright: ignore[reportPrivateUsage]
from unideep.backend import Raw, get_backend
from unideep.op import OPS

__all__ = ["by_definition", "pull", "pull_function"]


def pull(
    name: str,
    backend: str,
    raws: Sequence[Raw],
    attrs: Mapping[str, Any],
    outs: Sequence[Raw],
    grads: Sequence[Raw],
) -> list[Raw | None]:
    """Gradients of `raws` from those of `outs`, None where there is no rule.

    With complex numbers all gradients are the conjugate ones of `autograd.shared`.
    """
    op, engine = OPS[name], get_backend(backend)
    with _flags(recording=False):
        args = [dispatch.wrap(r, engine) if isinstance(r, engine.raw_type) else r for r in raws]
        ys, gs = (dispatch.wrap(tuple(part), engine) for part in (outs, grads))
        g, y = (gs, ys) if len(ys) > 1 else (gs[0], ys[0])
        found = [None if r is None else r(g, y, *args, **attrs) for r in op.gradients]
        return [
            None if f is None else ops.sum_to(f, x.shape)._raw
            for f, x in zip(found, args, strict=True)
        ]


def by_definition(
    name: str, backend: str, raws: Sequence[Raw | None], attrs: Mapping[str, Any]
) -> tuple[Raw, ...]:
    """The outputs of a composite by its body, which the engine records operation by operation.

    For gradients of second order where the engine's own kernel has none.
    """
    op, engine = OPS[name], get_backend(backend)
    assert op.body is not None
    with _flags(recording=False):
        outs = op.body(*(None if r is None else dispatch.wrap(r, engine) for r in raws), **attrs)
        return tuple(out._raw for out in outs)


def pull_function(
    function: Any, backend: str, groups: Sequence[Sequence[Raw]], grads: Sequence[Raw]
) -> list[Raw | None]:
    """Gradients of the inputs of an `autograd.Function`. No conjugates: its author knows of none.

    Args:
        groups: Its outputs, its inputs, and what else it saved.
    """
    engine = get_backend(backend)
    with _flags(recording=False):
        outs, xs, saved = ([dispatch.wrap(r, engine) for r in group] for group in groups)
        found = function.pull([dispatch.wrap(g, engine) for g in grads], outs, xs, saved)
        return [
            None if f is None else f.astype(x.dtype, copy=False)._raw
            for f, x in zip(found, xs, strict=True)
        ]
