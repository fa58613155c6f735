"""From an operation's call to the backend's function: unwrap, run or record, wrap, explain.

Nothing is checked on the good path. When a backend's function fails, `explain` builds the message
from the operation, the shapes, the dtypes and the backend.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as _np

from unideep.backend import Backend, current_backend, default_device, find_device
from unideep.device import DeviceLike
from unideep.dtype import DTypeLike, as_dtype, default_float, promote, scalar_dtype
from unideep.errors import (
    CompileError,
    DTypeError,
    LinAlgError,
    MixedBackendError,
    ShapeError,
    UniDeepError,
    UnsupportedOpError,
)
from unideep.tensor import Tensor

if TYPE_CHECKING:
    from unideep.op import Op

__all__ = ["as_tensor", "execute", "explain", "rebind", "rebind_all", "scope", "wrap"]


class Scope(threading.local):
    """What this thread is doing. `quiet` is the one flag that the fast path reads.

    Attributes:
        recording, training: The two flags of `autograd`.
        tapes: The tape of each backend met in this recording.
        capture: The capture under way in `compiler`, which notes reads and rebinds.
        source: Where random floats come from, see `random.use`. One for the whole process.
    """

    quiet: bool = True
    recording: bool = False
    training: bool = False
    tapes: dict[Backend, Any] | None = None
    capture: Any = None
    source: str = "philox"

    def settle(self) -> None:
        """Recompute `quiet` after `recording` or `capture` changed."""
        self.quiet = not self.recording and self.capture is None


scope = Scope()

_REALS = (bool, int, float)
_SCALARS = (*_REALS, complex)


# Values in


def as_tensor(
    value: Any,
    dtype: DTypeLike | None = None,
    device: DeviceLike | None = None,
    backend: Backend | None = None,
) -> Tensor:
    """A tensor of `value`: Python numbers and lists, NumPy arrays, or a Tensor (kept if it fits).

    Python floats become float32, complex numbers complex64 and ints int64; a NumPy array keeps
    its dtype.
    """
    if isinstance(value, Tensor):
        return value if dtype is None or value.dtype == dtype else value.astype(dtype)
    backend = backend or current_backend()
    array = _to_numpy(value, dtype)
    where = default_device(backend) if device is None else find_device(backend, device)
    tensor = Tensor(backend.from_numpy(array, where), backend)
    if scope.capture is not None:
        scope.capture.born(tensor)
    return tensor


def _to_numpy(value: Any, dtype: DTypeLike | None) -> _np.ndarray[Any, Any]:
    if isinstance(value, (list, tuple)) and _holds_tensors(value):
        value = _detensor(value)
    try:
        array = _np.asarray(value)
    except ValueError:  # rows of several lengths
        array = _np.asarray(None)
    if array.dtype == object:
        raise DTypeError(
            "a tensor holds numbers, all rows of the same length.", got=f"{value!r:.80}"
        )
    if dtype is not None:
        wanted = as_dtype(dtype).numpy
        if wanted == _np.uint64 and isinstance(value, (list, tuple)):
            return _np.asarray(value, wanted)  # NumPy makes floats of small and large ones mixed
        return array.astype(wanted, copy=False)
    if array.dtype.kind in "fc" and not isinstance(value, (_np.ndarray, _np.generic)):
        return array.astype(_DEFAULTS.get(array.dtype.char, array.dtype), copy=False)
    return array


_KINDS = {"b": "boolean", "u": "unsigned", "i": "integer", "f": "floating", "c": "complex"}
# What NumPy makes of Python numbers -> what UniDeep makes of them.
_DEFAULTS = {"d": default_float().numpy, "D": _np.dtype("complex64")}


def _holds_tensors(value: Sequence[Any]) -> bool:
    return any(
        isinstance(v, Tensor) or (isinstance(v, (list, tuple)) and _holds_tensors(v)) for v in value
    )


def _detensor(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.asnumpy()
    return [_detensor(v) for v in value] if isinstance(value, (list, tuple)) else value


# A call


def execute(op: Op, args: tuple[Any, ...], attrs: dict[str, Any]) -> Any:
    """Run `op` on any arguments: the path of every call that the fast paths in `op` leave."""
    first = args[0] if args else None
    if type(first) is Tensor:
        backend = first._backend
    else:
        backend = find_backend(args) or current_backend()
    function = backend.ops.get(op.name)
    if function is None:
        if op.body is None:
            raise _unsupported(op, backend)
        return _run_body(op, args, attrs, backend)
    if not _is_ready(op, args, backend):
        args = _prepare(op, args, backend)
    if scope.capture is not None:
        _note_reads(args)
    try:
        if scope.recording:
            tape: Any = scope.tapes.get(backend) or tape_of(backend)  # pyright: ignore
            return tape.run(op, function, args, attrs)
        raws = [_raw(a) for a in args]
        return wrap(function(*raws, **attrs), backend)
    except UniDeepError:
        raise
    except Exception as error:
        raise explain(op, backend, args, attrs, error) from error


def _run_body(op: Op, args: tuple[Any, ...], attrs: dict[str, Any], backend: Backend) -> Any:
    """A composite's definition; a failure inside is told in terms of the composite's arguments."""
    assert op.body is not None
    pairs = zip(args, op.roles, strict=True)
    args = tuple([a if type(a) is Tensor else _enter(a, backend, r) for a, r in pairs])
    if op.to_float:
        args = tuple(_as_float(a) for a in args)
    try:
        return op.body(*args, **attrs)
    except UniDeepError as error:
        if error.is_of_engine:
            error.got = _received(op, backend, args, attrs)
        raise


def _as_float(arg: Any) -> Any:
    integral = type(arg) is Tensor and arg._raw.dtype not in arg._backend.inexact
    return arg.astype(default_float()) if integral else arg


def find_backend(args: Sequence[Any]) -> Backend | None:
    """The backend of the first tensor among `args`."""
    for a in args:
        if isinstance(a, Tensor):
            return a._backend
        if isinstance(a, (list, tuple)):
            found = find_backend(a)
            if found is not None:
                return found
    return None


def tape_of(backend: Backend) -> Any:
    """The tape of this recording for `backend`, made at its first operation."""
    tapes = scope.tapes
    assert tapes is not None
    tape = tapes.get(backend)
    if tape is None:
        tape = tapes[backend] = backend.tape()
        tape.start()
    return tape


def wrap(out: Any, backend: Backend, node: Any = None) -> Any:
    """Tensors around what a backend's function returned: one raw, or a tuple or list of them."""
    if type(out) is tuple:
        return tuple([wrap(raw, backend, node) for raw in out])
    if type(out) is list:
        if scope.capture is None and list not in map(type, out):
            return [Tensor(raw, backend, node) for raw in out]
        return [wrap(raw, backend, node) for raw in out]
    tensor = Tensor(out, backend, node)
    if scope.capture is not None:
        scope.capture.born(tensor)
    return tensor


def _raw(arg: Any) -> Any:
    """The plain raw of a tensor, of a list of them, or the weak scalar itself."""
    if type(arg) is Tensor:
        return arg._raw if arg._node is None else arg._backend.plain(arg._raw)
    if type(arg) is list:
        return [_raw(a) for a in arg]
    return arg


def _note_reads(args: Sequence[Any]) -> None:
    for a in args:
        if type(a) is Tensor:
            scope.capture.read(a)
        elif type(a) is list:
            _note_reads(a)


# Promotion


def _prepare(op: Op, args: tuple[Any, ...], backend: Backend) -> tuple[Any, ...]:
    """Arguments as tensors of `backend` in one dtype, and weak scalars."""
    ready = [_enter(a, backend, r) for a, r in zip(args, op.roles, strict=True)]
    pool = [a for a, r in zip(ready, op.roles, strict=True) if r == "tensor"]
    flat = [t for a in pool for t in (a if type(a) is list else (a,)) if t is not None]
    tensors = [t for t in flat if type(t) is Tensor]
    if not tensors:
        if not flat:
            return tuple(ready)
        tensors = [as_tensor(flat[0], backend=backend)]  # add(1, 2): the first becomes a tensor
        ready[next(i for i, a in enumerate(ready) if a is flat[0])] = tensors[0]
    if _is_uniform(tensors, flat, op, backend):
        return tuple(ready)
    target = tensors[0].dtype
    for t in flat:
        target = promote(target, t.dtype) if type(t) is Tensor else scalar_dtype(target, type(t))
    if op.to_float and not target.is_inexact:
        target = default_float()
    roles = zip(ready, op.roles, strict=True)
    return tuple(_cast(a, target) if role == "tensor" else a for a, role in roles)


def _is_ready(op: Op, args: tuple[Any, ...], backend: Backend) -> bool:
    """The usual case, told in a microsecond: tensors of one backend and dtype, real numbers."""
    native, is_float = None, op.to_float
    for a, role in zip(args, op.roles):  # noqa: B905  as many, and `strict` takes its time
        if type(a) is Tensor:
            if a._backend is not backend:
                return False
            if role == "tensor":
                if native is None:
                    native = a._raw.dtype
                elif a._raw.dtype != native:
                    return False
        elif type(a) is list:
            for t in a:
                if type(t) is not Tensor or t._backend is not backend:
                    return False
                if native is None:
                    native = t._raw.dtype
                elif t._raw.dtype != native:
                    return False
        elif role == "tensor" and type(a) in _REALS:
            is_float = True
        elif a is not None and (role != "scalar" or type(a) not in _SCALARS):
            return False
    return not is_float or native in backend.inexact


def _enter(arg: Any, backend: Backend, role: str) -> Any:
    if type(arg) is Tensor:
        if arg._backend is not backend:
            raise MixedBackendError(
                "the tensors of one call live on two backends.",
                got=f"{backend.name!r} and {arg._backend.name!r}",
                fix=f"move one of them: x.to_backend({backend.name!r}).",
            )
        return arg
    if arg is None or (role != "index" and type(arg) in _SCALARS):
        return arg
    if role == "tensor" and isinstance(arg, float):  # numpy.float64 is one: weak like one
        return float(arg)
    if isinstance(arg, list | tuple) and (not arg or _holds_tensors(arg)):
        return [_enter(as_tensor(a, backend=backend), backend, role) for a in arg]
    return as_tensor(arg, backend=backend)


def _is_uniform(tensors: list[Tensor], flat: list[Any], op: Op, backend: Backend) -> bool:
    """Whether nothing needs a cast, told from the engine's own dtypes."""
    native = tensors[0]._raw.dtype
    if any(t._raw.dtype != native for t in tensors[1:]):
        return False
    if native in backend.inexact:
        return not any(type(t) is complex for t in flat)
    return not op.to_float and len(tensors) == len(flat)


def _cast(arg: Any, target: Any) -> Any:
    if type(arg) is Tensor:
        return arg if arg.dtype is target else arg.astype(target)
    if type(arg) is list:
        return [_cast(a, target) for a in arg]
    if arg is not None and target.kind == "f":
        return float(arg)
    return arg


# Values out


def rebind(handle: Tensor, value: Tensor) -> None:
    """Give `handle` the value of `value`: the only way in which a tensor changes."""
    if scope.quiet:
        handle._raw, handle._node = value._raw, value._node
        return
    if scope.recording and handle._leaf is not None and handle._node is None:
        from unideep.errors import GradientError

        raise GradientError(
            "a tensor whose gradient is wanted was written inside record().",
            fix="write it outside record(), under autograd.pause(), or write a copy of it.",
        )
    if scope.capture is not None:
        scope.capture.rebind(handle)
    handle._raw, handle._node = value._raw, value._node


def rebind_all(handles: Sequence[Tensor], values: Sequence[Tensor]) -> None:
    """`rebind` each handle to the value at its place."""
    if scope.quiet:
        for handle, value in zip(handles, values, strict=True):
            handle._raw, handle._node = value._raw, value._node
        return
    for handle, value in zip(handles, values, strict=True):
        rebind(handle, value)


def forbid_in_capture(what: str) -> None:
    """Raise where a value that is being compiled would have to become a Python one."""
    if scope.capture is not None:
        from unideep.compiler.explain import calling_line

        raise CompileError(
            f"{what} needs the value of a tensor while the step is being compiled"
            f" ({calling_line()}).",
            fix="return the tensor and convert it outside, or use np.where and npx.cond.",
        )


def explain(
    op: Op, backend: Backend, args: Sequence[Any], attrs: dict[str, Any], error: Exception
) -> Exception:
    """A clear exception for a backend's failure; the engine's own one is its cause."""
    if isinstance(error, UniDeepError):
        return error
    if op.name not in backend.ops:
        return _unsupported(op, backend)
    if (wrong := _undefined(op, args)) is not None:
        return wrong
    if isinstance(error, (MemoryError, NotImplementedError, RecursionError)):
        return error
    first = str(error).strip().split("\n")[0][:300]
    got = _received(op, backend, args, attrs)
    is_type = isinstance(error, TypeError) and "shape" not in first
    if isinstance(error, IndexError):
        return IndexError(f"{op.name}: {first}\n  Got {got}.")
    is_singular = isinstance(error, _np.linalg.LinAlgError) and "square" not in first
    wrong = LinAlgError if is_singular else DTypeError if is_type else ShapeError
    clear = wrong(f"{op.name} failed: {first}", got=got)
    clear.is_of_engine = True
    return clear


def _undefined(op: Op, args: Sequence[Any]) -> DTypeError | None:
    """The error of an operation that no engine has for a dtype."""
    dtypes = [a.dtype for a in args if isinstance(a, Tensor)]
    if all(d.kind in op.kinds for d in dtypes):
        return None
    kinds = ", ".join(_KINDS[k] for k in op.kinds)
    return DTypeError(
        f"{op.name} is not defined for {', '.join(map(str, dict.fromkeys(dtypes)))}.",
        fix=f"it takes {kinds} tensors: x.astype(...).",
    )


def _unsupported(op: Op, backend: Backend) -> UnsupportedOpError:
    return UnsupportedOpError(
        f"backend {backend.name!r} does not supply {op.name!r}.",
        fix="move the tensors to a backend that does: x.to_backend(...).",
    )


def _received(op: Op, backend: Backend, args: Sequence[Any], attrs: dict[str, Any]) -> str:
    names = zip(op.signature.parameters, args, strict=False)
    got = ", ".join(_describe(n, a) for n, a in names if a is not None)
    extra = "".join(f", {n}={v!r}" for n, v in attrs.items() if v is not None)
    return f"{got}{extra} on {backend.name}"


def _describe(name: str, arg: Any) -> str:
    if isinstance(arg, Tensor):
        return f"{name} {arg.shape} {arg.dtype}"
    if isinstance(arg, list):
        return f"{name} [{', '.join(_describe('', a).strip() for a in arg)}]"
    return f"{name} {arg!r}"
