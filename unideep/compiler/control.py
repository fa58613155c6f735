"""Control flow on tensors: `foreach`, `while_loop` and `cond`.

Eager code runs them as the Python loops and branches that they are, and records what happens in
them. Compiled code knows no values: there a condition that is a tensor lets both branches run and
selects, and a `while_loop` takes all its `max_iterations` steps, of which those after the end
change nothing. A loop is one operation where the backend has `scan` and the body does nothing but
compute, and is unrolled elsewhere.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as _np

from unideep import ops
from unideep.autograd.scope import pause
from unideep.backend import Backend, current_backend
from unideep.compiler.capture import Branch, Capture, outside
from unideep.compiler.region import Region, Step
from unideep.compiler.structure import Structure
from unideep.dispatch import as_tensor, execute, find_backend, rebind, scope
from unideep.errors import ArgumentError, ShapeError
from unideep.op import OPS
from unideep.tensor import Tensor

__all__ = ["cond", "foreach", "while_loop"]

# foreach


def foreach(
    body: Callable[[Any, Any], tuple[Any, Any]], data: Any, init_states: Any, name: str = "foreach"
) -> tuple[Any, Any]:
    """Run `body(slice, states) -> (outputs, states)` over the first axis of `data`.

    In compiled code one iteration is traced whatever their number, if the backend has loops and the
    body is pure: it draws no random numbers, writes nothing outside, and stops no gradient by
    `pause()`. All iterations are traced otherwise.

    Args:
        body: What one iteration does. The states that it returns have the structure, shapes and
            dtypes of those that it got.
        data: A tensor, or lists, tuples and dicts of tensors of one length.
        init_states: The states of the first iteration, in any such structure.

    Returns:
        The outputs of all iterations, stacked on a new first axis, and the last states.

    Raises:
        ShapeError, DTypeError, ArgumentError: `data` has several lengths, or the body changes the
            structure, a shape or a dtype of the states. The message names the place.

    Gradient:
        To data, states and all that the body reads, to any order.

    Example:
        >>> from unideep import np, npx
        >>> def add(x, total):
        ...     return total + x, total + x
        >>> sums, total = npx.foreach(add, np.array([1.0, 2.0, 3.0]), np.array(0.0))
        >>> sums.tolist(), total.item()
        ([1.0, 3.0, 6.0], 6.0)
    """
    backend = _backend_of(data, init_states)
    rows = Structure("data", data, backend)
    states = Structure("states", init_states, backend)
    length, width = _length(rows), len(rows.tensors)

    def step(tensors: list[Tensor]) -> tuple[Structure, Structure]:
        out = body(rows.like(tensors[:width]), states.like(tensors[width:]))
        return _taken("the body of foreach", out, states, backend)

    if not length:
        blank = [_zeros(t.shape[1:], t) for t in rows.tensors]
        return _nothing(step, [*blank, *states.tensors], 0), init_states
    if _has_loops(backend):
        first = [t[0] for t in rows.tensors]
        region = Region(step, [*first, *states.tensors], backend)
        if region.is_pure:
            return _scan(region, rows.tensors, states, length)
    slices = [ops.unstack(t) for t in rows.tensors]
    current, all_outputs = states.tensors, list[Structure]()
    for i in range(length):
        outputs, new = step([*(s[i] for s in slices), *map(_alias, current)])
        current = new.tensors
        _collect(all_outputs, outputs, "the body of foreach")
    return _stacked(all_outputs, 0), states.like(current)


def _has_loops(backend: Backend) -> bool:
    """Whether this is a trace by an engine that takes a loop as a whole."""
    return scope.capture is not None and scope.capture.is_trace and "scan" in backend.ops


def _scan(region: Region, rows: list[Tensor], states: Structure, length: int) -> tuple[Any, Any]:
    """The loop as one operation."""
    args = states.tensors, rows, region.closed
    found = execute(OPS["scan"], args, {"step": region, "length": length})
    n = len(states.tensors)
    return region.outputs.like(found[n:]), states.like(found[:n])


def _length(rows: Structure) -> int:
    if not rows.tensors:
        raise ArgumentError("foreach has no data to go through.", fix="pass at least one tensor.")
    shapes = [t.shape for t in rows.tensors]
    if any(not s for s in shapes) or len({s[0] for s in shapes}) > 1:
        raise ShapeError(
            "the data of foreach have no common length along their first axis.",
            got=", ".join(f"{p} {s}" for p, s in zip(rows.paths, shapes, strict=True)),
        )
    return shapes[0][0]


# while_loop


def while_loop(
    cond: Callable[..., Any],
    func: Callable[..., tuple[Any, Any]],
    loop_vars: Any,
    max_iterations: int | None = None,
    name: str = "while_loop",
) -> tuple[Any, Any]:
    """Run `func(*loop_vars) -> (outputs, loop_vars)` as long as `cond(*loop_vars)` holds.

    In compiled code every step up to `max_iterations` is computed, and those after the end are
    discarded, whatever they write too; they do draw random numbers.

    Args:
        cond: Gives a boolean, or a tensor of one element.
        func: One step. Its outputs may be None; the new variables have the structure, shapes and
            dtypes of the old ones.
        loop_vars: A tensor, or a list, tuple or dict of tensors.
        max_iterations: The most steps, and the length of the outputs. Required.

    Returns:
        The outputs stacked on a new first axis, with zeros for steps not taken, and the last
        variables.

    Raises:
        ArgumentError, ShapeError, DTypeError: no `max_iterations`, no variables, or `func` changes
            their structure, a shape or a dtype.

    Gradient:
        To the variables and all that `func` reads, to any order.

    Example:
        >>> from unideep import np, npx
        >>> outputs, (n, total) = npx.while_loop(
        ...     lambda n, total: n < 3,
        ...     lambda n, total: (n * 10, (n + 1, total + n)),
        ...     (np.array(1), np.array(0)), max_iterations=4)
        >>> outputs.tolist(), n.item(), total.item()
        ([10, 20, 0, 0], 3, 3)
    """
    if not isinstance(max_iterations, int) or max_iterations < 0:
        raise ArgumentError(
            "while_loop needs max_iterations, the most steps it may take.",
            got=f"{max_iterations!r}",
        )
    backend = _backend_of(loop_vars)
    states = Structure("loop_vars", loop_vars, backend)
    if not states.tensors:
        raise ArgumentError("while_loop has no loop_vars.", fix="pass at least one tensor.")

    def step(tensors: list[Tensor]) -> tuple[Structure, Structure]:
        out = func(*_arguments(states.like(tensors)))
        return _taken("the func of while_loop", out, states, backend)

    condition = functools.partial(_condition, cond, states)
    if max_iterations and _has_loops(backend):
        found = _scanned(condition, step, states, max_iterations, backend)
        if found is not None:
            return found
    return _unrolled(condition, step, states, max_iterations)


def _condition(cond: Callable[..., Any], states: Structure, current: list[Tensor]) -> Any:
    return _truth(cond(*_arguments(states.like(current))), "the cond of while_loop")


def _unrolled(
    condition: Callable[[list[Tensor]], Any], step: Step, states: Structure, length: int
) -> tuple[Any, Any]:
    """At most `length` steps, one after the other."""
    current, all_outputs = states.tensors, list[Structure]()
    active: Any = True
    for _ in range(length):
        holds = condition(current)
        if holds is False:
            break
        if holds is not True:
            active = holds if active is True else ops.logical_and(active, holds)
        outputs, current = _masked(step, current, active)
        _collect(all_outputs, outputs, "the func of while_loop")
    if not all_outputs:
        return _nothing(step, current, length), states.like(current)
    return _stacked(all_outputs, length - len(all_outputs)), states.like(current)


def _scanned(
    condition: Callable[[list[Tensor]], Any], step: Step, states: Structure, length: int,
    backend: Backend,
) -> tuple[Any, Any] | None:  # fmt: skip
    """All steps as one loop of the engine's, whose state also holds whether it goes on."""

    def masked(tensors: list[Tensor]) -> tuple[Structure, Structure]:
        *current, active = tensors
        active = ops.logical_and(active, as_tensor(condition(current), backend=backend))
        outputs, new = _masked(step, current, active)
        return outputs, Structure("loop_vars", [*new, active], backend)

    start = Structure("loop_vars", [*states.tensors, True], backend)
    region = Region(masked, start.tensors, backend)
    if not region.is_pure:
        return None
    outputs, last = _scan(region, [], start, length)
    return outputs, states.like(last[:-1])


def _masked(step: Step, current: list[Tensor], active: Any) -> tuple[Structure, list[Tensor]]:
    """One step, which changes nothing where `active` is a tensor that holds False."""
    if active is True:
        outputs, new = step([_alias(t) for t in current])
        return outputs, new.tensors
    with Branch() as branch:
        outputs, new = step([_alias(t) for t in current])
        outputs.tensors = [_alias(t) for t in outputs.tensors]
        found = [_alias(t) for t in new.tensors]
    for t, value in branch.written:
        rebind(t, ops.where(active, value, t))
    outputs.tensors = [ops.where(active, t, ops.zeros_like(t)) for t in outputs.tensors]
    return outputs, [ops.where(active, n, t) for n, t in zip(found, current, strict=True)]


# cond


def cond(
    pred: Any,
    then_func: Callable[..., Any],
    else_func: Callable[..., Any],
    inputs: Any = None,
    name: str = "cond",
) -> Any:
    """`then_func(*inputs)` if `pred` holds, else `else_func(*inputs)`.

    In compiled code with a tensor as predicate both are computed and one is selected, whatever
    they write too; both draw random numbers.

    Args:
        pred: A boolean, a tensor of one element, or a function of the inputs that gives one.
        inputs: A tensor, a list or tuple of tensors, or None for functions without arguments.

    Returns:
        What the function returned: tensors in any structure. In compiled code both have to return
        the same structure, shapes and dtypes.

    Gradient:
        To the inputs and all that the chosen function reads, to any order.

    Example:
        >>> from unideep import np, npx
        >>> x = np.array(3.0)
        >>> npx.cond(x > 2, lambda x: x * 2, lambda x: x - 1, x).item()
        6.0
    """
    args = _arguments(inputs)
    holds = _truth(pred(*args) if callable(pred) else pred, "the predicate of cond")
    if not isinstance(holds, Tensor):
        backend = _backend_of(inputs)
        out = Structure("the result", (then_func if holds else else_func)(*args), backend)
        return out.like(out.tensors)
    yes, written = _branch(then_func, args, holds._backend)
    no, written_else = _branch(else_func, args, holds._backend)
    yes.check(no, "the else_func of cond")
    for t, value in written:
        rebind(t, ops.where(holds, value, t))
    for t, value in written_else:
        rebind(t, ops.where(holds, t, value))
    pairs = zip(yes.tensors, no.tensors, strict=True)
    return yes.like([ops.where(holds, a, b) for a, b in pairs])


def _branch(
    function: Callable[..., Any], args: Sequence[Any], backend: Backend
) -> tuple[Structure, list[tuple[Tensor, Tensor]]]:
    """What a function returns and what it would write."""
    with Branch() as branch:
        out = Structure("the result", function(*args), backend)
        out.tensors = [_alias(t) for t in out.tensors]
    return out, branch.written


# What they share


def _backend_of(*values: Any) -> Backend:
    found: list[Any] = list(values)
    for v in found:
        if isinstance(v, (list, tuple, dict)):
            found += v.values() if isinstance(v, dict) else v
    return find_backend(found) or current_backend()


def _arguments(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


def _alias(t: Tensor) -> Tensor:
    """Another handle on the value of `t`: what a body writes in place is its own."""
    if t._leaf is not None:
        return t
    new = Tensor(t._raw, t._backend, t._node)
    if scope.capture is not None:
        scope.capture.read(t)
        scope.capture.born(new)
    return new


def _truth(value: Any, what: str) -> Any:
    """A condition as a bool; in a trace that of a tensor is a 0-d tensor."""
    if not isinstance(value, Tensor):
        return bool(value)
    if value.size != 1:
        raise ShapeError(f"{what} is not one value.", got=f"shape {value.shape}")
    if scope.capture is not None:
        scope.capture.read(value)
        if scope.capture.is_trace:
            return ops.astype(ops.reshape(value, ()), "bool")
    with outside():
        return bool(value)


def _taken(what: str, out: Any, states: Structure, backend: Backend) -> tuple[Structure, Structure]:
    """What a body returned, as outputs and checked states."""
    if not isinstance(out, (list, tuple)) or len(out) != 2:
        raise ArgumentError(f"{what} returns a pair: (outputs, states).", got=f"{out!r:.80}")
    new = Structure(states.name, out[1], backend)
    states.check(new, what)
    return Structure("outputs", out[0], backend), new


def _collect(all_outputs: list[Structure], new: Structure, what: str) -> None:
    if all_outputs:
        all_outputs[0].check(new, what)
    new.tensors = [_alias(t) for t in new.tensors]
    all_outputs.append(new)


def _stacked(all_outputs: list[Structure], missing: int) -> Any:
    """The outputs of all iterations, and zeros for the missing ones."""
    found: list[Tensor] = []
    for column in zip(*(o.tensors for o in all_outputs), strict=True):
        zeros = [ops.zeros_like(column[0])] * missing
        found.append(ops.stack([*column, *zeros]))
    return all_outputs[0].like(found)


def _nothing(step: Step, tensors: list[Tensor], length: int) -> Any:
    """The outputs of no iteration: their shapes are found by one that leaves no mark."""
    capture = Capture([] if scope.capture is not None and scope.capture.is_trace else None)
    with pause(scope.training), capture.running():
        outputs, _ = step([_alias(t) for t in tensors])
    capture.undo()
    for feed in capture.feeds:
        feed.undo()
    return outputs.like([_zeros((length, *t.shape), t) for t in outputs.tensors])


def _zeros(shape: tuple[int, ...], like: Tensor) -> Tensor:
    array = _np.zeros(shape, like.dtype.numpy)
    return as_tensor(array, device=like.device, backend=like._backend)
