"""Tapes: what recording writes and backward reads.

A recorded tensor's `_node` is the place where its history hangs. It answers `gradients(...)`.
- `SharedTape` is UniDeep's own, for engines without one: each `Node` keeps an operation with its
  inputs, and the walk applies the rules of `unideep.ops`, which are written on public operations,
  so `create_graph` comes free. A backend may supply `pullback` to differentiate a call itself.
- `NativeTape` is the base of tapes that let the engine record.

The gradient of a real number L by a complex z = a + ib is dL/da + i dL/db, on every engine: the
direction of steepest ascent, as PyTorch and TensorFlow have it. Inside its walk the shared tape
carries the conjugate of that, for which the rule of a holomorphic function is the one for real
numbers (`g * y` for a product) and which is what JAX's pullbacks carry: conjugation happens twice,
where a gradient enters the walk and where it leaves it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from unideep import dispatch, ops
from unideep.backend import Backend, Pullback, Raw
from unideep.dispatch import scope
from unideep.errors import GradientError
from unideep.tensor import Leaf, Tensor

__all__ = ["NativeTape", "SharedTape", "backward", "grad", "mark_variables"]

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
) -> None:
    """Compute the gradients of all leaves that `heads` were computed from.

    Args:
        heads: Recorded tensors, of one backend.
        head_grads: A gradient for each head; None stands for ones.
        retain_graph: Keep the graph for a further backward.
        train_mode: Kept for Gluon code; the forward pass already decided.

    Raises:
        GradientError: a head was not recorded, its graph was freed, or it depends on no leaf.
    """
    heads, seeds = _heads(heads, head_grads)
    pairs = heads[0]._node.gradients(heads, seeds, None, retain_graph, False)
    reached: dict[int, tuple[Tensor, Tensor]] = {}
    for x, g in pairs:  # a leaf read in several recordings comes several times
        if g is not None and x._leaf is not None:
            reached[id(x)] = (x, reached[id(x)][1] + g if id(x) in reached else g)
    if not reached:
        raise GradientError(
            "no tensor that this was computed from asks for a gradient.",
            fix="call attach_grad() on it before record(), or check grad_req of the parameters.",
        )
    _deposit(reached.values())
    if not retain_graph:
        _free(heads)


def grad(
    heads: Tensor | Sequence[Tensor],
    variables: Tensor | Sequence[Tensor],
    head_grads: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    train_mode: bool = True,
) -> list[Tensor]:
    """The gradients of `heads` with respect to `variables`, as new tensors. `.grad` stays.

    Args:
        variables: Leaves, or tensors recorded on the way. A list is returned in any case.
        retain_graph: Keep the graph; default: as `create_graph`.
        create_graph: Record the gradients themselves, so that they can be differentiated.

    Raises:
        GradientError: as `backward`, or a variable asks for no gradient.
    """
    heads, seeds = _heads(heads, head_grads)
    sources = [variables] if isinstance(variables, Tensor) else list(variables)
    for i, x in enumerate(sources):
        if x._leaf is None and x._node is None:
            raise GradientError(
                f"variable {i} does not ask for a gradient.",
                got=f"shape {x.shape} {x.dtype}",
                fix="call attach_grad() on it before record().",
            )
    keep = create_graph if retain_graph is None else retain_graph
    pairs = heads[0]._node.gradients(heads, seeds, sources, keep, create_graph)
    if not keep:
        _free(heads)
    return [ops.zeros_like(x) if g is None else g for x, g in pairs]


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


# The shared tape

_serial = itertools.count()


class Var:
    """A value on the shared tape: output `index` of `node`, a leaf (`handle`), or a constant."""

    __slots__ = ("backend", "handle", "index", "node", "raw")

    def __init__(
        self, raw: Raw, backend: Backend, node: Node | None = None, index: int = 0,
        handle: Tensor | None = None,
    ) -> None:  # fmt: skip
        self.raw, self.backend = raw, backend
        self.node, self.index, self.handle = node, index, handle

    @property
    def tracked(self) -> bool:
        """Whether gradients flow here."""
        return self.node is not None or self.handle is not None

    @property
    def key(self) -> Any:
        """Where gradients of this value add up: equal for all Vars of one value."""
        return (id(self.node), self.index) if self.node is not None else id(self.handle)

    def tensor(self, create: bool) -> Tensor:
        """The value, with its history where the gradient itself is to be recorded."""
        node = self if create and self.tracked else None
        return dispatch.wrap(self.raw, self.backend, node)

    def keep(self, x: Tensor) -> None:
        """`attach_grad` on a recorded tensor: keep its gradient as well."""
        self.handle = x
        if self.node is not None:
            self.node.kept.append(self)

    def gradients(
        self, heads: list[Tensor], seeds: list[Tensor], sources: list[Tensor] | None,
        retain: bool, create: bool,
    ) -> Pairs:  # fmt: skip
        """The gradients of `heads`; of all leaves if `sources` is None."""
        return _shared_gradients(heads, seeds, sources, retain, create)


class Node:
    """One recorded call on the shared tape."""

    __slots__ = ("args", "attrs", "backend", "freed", "kept", "op", "outs", "pull", "serial")

    def __init__(self, op: Any, args: tuple[Any, ...], attrs: dict[str, Any],
                 backend: Backend, pull: Pullback | None) -> None:  # fmt: skip
        self.op, self.args, self.attrs, self.backend, self.pull = op, args, attrs, backend, pull
        self.outs: list[Raw] = []
        self.kept: list[Var] = []
        self.freed = False
        self.serial = next(_serial)

    def inputs(self) -> list[Var]:
        """All input values, lists of tensors flattened."""
        return [v for a in self.args for v in (a if type(a) is list else (a,)) if type(v) is Var]

    def free(self) -> None:
        """Drop the residuals."""
        self.freed = True
        self.args, self.outs, self.pull = (), [], None

    def backprop(self, grads: list[Tensor | None], create: bool) -> list[Tensor | None]:
        """Gradients of `inputs()` from those of the outputs."""
        if self.pull is not None and not create:
            return self._pull_back(grads)
        if self.op.gradients:
            return self._apply_rules(grads, create)
        return self._through_body(grads, create)

    def _pull_back(self, grads: list[Tensor | None]) -> list[Tensor | None]:
        assert self.pull is not None
        backend = self.backend
        raws = [
            backend.ops["fill_like"](out, value=0, dtype=backend.dtype(out)) if g is None
            else g._raw
            for g, out in zip(grads, self.outs, strict=True)
        ]  # fmt: skip
        found = zip(self.inputs(), self.pull(raws), strict=True)
        return [
            dispatch.wrap(r() if callable(r) else r, backend)
            if v.tracked and r is not None else None
            for v, r in found
        ]  # fmt: skip

    def _apply_rules(self, grads: list[Tensor | None], create: bool) -> list[Tensor | None]:
        def tensor(a: Any) -> Any:
            if type(a) is list:
                return [tensor(v) for v in a]
            return a.tensor(create) if type(a) is Var else a

        args = [tensor(a) for a in self.args]
        ys = tuple(Var(o, self.backend, self, i).tensor(create) for i, o in enumerate(self.outs))
        g, y = grads[0], ys[0]
        if len(ys) > 1:
            y = ys
            g = tuple(ops.zeros_like(o) if h is None else h for h, o in zip(grads, ys, strict=True))
        found: list[Tensor | None] = []
        for rule, a in itertools.zip_longest(self.op.gradients, self.args):
            members = a if type(a) is list else [a]
            variables = [v for v in members if type(v) is Var]
            if rule is None or not any(v.tracked for v in variables):
                found += [None] * len(variables)
                continue
            result = rule(g, y, *args, **self.attrs)
            found += result if type(a) is list else [result]
        return found

    def _through_body(self, grads: list[Tensor | None], create: bool) -> list[Tensor | None]:
        """A fused kernel's own gradient cannot be differentiated: differentiate its definition."""
        if self.op.body is None:
            raise GradientError(f"{self.op.name!r} has no gradient.", fix="detach() its input.")
        fresh: dict[int, Tensor] = {id(v): v.tensor(True) for v in self.inputs()}
        args = [
            [fresh[id(v)] for v in a] if type(a) is list
            else fresh[id(a)] if type(a) is Var else a
            for a in self.args
        ]  # fmt: skip
        with _flags(recording=True):
            outs = self.op.body(*args, **self.attrs)
        outs = list(outs) if isinstance(outs, (tuple, list)) else [outs]
        used = [(o._node, g) for o, g in zip(outs, grads, strict=True) if g is not None]
        seeds = {node.key: (node, g) for node, g in used if node is not None}
        targets = [v for v in self.inputs() if v.tracked]
        found = _walk(seeds, {v.key for v in targets}, True, create, cut=True)
        return [found.get(v.key) if v.tracked else None for v in self.inputs()]


class SharedTape:
    """UniDeep's own tape, for engines that have none.

    Args:
        pullback: The backend's differentiated call, `(op, function, raws, attrs) -> (out, pull)`;
            it answers None for an operation that it leaves to the rules.
    """

    def __init__(
        self, backend: Backend, pullback: Callable[..., tuple[Any, Pullback] | None] | None = None
    ) -> None:
        self.backend, self.pullback = backend, pullback
        self._leaves: dict[int, Var] = {}

    def start(self) -> None:
        """Nothing: the nodes hang on the tensors."""

    stop = start

    def run(
        self, op: Any, function: Callable[..., Any], args: tuple[Any, ...], attrs: dict[str, Any]
    ) -> Any:
        """Run a call and hang its node on the outputs."""
        entries = tuple(
            [self._read(t) for t in a] if type(a) is list
            else self._read(a) if type(a) is Tensor else a
            for a in args
        )  # fmt: skip
        tracked = any(
            v.tracked for a in entries for v in (a if type(a) is list else (a,)) if type(v) is Var
        )
        raws = [
            [v.raw for v in a] if type(a) is list else a.raw if type(a) is Var else a
            for a in entries
        ]
        if not tracked:
            return dispatch.wrap(function(*raws, **attrs), self.backend)
        answer = self.pullback(op, function, raws, attrs) if self.pullback else None
        if answer is not None:
            out, pull = answer
        elif op.gradients or op.body is None:
            out, pull = function(*raws, **attrs), None
        else:  # a fused kernel without a derivative: record its definition
            return op.body(*args, **attrs)
        return self._hang(Node(op, entries, attrs, self.backend, pull), out)

    def _read(self, t: Tensor) -> Var:
        node = t._node
        if type(node) is Var:
            return node
        if t._leaf is None or node is FREED:
            return Var(t._raw, self.backend)
        var = self._leaves.get(id(t))
        if var is None or var.raw is not t._raw:
            var = self._leaves[id(t)] = Var(t._raw, self.backend, handle=t)
        return var

    def _hang(self, node: Node, out: Any) -> Any:
        several = type(out) in (tuple, list)
        node.outs = list(out) if several else [out]
        differentiable = bool(node.op.gradients) or node.op.body is not None
        tensors = [
            dispatch.wrap(
                raw, self.backend,
                Var(raw, self.backend, node, i)
                if differentiable and raw.dtype in self.backend.inexact else None,
            )
            for i, raw in enumerate(node.outs)
        ]  # fmt: skip
        return type(out)(tensors) if several else tensors[0]


def _shared_gradients(
    heads: list[Tensor], seeds: list[Tensor], sources: list[Tensor] | None,
    retain: bool, create: bool,
) -> Pairs:  # fmt: skip
    start: dict[Any, tuple[Var, Tensor]] = {}
    for head, seed in zip(heads, seeds, strict=True):
        if type(head._node) is not Var:
            head._node.gradients()  # freed: raises
        known = start.get(head._node.key)
        seed = _conjugate(seed)
        start[head._node.key] = (head._node, seed if known is None else known[1] + seed)
    leaves: dict[int, Tensor] = {}
    targets = None
    if sources is not None:
        targets = {x._node.key if type(x._node) is Var else id(x) for x in sources}
    grads = _walk(start, targets or set(), retain, create, leaves)
    if sources is None:
        pairs = [(x, grads.get(key)) for key, x in leaves.items()]
    else:
        keys = [x._node.key if type(x._node) is Var else id(x) for x in sources]
        pairs = [(x, grads.get(key)) for x, key in zip(sources, keys, strict=True)]
    with _flags(recording=create):
        return [(x, None if g is None else _conjugate(g)) for x, g in pairs]


def _conjugate(g: Tensor) -> Tensor:
    return ops.conj(g) if g.dtype.kind == "c" else g


def _walk(
    seeds: dict[Any, tuple[Var, Tensor]],
    targets: set[Any],
    retain: bool,
    create: bool,
    leaves: dict[Any, Tensor] | None = None,
    cut: bool = False,
) -> dict[Any, Tensor]:
    """Gradients by key, from the heads back; values in `targets` and leaves keep theirs.

    Args:
        cut: Go no further back than the targets.
    """
    nodes = _reachable([v for v, _ in seeds.values()], targets if cut else set())
    grads: dict[Any, Tensor] = {key: g for key, (_, g) in seeds.items()}
    with _flags(recording=create):
        for node in sorted(nodes, key=lambda n: -n.serial):
            outs = [grads.get((id(node), i)) for i in range(len(node.outs))]
            if any(g is not None for g in outs):
                for var, g in zip(node.inputs(), node.backprop(outs, create), strict=True):
                    if g is not None and var.tracked:
                        _accumulate(grads, var, g)
            if leaves is not None:
                for v in node.inputs():
                    if v.node is None and v.handle is not None:
                        leaves[v.key] = v.handle
                for v in node.kept:
                    assert v.handle is not None
                    leaves[v.key] = v.handle
            for i in range(len(node.outs)):
                key = (id(node), i)
                if key not in targets and not node.kept and key not in seeds:
                    grads.pop(key, None)
    if not retain:
        for node in nodes:
            node.free()
    return grads


def _accumulate(grads: dict[Any, Tensor], var: Var, g: Tensor) -> None:
    shape = var.backend.shape(var.raw)
    if g.shape != shape:
        g = ops.sum_to(g, shape)
    if g._raw.dtype != var.raw.dtype:  # a real input beside complex ones gets the real part
        dtype = var.backend.dtype(var.raw)
        g = ops.astype(g if dtype.kind == "c" else ops.real(g), dtype)
    known = grads.get(var.key)
    grads[var.key] = g if known is None else known + g


def _reachable(heads: Iterable[Var], targets: set[Any]) -> set[Node]:
    found: set[Node] = set()
    stack = [v.node for v in heads if v.node is not None]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        if node.freed:
            FREED.gradients()
        found.add(node)
        stack += [v.node for v in node.inputs() if v.node is not None and v.key not in targets]
    return found


from unideep.autograd.native import NativeTape as NativeTape  # noqa: E402  it needs FREED
