"""UniDeep's own tape, for engines without one.

Each `Node` keeps an operation with its inputs, and the walk back applies the rules of
`unideep.ops`, which are written on public operations, so `create_graph` comes free. A backend may
supply `pullback` to differentiate a call itself.

Inside the walk gradients are the conjugate ones: for them the rule of a holomorphic function is
the one for real numbers (`g * y` for a product), and JAX's pullbacks carry them. Conjugation
happens twice, where a gradient enters the walk and where it leaves it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from typing import Any

from unideep import dispatch, ops
from unideep.autograd.tape import FREED, Pairs, _flags  # pyright: ignore[reportPrivateUsage]
from unideep.backend import Backend, Pullback, Raw
from unideep.errors import GradientError
from unideep.tensor import Tensor

__all__ = ["SharedTape", "Var"]

Gradients = list[Tensor | None]
Wanted = Callable[["Var"], bool]

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
    """One recorded call on the shared tape.

    Attributes:
        inputs: The values among `args`, lists of tensors flattened.
    """

    __slots__ = (
        "args", "attrs", "backend", "freed", "inputs", "kept", "op", "outs", "pull", "serial",
    )  # fmt: skip

    def __init__(self, op: Any, args: tuple[Any, ...], inputs: list[Var], attrs: dict[str, Any],
                 backend: Backend, pull: Pullback | None) -> None:  # fmt: skip
        self.op, self.args, self.inputs, self.attrs = op, args, inputs, attrs
        self.backend, self.pull = backend, pull
        self.outs: list[Raw] = []
        self.kept: list[Var] = []
        self.freed = False
        self.serial = next(_serial)

    def leaves(self) -> dict[Any, Tensor]:
        """The tensors here that ask for their gradient, by key."""
        here = [v for v in self.inputs if v.node is None] + self.kept
        return {v.key: v.handle for v in here if v.handle is not None}

    def free(self) -> None:
        """Drop the residuals."""
        self.freed = True
        self.args, self.inputs, self.outs, self.pull = (), [], [], None

    def backprop(self, grads: Gradients, wanted: Wanted, create: bool) -> Gradients:
        """Gradients of `inputs`, where they are wanted, from those of the outputs."""
        if self.pull is not None and not create:
            return self._pull_back(grads, wanted)
        if self.op.gradients:
            return self._apply_rules(grads, wanted, create)
        return self._through_body(grads, wanted, create)

    def _pull_back(self, grads: Gradients, wanted: Wanted) -> Gradients:
        assert self.pull is not None
        backend = self.backend
        raws = [
            backend.ops["fill_like"](out, value=0, dtype=backend.dtype(out)) if g is None
            else g._raw
            for g, out in zip(grads, self.outs, strict=True)
        ]  # fmt: skip
        found = zip(self.inputs, self.pull(raws), strict=True)
        return [
            dispatch.wrap(r() if callable(r) else r, backend)
            if r is not None and wanted(v) else None
            for v, r in found
        ]  # fmt: skip

    def _apply_rules(self, grads: Gradients, wanted: Wanted, create: bool) -> Gradients:
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
            if rule is None or not any(map(wanted, variables)):
                found += [None] * len(variables)
                continue
            result = rule(g, y, *args, **self.attrs)
            found += result if type(a) is list else [result]
        return found

    def _through_body(self, grads: Gradients, wanted: Wanted, create: bool) -> Gradients:
        """A fused kernel's own gradient cannot be differentiated: differentiate its definition."""
        if self.op.body is None:
            raise GradientError(f"{self.op.name!r} has no gradient.", fix="detach() its input.")
        fresh: dict[int, Tensor] = {id(v): v.tensor(True) for v in self.inputs}
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
        targets = {v.key for v in self.inputs if wanted(v)}
        found = _walk(seeds, targets, True, create, cut=True)
        return [found.get(v.key) if v.key in targets else None for v in self.inputs]


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
        inputs = [v for a in entries for v in (a if type(a) is list else (a,)) if type(v) is Var]
        raws = [
            [v.raw for v in a] if type(a) is list else a.raw if type(a) is Var else a
            for a in entries
        ]
        if not any(v.tracked for v in inputs):
            return dispatch.wrap(function(*raws, **attrs), self.backend)
        answer = self.pullback(op, function, raws, attrs) if self.pullback else None
        if answer is not None:
            out, pull = answer
        elif op.gradients or op.body is None:
            out, pull = function(*raws, **attrs), None
        else:  # a fused kernel without a derivative: record its definition
            return op.body(*args, **attrs)
        return self._hang(Node(op, entries, inputs, attrs, self.backend, pull), out)

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
        tensors = [
            dispatch.wrap(
                raw, self.backend,
                Var(raw, self.backend, node, i)
                if node.op.is_differentiable and raw.dtype in self.backend.inexact else None,
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
    if sources is None:
        leaves: dict[int, Tensor] = {}
        grads = _walk(start, None, retain, create, leaves)
        pairs = [(x, grads.get(key)) for key, x in leaves.items()]
    else:
        keys = [x._node.key if type(x._node) is Var else id(x) for x in sources]
        grads = _walk(start, set(keys), retain, create)
        pairs = [(x, grads.get(key)) for x, key in zip(sources, keys, strict=True)]
    with _flags(recording=create):
        return [(x, None if g is None else _conjugate(g)) for x, g in pairs]


def _conjugate(g: Tensor) -> Tensor:
    return ops.conj(g) if g.dtype.kind == "c" else g


def _walk(
    seeds: dict[Any, tuple[Var, Tensor]],
    targets: set[Any] | None,
    retain: bool,
    create: bool,
    leaves: dict[Any, Tensor] | None = None,
    cut: bool = False,
) -> dict[Any, Tensor]:
    """Gradients by key, from the heads back; leaves and values in `targets` keep theirs.

    Args:
        targets: The keys of the values whose gradients are wanted; None stands for all leaves.
        leaves: Is filled with the leaves on the way.
        cut: Go no further back than the targets.
    """
    nodes = _reachable([v for v, _ in seeds.values()], targets if targets and cut else set())
    grads: dict[Any, Tensor] = {key: g for key, (_, g) in seeds.items()}
    kept = seeds.keys() | (targets or set())
    wanted = _wanted(nodes, targets)
    with _flags(recording=create):
        for node in reversed(nodes):
            outs = [grads.get((id(node), i)) for i in range(len(node.outs))]
            if any(g is not None for g in outs):
                found = node.backprop(outs, wanted, create)
                for var, g in zip(node.inputs, found, strict=True):
                    if g is not None and wanted(var):
                        _accumulate(grads, var, g)
            if leaves is not None:
                leaves |= node.leaves()
            for i in range(len(node.outs)):
                if (id(node), i) not in kept and not node.kept:
                    grads.pop((id(node), i), None)
    if not retain:
        for node in nodes:
            node.free()
    return grads


def _wanted(nodes: list[Node], targets: set[Any] | None) -> Wanted:
    """Whether the gradient of a value is needed on the way to the targets."""
    if targets is None:
        return lambda v: v.tracked
    keys = set(targets)
    for node in nodes:
        if any(v.key in keys for v in node.inputs):
            keys.update((id(node), i) for i in range(len(node.outs)))
    return lambda v: v.key in keys


def _accumulate(grads: dict[Any, Tensor], var: Var, g: Tensor) -> None:
    shape = var.backend.shape(var.raw)
    if g.shape != shape:
        g = ops.sum_to(g, shape)
    if g._raw.dtype != var.raw.dtype:  # a real input beside complex ones gets the real part
        dtype = var.backend.dtype(var.raw)
        g = ops.astype(g if dtype.kind == "c" else ops.real(g), dtype)
    known = grads.get(var.key)
    grads[var.key] = g if known is None else known + g


def _reachable(heads: Iterable[Var], targets: set[Any]) -> list[Node]:
    """The nodes that the heads were computed by, in the order of their calls."""
    found: set[Node] = set()
    stack = [v.node for v in heads if v.node is not None]
    while stack:
        node = stack.pop()
        if node in found:
            continue
        if node.freed:
            FREED.gradients()
        found.add(node)
        stack += [v.node for v in node.inputs if v.node is not None and v.key not in targets]
    return sorted(found, key=lambda node: node.serial)
