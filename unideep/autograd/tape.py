"""Tapes: what recording writes and backward reads.

A recorded tensor's `_node` is the place where its history hangs. It answers `gradients(...)`.
- `shared.SharedTape` is UniDeep's own, for engines without one.
- `native.NativeTape` is the base of tapes that let the engine record.

The gradient of a real number L by a complex z = a + ib is dL/da + i dL/db, on every engine: the
direction of steepest ascent, as PyTorch and TensorFlow have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from unideep import dispatch, ops
from unideep.dispatch import scope
from unideep.errors import ArgumentError, GradientError
from unideep.tensor import Leaf, Tensor

__all__ = ["backward", "grad", "mark_variables"]

Pairs = list[tuple[Tensor, Tensor | None]]


# Leaves: the tensors whose gradient is wanted


def attach(x: Tensor, request: str) -> None:
    """`Tensor.attach_grad`."""
    if request not in ("write", "add", "null"):
        raise GradientError(f"grad_req is {request!r}.", fix='use "write", "add" or "null".')
    if request == "null":
        x._leaf = None
        return
    if not x.dtype.is_inexact:
        raise GradientError(
            "only floating point and complex tensors have gradients.",
            got=f"dtype {x.dtype}",
            fix='convert it first: x.astype("float32").',
        )
    if x._leaf is None:
        x._leaf = Leaf(request)
    x._leaf.request = request
    if x._node is not None:
        x._node.keep(x)


def gradient_of(x: Tensor) -> Tensor | None:
    """`Tensor.grad`: zeros until the first backward."""
    leaf = x._leaf
    if leaf is None:
        return None
    if scope.capture is None:
        leaf.observed = True
    if leaf.gradient is None or leaf.gradient._raw is None:
        if leaf.lost:
            _regret(leaf)
        leaf.gradient = ops.zeros_like(x)
    elif leaf.gradient._backend is not x._backend:
        leaf.gradient = leaf.gradient.to_backend(x.backend)
    return leaf.gradient


def _regret(leaf: Leaf) -> None:
    leaf.lost = False
    raise GradientError(
        "a compiled step has used this gradient up and did not return it, since nobody had read "
        "it before.",
        fix="call the step again: from now on it returns this gradient.",
    )


def clear_gradient(x: Tensor) -> None:
    """`Parameter.zero_grad`."""
    leaf = x._leaf
    if leaf is not None:
        leaf.lost = False
        if leaf.gradient is not None and leaf.gradient._raw is not None:
            leaf.gradient[...] = 0


def mark_variables(
    variables: Tensor | Sequence[Tensor],
    gradients: Tensor | Sequence[Tensor],
    grad_reqs: str | Sequence[str] = "write",
) -> None:
    """`attach_grad` for several tensors, with buffers of the caller's for the gradients."""
    xs = [variables] if isinstance(variables, Tensor) else list(variables)
    gs = [gradients] if isinstance(gradients, Tensor) else list(gradients)
    requests = [grad_reqs] * len(xs) if isinstance(grad_reqs, str) else list(grad_reqs)
    for x, g, request in zip(xs, gs, requests, strict=True):
        attach(x, request)
        if x._leaf is not None:
            x._leaf.gradient, x._leaf.observed = g, True


# Backward


class _Freed:
    """The node of a tensor whose graph a backward without `retain_graph` has freed."""

    def gradients(self, *_: Any) -> Pairs:
        raise GradientError(
            "the graph of this tensor was freed by an earlier backward.",
            fix="pass retain_graph=True to the earlier backward, or record again.",
        )

    def keep(self, x: Tensor) -> None:
        """A freed graph keeps nothing."""


FREED = _Freed()


def backward(
    heads: Tensor | Sequence[Tensor],
    head_grads: Any = None,
    retain_graph: bool = False,
    train_mode: bool = True,
    variables: Any = None,
) -> None:
    """Compute the gradients of the leaves that `heads` were computed from.

    Args:
        heads: Recorded tensors, of one backend.
        head_grads: A gradient for each head; None stands for ones.
        retain_graph: Keep the graph for a further backward.
        train_mode: Kept for Gluon code; the forward pass already decided.
        variables: The only leaves to compute gradients of: tensors, Parameters, or
            `net.collect_params()`, of which those of grad_req "null" are left out. None stands
            for all. A GAN's generator learns through a discriminator whose own gradients would
            be thrown away.

    Raises:
        GradientError: a head was not recorded, its graph was freed, or it depends on no leaf.
    """
    heads, seeds = _heads(heads, head_grads)
    sources = None if variables is None else _distinct(_sources(variables))
    pairs = heads[0]._node.gradients(heads, seeds, sources, retain_graph, False)
    reached = [(x, g) for x, g in _summed(pairs) if x._leaf is not None]
    if not reached:
        raise GradientError(
            "no tensor that this was computed from asks for a gradient."
            if sources is None
            else "this was computed from none of the variables.",
            fix="call attach_grad() on it before record(), or check grad_req of the parameters.",
        )
    _deposit(reached)
    if not retain_graph:
        _free(heads)


def grad(
    heads: Tensor | Sequence[Tensor],
    variables: Any,
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list[Tensor]:
    """The gradients of `heads` with respect to `variables`, as new tensors. `.grad` stays.

    Args:
        variables: Leaves, tensors recorded on the way, Parameters, or `net.collect_params()`, of
            which those of grad_req "null" are left out. A list is returned in any case.
        retain_graph: Keep the graph; default: as `create_graph`.
        create_graph: Record the gradients themselves, so that they can be differentiated.

    Raises:
        GradientError: as `backward`, or a variable asks for no gradient.
    """
    heads, seeds = _heads(heads, head_grads)
    sources = _sources(variables)
    keep = create_graph if retain_graph is None else retain_graph
    pairs = heads[0]._node.gradients(heads, seeds, _distinct(sources), keep, create_graph)
    if not keep:
        _free(heads)
    with _flags(recording=create_graph):
        found = {id(x): g for x, g in _summed(pairs)}
    return [found[id(x)] if id(x) in found else ops.zeros_like(x) for x in sources]


def _sources(variables: Any) -> list[Tensor]:
    """The tensors whose gradients are wanted, of what a user names them by."""
    if isinstance(variables, Mapping):  # all of a net, running statistics too
        variables = [p for p in variables.values() if p.grad_req != "null"]
    elif isinstance(variables, Tensor) or not isinstance(variables, Iterable):
        variables = [variables]
    sources = [x if isinstance(x, Tensor) else _value(x) for x in variables]
    for i, x in enumerate(sources):
        if x._leaf is None and x._node is None:
            raise GradientError(
                f"variable {i} does not ask for a gradient.",
                got=f"shape {x.shape} {x.dtype}",
                fix="call attach_grad() on it before record().",
            )
    return sources


def _distinct(tensors: Iterable[Tensor]) -> list[Tensor]:
    """Each tensor once: what is named twice has one gradient, not two to be added."""
    return list({id(x): x for x in tensors}.values())


def _value(parameter: Any) -> Tensor:
    value: Callable[[], Tensor] | None = getattr(parameter, "data", None)
    if not callable(value):
        raise ArgumentError(
            "variables are tensors or Parameters.",
            got=type(parameter).__name__,
            fix="pass x, [x, y], or net.collect_params().",
        )
    return value()


def _summed(pairs: Pairs) -> list[tuple[Tensor, Tensor]]:
    """One gradient for each tensor that has some: a leaf of several recordings has several."""
    found: dict[int, tuple[Tensor, Tensor]] = {}
    for x, g in pairs:
        if g is not None:
            found[id(x)] = (x, found[id(x)][1] + g if id(x) in found else g)
    return list(found.values())


def _heads(heads: Any, head_grads: Any) -> tuple[list[Tensor], list[Tensor]]:
    heads = [heads] if isinstance(heads, Tensor) else list(heads)
    given = [head_grads] if isinstance(head_grads, Tensor) else head_grads
    for head in heads:
        if head._node is None:
            raise GradientError(
                "this tensor has no graph: it was computed outside record(), or from nothing "
                "that asks for a gradient.",
                got=f"shape {head.shape} {head.dtype} on {head.backend}",
                fix="compute it inside `with autograd.record():`, from tensors with attach_grad().",
            )
    given = [None] * len(heads) if given is None else list(given)
    with _flags(recording=False):
        seeds = [_ones(h) if g is None else g for h, g in zip(heads, given, strict=True)]
    return heads, seeds


_one: dict[Any, Tensor] = {}


def _ones(head: Tensor) -> Tensor:
    """The seed of a head: ones. Most heads are single numbers, whose seed is kept."""
    if head.ndim or scope.capture is not None:
        return ops.ones_like(head)
    key = head._backend, head._raw.dtype, head._raw.device
    seed = _one.get(key)
    if seed is None:
        seed = _one[key] = ops.ones_like(head)
    return seed


def _deposit(gradients: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Write the gradients of leaves, or add them to those that are there."""
    with _flags(recording=False):
        for x, g in gradients:
            leaf = x._leaf
            assert leaf is not None
            if leaf.gradient is None:  # empty until the rebind, which a capture has to see
                leaf.gradient = Tensor(None, x._backend)
            elif leaf.request == "add" and leaf.gradient._raw is not None:
                g = leaf.gradient + g
            dispatch.rebind(leaf.gradient, g)
            set_fresh(leaf, True)


def set_fresh(leaf: Leaf, fresh: bool) -> None:
    """Note that a backward reached a leaf, or that an optimizer has used its gradient."""
    if scope.capture is not None:
        scope.capture.marks(leaf)
    leaf.fresh = fresh


def _free(heads: Sequence[Tensor]) -> None:
    for head in heads:
        head._raw, head._node = head._backend.plain(head._raw), FREED


class _flags:
    """Switch recording inside backward itself: lighter than `autograd.pause`."""

    def __init__(self, recording: bool) -> None:
        self.recording = recording

    def __enter__(self) -> None:
        self.before, self.tapes = scope.recording, scope.tapes
        if self.before is self.recording:
            return
        scope.recording = self.recording
        if self.recording and scope.tapes is None:
            scope.tapes = {}
        scope.settle()

    def __exit__(self, *_: object) -> None:
        if self.before is self.recording:
            return
        scope.recording = self.before
        if self.tapes is None and scope.tapes is not None:
            for tape in scope.tapes.values():
                tape.stop()
            scope.tapes = None
        scope.settle()
