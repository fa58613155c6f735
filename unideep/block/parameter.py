"""Parameters: named tensors of a Block, made when their shape is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from unideep import init as _init, ops, random
from unideep.autograd.tape import attach, clear_gradient
from unideep.backend import current_backend, default_device, find_device, get_backend
from unideep.compiler.capture import outside
from unideep.compiler.entry import invalidate
from unideep.device import Device, DeviceLike
from unideep.dispatch import as_tensor
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import (
    DeferredInitializationError,
    GradientError,
    ShapeError,
    UninitializedParameterError,
)
from unideep.tensor import Tensor

__all__ = ["Parameter", "ParameterDict"]


class _Pending(NamedTuple):
    """An initialisation that waits for the shape."""

    initializer: _init.Initializer
    key: str
    backend: str
    device: Device


class Parameter:
    """A weight of a Block.

    Args:
        name: Its attribute name in the Block, for messages.
        grad_req: "write", "add" or "null", see `Tensor.attach_grad`.
        shape: Entries of 0 or -1 are inferred at the first call.
        dtype: Of the weight and its gradient.
        lr_mult, wd_mult: Factors on the optimizer's learning rate and weight decay.
        init: Its own initializer; wins over the one given to `Block.initialize`.
        allow_deferred_init: Whether initialising may wait for the shape.
        differentiable: False for statistics such as running means: grad_req stays "null".
    """

    def __init__(
        self,
        name: str = "weight",
        grad_req: str = "write",
        shape: int | Iterable[int] | None = None,
        dtype: DTypeLike = "float32",
        lr_mult: float = 1.0,
        wd_mult: float = 1.0,
        init: str | _init.Initializer | None = None,
        allow_deferred_init: bool = False,
        differentiable: bool = True,
    ) -> None:
        self.name = name
        self.dtype = as_dtype(dtype)
        self.init = init
        self.allow_deferred_init = allow_deferred_init
        self.lr_mult, self.wd_mult = lr_mult, wd_mult
        self._shape = None if shape is None else _shape_of(shape)
        self._differentiable = differentiable
        self._grad_req = grad_req if differentiable else "null"
        self._data: Tensor | None = None
        self._pending: _Pending | None = None

    def __repr__(self) -> str:
        return f"Parameter (name={self.name}, shape={self.shape}, dtype={self.dtype})"

    # Shape and value

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape; -1 where it is not known yet."""
        return self._shape

    @shape.setter
    def shape(self, shape: Iterable[int]) -> None:
        new = _shape_of(shape)
        old = self._shape
        if old is not None and (
            len(old) != len(new) or any(a not in (-1, b) for a, b in zip(old, new, strict=True))
        ):
            raise ShapeError(
                f"the shape of {self.name!r} is {old} and cannot become {new}.",
                fix="only unknown entries (-1) can be set.",
            )
        self._shape = new

    @property
    def is_known(self) -> bool:
        """Whether the shape is complete."""
        return self._shape is not None and -1 not in self._shape

    def data(self, device: DeviceLike | None = None) -> Tensor:
        """The value: a handle, so that `data()[:] = v` writes the parameter.

        Raises:
            DeferredInitializationError: the shape is not known yet.
            UninitializedParameterError: `initialize` was not called.
        """
        if self._data is not None:
            return self._data
        raise self._missing()

    def _missing(self) -> Exception:
        if self._pending is not None:
            return DeferredInitializationError(
                f"the shape of parameter {self.name!r} is not known yet.",
                got=f"shape {self._shape}",
                fix="run one batch through the net first, or give the input size (in_units, ...).",
            )
        return UninitializedParameterError(
            f"parameter {self.name!r} was not initialised.",
            fix="call net.initialize() before the first use.",
        )

    def set_data(self, data: Any) -> None:
        """Write new values, on the parameter's own backend.

        Raises:
            ShapeError: another shape than the parameter's.
        """
        if self._data is None:
            self.shape = as_tensor(data).shape
            if self._pending is None:
                raise self._missing()
            self.finish()
        target = self.data()
        value = as_tensor(data, backend=target._backend)
        if value.shape != target.shape:
            raise ShapeError(
                f"the new value of {self.name!r} has another shape.",
                got=f"{value.shape}, parameter {target.shape}",
            )
        target[...] = value.to_backend(target.backend)

    # Initialisation

    def initialize(
        self,
        init: str | _init.Initializer | None = None,
        device: DeviceLike | None = None,
        default_init: str | _init.Initializer = "uniform",
        force_reinit: bool = False,
        key: str | None = None,
        ctx: DeviceLike | None = None,
    ) -> None:
        """Choose the initializer and make the value, now or when the shape is known.

        Args:
            init: For this call; else the parameter's own `init`, else `default_init`.
            key: The name of its random numbers; default: a new one.
        """
        if (self._data is not None or self._pending is not None) and not force_reinit:
            return
        chosen = init if init is not None else self.init if self.init is not None else default_init
        backend = current_backend()
        where = device if device is not None else ctx
        place = default_device(backend) if where is None else find_device(backend, where)
        key = key if key is not None else f"{random.next_stream()}/{self.name}"
        self._pending = _Pending(_init.create(chosen), key, backend.name, place)
        if self.is_known:
            self.finish()
        elif not self.allow_deferred_init:
            self._pending = None
            raise ShapeError(
                f"parameter {self.name!r} has the unknown shape {self._shape}.",
                fix="give the whole shape, or allow_deferred_init=True.",
            )

    def finish(self) -> None:
        """Make the value of a deferred parameter. Its shape has to be known."""
        if self._pending is None:
            if self._data is None:
                raise self._missing()
            return
        if not self.is_known:
            raise self._missing()
        pending, self._pending = self._pending, None
        backend = get_backend(pending.backend)
        with outside():
            zeros = backend.ops["fill"](
                None, shape=self._shape, value=0, dtype=self.dtype, device=pending.device
            )
            value = Tensor(zeros, backend)
            pending.initializer(self.name, value, random.generator(pending.key))
            if self._data is None:
                self._data = value
            else:
                self._convert(lambda t: value if t is self._data else ops.zeros_like(value))
            attach(self._data, self._grad_req)

    # Gradient

    @property
    def grad_req(self) -> str:
        """What backward does with the gradient: "write", "add" or "null"."""
        return self._grad_req

    @grad_req.setter
    def grad_req(self, request: str) -> None:
        if request not in ("write", "add", "null"):
            raise GradientError(f"grad_req is {request!r}.", fix='use "write", "add" or "null".')
        self._grad_req = request if self._differentiable else "null"
        if self._data is not None:
            attach(self._data, self._grad_req)
        invalidate()

    def grad(self, device: DeviceLike | None = None) -> Tensor:
        """The gradient of the last backward; zeros before it.

        Raises:
            GradientError: grad_req is "null".
        """
        found = self.data().grad
        if found is None:
            raise GradientError(
                f"parameter {self.name!r} has no gradient: its grad_req is 'null'.",
                fix='set grad_req = "write" before record().',
            )
        return found

    def zero_grad(self) -> None:
        """Set the gradient to zeros."""
        if self._data is not None:
            clear_gradient(self._data)

    # Moves

    def cast(self, dtype: DTypeLike) -> None:
        """Convert the value and the gradient to another dtype."""
        self.dtype = as_dtype(dtype)
        if self._data is not None and self._data.dtype is not self.dtype:
            self._convert(lambda t: t.astype(self.dtype))
            invalidate()

    def to_backend(self, name: str) -> None:
        """Carry the value to another backend. The handle stays the same."""
        if self._pending is not None:
            backend = get_backend(name)
            self._pending = self._pending._replace(backend=name, device=default_device(backend))
        if self._data is not None and self._data.backend != name:
            self._convert(lambda t: t.to_backend(name))

    def reset_device(self, device: DeviceLike) -> None:
        """Carry the value to another device. The handle stays the same."""
        if self._pending is not None:
            backend = get_backend(self._pending.backend)
            self._pending = self._pending._replace(device=find_device(backend, device))
        if self._data is not None:
            self._convert(lambda t: t.to_device(device))
            invalidate()

    reset_ctx = reset_device

    def _convert(self, by: Callable[[Tensor], Tensor]) -> None:
        """Convert the value and its gradient behind their handles, which compiled steps know."""
        assert self._data is not None
        leaf = self._data._leaf
        handles = [self._data, leaf.gradient if leaf is not None else None]
        for handle in handles:
            if handle is not None and handle._raw is not None:
                new = by(handle)
                handle._raw, handle._backend, handle._node = new._raw, new._backend, None

    # Gluon's lists: one copy for each device, and there is one device

    def list_data(self) -> list[Tensor]:
        """The value, as a list of one."""
        return [self.data()]

    def list_grad(self) -> list[Tensor]:
        """The gradient, as a list of one."""
        return [self.grad()]

    def list_device(self) -> list[Device]:
        """The device, as a list of one."""
        return [self.data().device if self._pending is None else self._pending.device]

    list_ctx = list_device


def _shape_of(shape: int | Iterable[int]) -> tuple[int, ...]:
    sizes = (shape,) if isinstance(shape, int) else tuple(shape)
    return tuple(-1 if n <= 0 and n in (0, -1) else int(n) for n in sizes)


class ParameterDict(dict[str, Parameter]):
    """Parameters by name, as `collect_params` returns them."""

    def initialize(
        self,
        init: str | _init.Initializer = "uniform",
        device: DeviceLike | None = None,
        force_reinit: bool = False,
        ctx: DeviceLike | None = None,
        verbose: bool = False,
    ) -> None:
        """Initialise all parameters. Their random numbers are named by this call and their path."""
        stream = random.next_stream()
        for path, p in self.items():
            p.initialize(
                None, device or ctx, default_init=init, force_reinit=force_reinit,
                key=f"{stream}/{path}",
            )  # fmt: skip

    def zero_grad(self) -> None:
        """Set all gradients to zeros."""
        for p in self.values():
            p.zero_grad()

    def setattr(self, name: str, value: Any) -> None:
        """Set an attribute of every parameter: grad_req, lr_mult, wd_mult."""
        for p in self.values():
            setattr(p, name, value)
        invalidate()

    def reset_device(self, device: DeviceLike) -> None:
        """Carry all parameters to another device."""
        for p in self.values():
            p.reset_device(device)

    reset_ctx = reset_device
