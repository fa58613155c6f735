"""`ud.compile`: discover at the first call, trace and compile at the second, run from then on."""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import functools
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Generic, ParamSpec, TypeVar

from unideep import dispatch, heap
from unideep.backend import Backend, Program, Raw, current_backend, default_device
from unideep.compiler.capture import Capture
from unideep.compiler.explain import History, Version
from unideep.compiler.feed import Feed
from unideep.compiler.signature import describe, difference, flatten, key_of, unflatten
from unideep.config import setting
from unideep.dispatch import scope
from unideep.errors import CompileError
from unideep.tensor import Leaf, Tensor

__all__ = ["Compiled", "compile", "invalidate"]

P = ParamSpec("P")
R = TypeVar("R")

_MANY_RETRACES = 8
_LONG_S = 1.0
"""A compilation that takes as long leaves enough behind to look for it, for some milliseconds."""
_epoch = [0]


def invalidate() -> None:
    """Forget all programs: something changed that they have baked in (dtype, grad_req, ...)."""
    _epoch[0] += 1


class _Grown(Exception):
    """A trace read handles that discovery had not seen: trace again with them as inputs."""


def compile(function: Callable[P, R]) -> Compiled[P, R]:
    """The whole of `function` as one native program: forward, backward, optimizer step.

    The first call with a signature (shapes, dtypes, Python values, flags, backend) runs eagerly
    and finds every tensor from outside that is read or rebound; the second one traces and
    compiles; later ones run the program. Python side effects happen in the first two calls only.

    A gradient that an optimizer uses up inside the step costs memory outside it, so the program
    returns it only if somebody has read `.grad` before; the first read that comes too late says so.

    Example:
        >>> import unideep as ud
        >>> total = ud.np.zeros(())
        >>> @ud.compile
        ... def add(x):
        ...     global total
        ...     total += x.sum()
        ...     return total * 1
        >>> [float(add(ud.np.ones(2))) for _ in range(3)]
        [2.0, 4.0, 6.0]
    """
    return Compiled(function)


class Compiled(Generic[P, R]):
    """A function with a program for each signature. See `compile`."""

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function, updated=())
        self._function = function
        self._versions: dict[Any, _Version] = {}
        self.history = History(getattr(function, "__name__", type(function).__name__))
        self._last: dict[str, Any] | None = None
        self._is_off = setting("compile") == "0"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        if scope.capture is not None or self._is_off:
            return self._function(*args, **kwargs)
        inputs: Any = args
        tree = None
        if kwargs or any(type(a) is not Tensor for a in args):
            inputs = []
            tree = flatten((args, kwargs), inputs)
        backend = inputs[0]._backend if inputs else current_backend()
        facts: list[Any] = [backend, scope.recording, scope.training, scope.source]
        for t in inputs:
            raw, leaf = t._raw, t._leaf
            facts += (backend.shape(raw), raw.dtype, None if leaf is None else leaf.request)
        key = tuple(facts) if tree is None else (*facts, key_of(tree))
        version = self._versions.get(key)
        if version is None or version.epoch != _epoch[0]:
            tree = tree or flatten((args, kwargs), [])
            version = self._new_version(key, tree, inputs, backend)
        version.note.calls += 1
        return version.run(inputs)

    def explain(self) -> History:
        """The signatures seen, why each came, its calls, compile seconds and graph size."""
        return self.history

    def _new_version(self, key: Any, tree: Any, inputs: list[Tensor], backend: Backend) -> _Version:
        facts = {
            "arguments": key_of(tree),
            "tensors": describe(inputs),
            "backend": backend.name,
            "recording": scope.recording,
            "training": scope.training,
            "random": scope.source,
        }
        cause = difference(self._last, facts) if self._last else "it was the first call"
        self._last = facts
        note = Version(f"{describe(inputs)} on {backend.name}", cause)
        self.history.versions.append(note)
        if self.history.retraces == _MANY_RETRACES:
            warnings.warn(
                f"{self.history.name} was compiled {_MANY_RETRACES + 1} times; last because "
                f"{cause}. Pass what changes as a tensor.",
                stacklevel=4,
            )
        version = self._versions[key] = _Version(self._function, tree, note, backend)
        return version


class _Version:
    """One signature: first discovered, then compiled."""

    def __init__(
        self, function: Callable[..., Any], tree: Any, note: Version, backend: Backend
    ) -> None:
        self.function, self.tree, self.note, self.backend = function, tree, note, backend
        self.device = default_device(backend)
        self.recorded = scope.recording
        self.program: Program | None = None
        self.state: list[Tensor] | None = None
        self.feeds: list[Feed] = []
        self.spent: list[Leaf] = []
        self.epoch = _epoch[0]

    def run(self, inputs: Sequence[Tensor]) -> Any:
        """One call."""
        if self.state is None:
            return self._discover(inputs)
        backend = self.backend
        for t in self.state:
            if t._backend is not backend:  # the net was carried to another one
                return self._discover(inputs)
        if not backend.compiles:  # to note the handles once more would only take time
            args, kwargs = unflatten(self.tree, inputs)
            return self.function(*args, **kwargs)
        for leaf in self.spent:
            if leaf.observed:  # its gradient is wanted after all: compile again
                self.program = None
        counts = [(f.counter, f.counter.value) for f in self.feeds]
        try:
            fed = [self._fed(f) for f in self.feeds]
            if self.program is None:
                return self._first_launch(inputs, fed)
            return self._launch(inputs, fed)
        except BaseException:
            for counter, value in counts:
                counter.value = value
            raise

    def _fed(self, feed: Feed) -> Raw:
        return self.backend.scalar(feed.draw(), feed.dtype, self.device)

    def _discover(self, inputs: Sequence[Tensor]) -> Any:
        """Run for real, and note the handles."""
        capture = Capture()
        args, kwargs = unflatten(self.tree, inputs)
        with capture.running():
            out = self.function(*args, **kwargs)
        given = set(map(id, inputs))
        state = [t for t in capture.reads.values() if id(t) not in given]
        if state and not inputs:
            self.backend = state[0]._backend
            self.device = state[0].device
        self.program, self.feeds, self.state = None, capture.feeds, state
        self._check_backends()
        self.epoch = _epoch[0]  # what changed during discovery was known to it
        return out

    def _check_backends(self) -> None:
        for t in self.state or ():
            if t._backend is not self.backend:
                raise CompileError(
                    "a compiled step reads tensors of two backends.",
                    got=f"{self.backend.name!r} and {t.backend!r} with shape {t.shape}",
                    fix="compile one step for each backend.",
                )

    def _launch(self, inputs: Sequence[Tensor], fed: list[Raw]) -> Any:
        if self.recorded:
            return self._finish(self._recorded(fed, inputs), inputs)
        raws = [t._raw if t._node is None else t._value() for t in self.state]  # pyright: ignore
        raws += fed
        raws += [t._raw if t._node is None else t._value() for t in inputs]
        return self._finish(self.program(raws), inputs)  # pyright: ignore[reportOptionalCall]

    def _first_launch(self, inputs: Sequence[Tensor], fed: list[Raw]) -> Any:
        """Trace, compile and run; once more from the start for each growth of the state."""
        start = time.perf_counter()
        while True:
            fed += [self._fed(f) for f in self.feeds[len(fed) :]]
            before = self.feeds
            try:
                self._compile(inputs, fed)
                out = self._launch(inputs, fed)
            except _Grown:
                self.program = None
                if self.feeds[: len(before)] != before:  # a branch that discovery passed by draws
                    for feed in before:
                        feed.undo()
                    fed = []
                continue
            self.note.compile_s = time.perf_counter() - start
            if self.note.compile_s > _LONG_S:
                heap.give_back()
            return out

    def _recorded(self, fed: list[Raw], inputs: Sequence[Tensor]) -> Sequence[Any]:
        """The program as one differentiable node; its outputs come as tensors."""
        assert self.state is not None
        tensors = [*self.state, *(Tensor(r, self.backend) for r in fed), *inputs]
        node = _AsOp(self)
        return dispatch.tape_of(self.backend).run(node, self.program, (tensors,), {})

    # Tracing

    def _compile(self, inputs: Sequence[Tensor], fed: list[Raw]) -> None:
        assert self.state is not None
        self.requests = [None if t._leaf is None else t._leaf.request for t in inputs]
        examples = [*(t._value() for t in self.state), *fed, *(t._value() for t in inputs)]
        self.updates: dict[int, int] = {}
        self.program = self.backend.compile(
            self.pure, examples, self._updates, differentiable=self.recorded
        )
        self.note.report = self.program.report

    def _updates(self) -> dict[int, int]:
        """Output -> the input that it replaces. Known once `pure` was traced."""
        place = {id(t): i for i, t in enumerate(self.state or ())}
        first = self.n_outputs
        return {first + i: place[id(t)] for i, t in enumerate(self.rebound) if id(t) in place}

    def pure(self, raws: Sequence[Raw]) -> list[Raw]:
        """The step as a function of raws: state, feeds and inputs in; outputs and new state out."""
        state, backend = list(self.state or ()), self.backend
        n, m = len(state), len(state) + len(self.feeds)
        placeholders = [Tensor(r, backend) for r in raws[n:m]]
        inputs = [Tensor(r, backend) for r in raws[m:]]
        for t, request in zip(inputs, self.requests, strict=True):
            t._leaf = None if request is None else Leaf(request)
        capture = Capture(placeholders)
        before = [(t, t._raw, t._node) for t in state]
        saved = scope.recording, scope.tapes
        scope.recording, scope.tapes = False, None
        try:
            for t, raw in zip(state, raws, strict=False):
                t._raw, t._node = raw, None
            with capture.running():
                args, kwargs = unflatten(self.tree, inputs)
                out = self.function(*args, **kwargs)
                outs = self._outputs(out, capture, inputs)
            self._absorb(capture, {id(t) for t in (*inputs, *placeholders)})
        finally:
            capture.undo()
            for t, raw, node in before:
                t._raw, t._node = raw, node
            scope.recording, scope.tapes = saved
            scope.settle()
            capture.poison()
        return outs

    def _outputs(self, out: Any, capture: Capture, inputs: list[Tensor]) -> list[Raw]:
        """Raws of the returned tensors, the new state, written inputs and their gradients."""
        returned: list[Tensor] = []
        self.out_tree = flatten(out, returned)
        self.n_outputs = len(returned)
        given = {id(t): i for i, t in enumerate(inputs)}
        self.rebound = [t for k, t in capture.rebinds.items() if k not in given]
        self.written = [given[k] for k in capture.rebinds if k in given]
        self.differentiated = [
            i for i, t in enumerate(inputs) if t._leaf is not None and t._leaf.gradient is not None
        ]
        gradients = [inputs[i]._leaf.gradient for i in self.differentiated]  # pyright: ignore
        self.spent = capture.unobserved()
        own = {id(g) for g in gradients} | {id(leaf.gradient) for leaf in self.spent}
        self.rebound = [t for t in self.rebound if id(t) not in own]
        self.freshness = capture.freshness()
        tensors = [*returned, *self.rebound, *(inputs[i] for i in self.written), *gradients]
        return [t._value() for t in tensors]  # pyright: ignore[reportOptionalMemberAccess]

    def _absorb(self, capture: Capture, given: set[int]) -> None:
        """Take in handles and feeds that discovery had not seen."""
        known = {id(t) for t in self.state or ()} | given
        new = [t for k, t in capture.reads.items() if k not in known]
        grown = bool(new) or len(capture.feeds) > len(self.feeds)
        if grown:
            for feed in capture.feeds[len(self.feeds) :]:
                feed.undo()  # the next round draws them again, as inputs
            self.state = [*(self.state or ()), *new]
            self.feeds = capture.feeds
            self._check_backends()
            raise _Grown

    # After a run

    def _finish(self, outs: Sequence[Any], inputs: Sequence[Tensor]) -> Any:
        """Rebind the handles to the new state and rebuild what the step returned."""
        backend, n = self.backend, self.n_outputs
        returned = [o if type(o) is Tensor else Tensor(o, backend) for o in outs[:n]]
        if self.recorded:  # what came through the tape are tensors; state has no history
            outs = [o._value() for o in outs]
        for t, new in zip(self.rebound, outs[n:], strict=False):
            t._raw, t._node = new, None
        if self.written or self.differentiated:
            self._finish_inputs(outs[n + len(self.rebound) :], inputs)
        for leaf, fresh in self.freshness:
            leaf.fresh = fresh
        for leaf in self.spent:
            leaf.gradient._raw, leaf.lost = None, True  # pyright: ignore
        return unflatten(self.out_tree, returned)

    def _finish_inputs(self, rest: Sequence[Raw], inputs: Sequence[Tensor]) -> None:
        """Write inputs that the step writes, and their gradients."""
        for i, new in zip(self.written, rest, strict=False):
            inputs[i]._raw = new
        for i, new in zip(self.differentiated, rest[len(self.written) :], strict=True):
            leaf = inputs[i]._leaf
            if leaf is None:  # the step itself asked for it
                leaf = inputs[i]._leaf = Leaf("write")
            leaf.gradient, leaf.fresh = Tensor(new, self.backend), True


class _AsOp:
    """A version in the shape of an operation, for a tape."""

    gradients = ()
    is_differentiable = True

    def __init__(self, version: _Version) -> None:
        self.version = version
        self.name = version.note.signature

    def body(self, tensors: list[Tensor]) -> Any:
        """The definition, run on recorded tensors: what a second derivative goes through."""
        version = self.version
        state, backend = version.state or [], version.backend
        before = [(t, t._raw, t._node) for t in state]
        n, m = len(state), len(state) + len(version.feeds)
        capture = Capture(tensors[n:m])
        try:
            for t, new in zip(state, tensors, strict=False):
                t._raw, t._node = new._raw, new._node
            with capture.running():
                args, kwargs = unflatten(version.tree, tensors[m:])
                returned: list[Tensor] = []
                flatten(version.function(*args, **kwargs), returned)
                rebound = [Tensor(t._raw, backend, t._node) for t in version.rebound]
        finally:
            capture.undo()
            for t, raw, node in before:
                t._raw, t._node = raw, node
        return [*returned, *rebound]
