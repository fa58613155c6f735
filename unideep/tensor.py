"""The tensor: a mutable handle on an immutable value of one backend.

Parameters, gradients, optimizer slots, running statistics and the user's own accumulators are all
tensors, and rebinding a handle (`x[...] = v`, `x += 1`) is the only mutation there is. Methods are
one line each: the operations live in `unideep.ops`.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as _np

from unideep import operators
from unideep.device import Device, DeviceLike
from unideep.dtype import DType, DTypeLike
from unideep.errors import DTypeError, ShapeError

if TYPE_CHECKING:
    from unideep.backend import Backend, Raw

__all__ = ["Tensor"]


class Leaf:
    """What a tensor carries once its gradient is wanted.

    Attributes:
        request: "write" overwrites at each backward, "add" accumulates, "null" wants none.
        gradient: The handle that backward writes, made when first needed.
        fresh: Whether a backward reached it since the last optimizer step.
        observed: Whether somebody has read the gradient: compiled steps return it then.
        lost: Whether the last gradient was used up in a compiled step that did not return it.
    """

    __slots__ = ("fresh", "gradient", "lost", "observed", "request")

    def __init__(self, request: str) -> None:
        self.request = request
        self.gradient: Tensor | None = None
        self.fresh = self.observed = self.lost = False


class Tensor(operators.Operators):
    """An array on one backend and device. Make one with `np.array`, `np.zeros`, ...

    Operators, indexing and methods follow NumPy and the Python Array API standard.
    """

    __slots__ = ("__weakref__", "_backend", "_leaf", "_node", "_raw")
    __array_priority__ = 1000  # NumPy arrays leave `array + tensor` to us

    _leaf: Leaf | None

    def __init__(self, raw: Raw, backend: Backend, node: Any = None) -> None:
        self._raw = raw
        self._backend = backend
        self._node = node
        self._leaf = None

    # What it is

    @property
    def shape(self) -> tuple[int, ...]:
        """The size of each axis."""
        return self._backend.shape(self._raw)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return self._raw.ndim

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._backend.dtype(self._raw)

    @property
    def backend(self) -> str:
        """The name of the backend that holds the value."""
        return self._backend.name

    @property
    def device(self) -> Device:
        """Where the value lives."""
        return self._backend.device(self._raw)

    ctx = context = device

    @property
    def native(self) -> Raw:
        """The engine's own array, without a copy. What is done to it is not recorded."""
        return self._value()

    def _value(self) -> Raw:
        return self._raw if self._node is None else self._backend.plain(self._raw)

    # Conversions

    def asnumpy(self) -> _np.ndarray[Any, Any]:
        """A NumPy array with a copy of the values. Waits until they are computed."""
        dispatch.forbid_in_capture("asnumpy()")
        return _np.array(self._backend.to_numpy(self._value()))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> _np.ndarray[Any, Any]:
        dispatch.forbid_in_capture("conversion to a NumPy array")
        array = self._backend.to_numpy(self._value())
        return _np.array(array, dtype=dtype, copy=True if copy is None else copy)

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[Any, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        dispatch.forbid_in_capture("DLPack export")
        options = {"max_version": max_version, "dl_device": dl_device, "copy": copy}
        if stream is not None:
            options["stream"] = stream
        return self._backend.ops["to_dlpack"](self._value(), **options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._value().__dlpack_device__()

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        """The module with the standard's functions: `unideep.np`."""
        from unideep import np

        known = ("2021.12", "2022.12", "2023.12", np.__array_api_version__)
        if api_version not in (None, *known):
            raise ValueError(f"api_version is {api_version!r}; known are {', '.join(known)}")
        return np

    def item(self) -> Any:
        """The value of a tensor of one element, as a Python number."""
        dispatch.forbid_in_capture("item()")
        if self.size != 1:
            raise ShapeError(
                "only a tensor of one element has an item.",
                got=f"shape {self.shape}",
                fix="index it first, or reduce it: x.sum().",
            )
        return self._backend.to_numpy(self._value()).item()

    asscalar = item

    def tolist(self) -> Any:
        """Nested lists of Python numbers."""
        return self.asnumpy().tolist()

    def __float__(self) -> float:
        dispatch.forbid_in_capture("float()")
        return float(self._single("float()"))

    def __int__(self) -> int:
        dispatch.forbid_in_capture("int()")
        return int(self._single("int()"))

    def __complex__(self) -> complex:
        dispatch.forbid_in_capture("complex()")
        return complex(self._single("complex()"))

    def __bool__(self) -> bool:
        dispatch.forbid_in_capture("if or bool()")
        return bool(self._single("bool()", ValueError))

    def __index__(self) -> int:
        dispatch.forbid_in_capture("use as an index")
        if self.dtype.kind not in "iub" or self.ndim:
            raise TypeError(f"only a 0-d integer tensor is an index, got {self.shape} {self.dtype}")
        return int(self.item())

    def _single(self, what: str, error: type[Exception] = TypeError) -> Any:
        if self.size != 1:
            raise error(f"{what} needs a tensor of one element, got shape {self.shape}")
        return self.item()

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of a 0-d tensor")
        return self.shape[0]

    def __iter__(self) -> Iterator[Tensor]:
        return (self[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def __repr__(self) -> str:
        if scope.capture is not None:
            return f"<Tensor {self.shape} {self.dtype} being compiled on {self.backend}>"
        text = _np.array2string(
            self._backend.to_numpy(self._value()), separator=", ", prefix="array("
        )
        return f"array({text}, dtype={self.dtype}, backend={self.backend!r}, device={self.device})"

    def __str__(self) -> str:
        dispatch.forbid_in_capture("print")
        return str(self._backend.to_numpy(self._value()))

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if spec else str(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpickle, (self.asnumpy(), self.backend)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return self.copy()

    # Moves

    def to_backend(self, name: str) -> Tensor:
        """A copy of the value on another backend; the tensor itself if it is there already."""
        if name == self.backend:
            return self
        array = self._backend.to_numpy(self._value())
        return dispatch.as_tensor(array, backend=get_backend(name))

    def to_device(self, device: DeviceLike, /, *, stream: Any = None) -> Tensor:
        """A copy of the value on another device; the tensor itself if it is there already."""
        target = find_device(self._backend, device)
        if target is self.device:
            return self
        return dispatch.wrap(self._backend.move(self._value(), target), self._backend)

    as_in_ctx = as_in_context = as_in_device = to_device

    def copyto(self, other: Tensor | DeviceLike) -> Tensor:
        """Write the values into another tensor, or copy them to a device."""
        if isinstance(other, Tensor):
            other[...] = self.to_backend(other.backend)
            return other
        return self.copy().to_device(other)

    def wait_to_read(self) -> None:
        """Block until the value is computed."""
        self._backend.synchronize()

    def as_np_ndarray(self) -> Tensor:
        """The tensor itself: there is one kind of array."""
        return self

    as_nd_ndarray = as_np_ndarray

    # Gradients

    @property
    def grad(self) -> Tensor | None:
        """The gradient of the last backward; zeros before it; None before `attach_grad`."""
        return tape.gradient_of(self)

    def attach_grad(self, grad_req: str = "write") -> None:
        """Ask for this tensor's gradient.

        Args:
            grad_req: "write" overwrites it at each backward, "add" accumulates, "null" drops it.
        """
        tape.attach(self, grad_req)

    def drop_grad(self) -> None:
        """Undo `attach_grad`."""
        self._leaf = None

    def detach(self) -> Tensor:
        """The same value without history."""
        return ops.stop_gradient(self)

    def backward(
        self,
        out_grad: Tensor | None = None,
        retain_graph: bool = False,
        train_mode: bool = True,
        variables: Any = None,
    ) -> None:
        """Compute the gradients of the leaves that this tensor was computed from.

        Args:
            out_grad: The gradient of this tensor; ones if None, so a vector counts as its sum.
            retain_graph: Keep the graph for a further backward.
            train_mode: Kept for Gluon code; the forward pass already decided.
            variables: The only leaves to compute gradients of: tensors, Parameters, or
                `net.collect_params()`. None stands for all.
        """
        head_grads = None if out_grad is None else [out_grad]
        tape.backward([self], head_grads, retain_graph, variables=variables)

    # Indexing

    def __getitem__(self, key: Any) -> Tensor:
        return ops.index(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        dispatch.rebind(self, ops.index_set(self, key, value))

    def _become(self, value: Tensor) -> Tensor:
        if value.shape != self.shape:
            raise ShapeError(
                "an in-place operation cannot change the shape.",
                got=f"{self.shape}, result {value.shape}",
                fix="write x = x + y to make a new tensor.",
            )
        if value.dtype is not self.dtype:
            raise DTypeError(
                "an in-place operation cannot change the dtype.",
                got=f"{self.dtype}, result {value.dtype}",
                fix="write x = x + y, or convert with x.astype(...).",
            )
        dispatch.rebind(self, value)
        return self

    # Methods that are operations

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        return ops.permute_dims(self, None)

    @property
    def mT(self) -> Tensor:
        """The last two axes swapped."""
        return ops.swapaxes(self, -1, -2)

    @property
    def real(self) -> Tensor:
        """The real part."""
        return ops.real(self)

    @property
    def imag(self) -> Tensor:
        """The imaginary part."""
        return ops.imag(self)

    def conj(self) -> Tensor:
        """The complex conjugate."""
        return ops.conj(self)

    conjugate = conj

    def astype(self, dtype: DTypeLike, copy: bool = True) -> Tensor:
        """The values in another dtype."""
        return ops.astype(self, dtype)

    def copy(self) -> Tensor:
        """A new handle on the same values; writing one does not change the other."""
        return ops.copy(self)

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements in another shape; -1 stands for what is left."""
        return ops.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """The axes in another order; reversed without arguments."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return ops.permute_dims(self, order or None)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Two axes exchanged."""
        return ops.swapaxes(self, axis1, axis2)

    def flatten(self) -> Tensor:
        """One axis."""
        return ops.reshape(self, (-1,))

    ravel = flatten

    def squeeze(self, axis: int | Sequence[int] | None = None) -> Tensor:
        """Without axes of size one."""
        return ops.squeeze(self, axis)

    def expand_dims(self, axis: int) -> Tensor:
        """With a new axis of size one."""
        return ops.expand_dims(self, axis)

    def broadcast_to(self, shape: Sequence[int]) -> Tensor:
        """The values repeated to a larger shape."""
        return ops.broadcast_to(self, shape)

    def repeat(self, repeats: int, axis: int | None = None) -> Tensor:
        """Each element `repeats` times."""
        return ops.repeat(self, repeats, axis)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Sum over axes."""
        return ops.sum(self, axis, keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Mean over axes."""
        return ops.mean(self, axis, keepdims)

    def prod(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Product over axes."""
        return ops.prod(self, axis, keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Largest element over axes."""
        return ops.max(self, axis, keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Smallest element over axes."""
        return ops.min(self, axis, keepdims)

    def var(self, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
        """Variance over axes."""
        return ops.var(self, axis, ddof, keepdims)

    def std(self, axis: Any = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
        """Standard deviation over axes."""
        return ops.std(self, axis, ddof, keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether any element is true."""
        return ops.any(self, axis, keepdims)

    def all(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether all elements are true."""
        return ops.all(self, axis, keepdims)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the largest element."""
        return ops.argmax(self, axis, keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the smallest element."""
        return ops.argmin(self, axis, keepdims)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """Running sum."""
        return ops.cumsum(self, axis)

    def dot(self, y: Any) -> Tensor:
        """NumPy's dot product."""
        return ops.dot(self, y)

    def clip(self, a_min: Any = None, a_max: Any = None) -> Tensor:
        """The values limited to an interval."""
        return ops.clip(self, a_min, a_max)

    def round(self, decimals: int = 0) -> Tensor:
        """The values rounded half to even."""
        return ops.round(self, decimals)

    def abs(self) -> Tensor:
        """The absolute values."""
        return ops.abs(self)

    def exp(self) -> Tensor:
        """e to the power of the values."""
        return ops.exp(self)

    def log(self) -> Tensor:
        """The natural logarithm."""
        return ops.log(self)

    def sqrt(self) -> Tensor:
        """The square root."""
        return ops.sqrt(self)

    def square(self) -> Tensor:
        """The square."""
        return ops.square(self)

    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """Elements at `indices` along an axis."""
        return ops.take(self, indices, axis)

    def sigmoid(self) -> Tensor:
        """1 / (1 + exp(-x))."""
        return ops.sigmoid(self)

    def tanh(self) -> Tensor:
        """The hyperbolic tangent."""
        return ops.tanh(self)


def _unpickle(array: _np.ndarray[Any, Any], backend: str) -> Tensor:
    return dispatch.as_tensor(array, backend=get_backend(backend))


# The one allowed cycle: methods are operations, and operations make tensors.
from unideep import dispatch, ops  # noqa: E402
from unideep.autograd import tape  # noqa: E402
from unideep.backend import find_device, get_backend  # noqa: E402
from unideep.dispatch import scope  # noqa: E402

operators.ops = ops
