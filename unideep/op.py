"""Operations: `@primitive`, `@composite`, and the one table in which they register.

The signature is the calling convention: tensors (`Tensor`, `Index`, `Sequence[Tensor]`) stand
before the `/`, hashable attributes after it. An attribute's annotation names its kind in
`unideep.canonical`. A primitive has no body: every backend supplies it. A composite's body is its
definition; a backend that supplies its name runs a fused kernel instead.
"""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from unideep import dispatch
from unideep.canonical import KINDS
from unideep.dispatch import scope
from unideep.tensor import Tensor

__all__ = ["OPS", "Index", "Op", "Scalar", "TensorLike", "composite", "primitive"]

P = ParamSpec("P")
R = TypeVar("R")

TensorLike = Tensor | complex
"""A tensor, or a weak Python number that takes its dtype from the tensors beside it."""
Index = Tensor
"""A tensor of integers or booleans: takes no part in promotion and has no gradient."""
Scalar = float | Tensor
"""A 0-d tensor or a Python number, taken as it is: no promotion, no gradient."""

OPS: dict[str, Op] = {}
"""Every operation by name: read by dispatch, the faces, conformance, profiler and doctor."""


class Op:
    """One operation.

    Attributes:
        name: Its name in `OPS` and in each backend's `ops`.
        family: The module that defines it: its address in every tree.
        body: The composite's definition, None for a primitive.
        gradients: One rule for each tensor argument, None where there is no gradient:
            `rule(g, y, *tensors, **attributes)` with g the gradient of the output y.
            Of several outputs, g and y are tuples. With complex numbers g and the result are the
            conjugate gradients of `autograd.shared`: holomorphic functions need no `conj`.
        is_differentiable: Whether its outputs have a history at all; those of `stop_gradient` and
            `argmax` have none.
        to_float: Whether integers become the default float first (`exp`, `divide`, `mean`).
        kinds: The kinds of dtypes that it is defined for; looked at when an engine refuses a call.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        gradients: tuple[Callable[..., Any] | None, ...],
        is_composite: bool,
        to_float: bool,
        kinds: str = "buifc",
    ) -> None:
        self.name = function.__name__
        self.family = function.__module__.rpartition(".")[2]
        self.doc = function.__doc__ or ""
        self.body = function if is_composite else None
        self.gradients = gradients
        self.is_differentiable = is_composite or bool(gradients)
        self.to_float = to_float
        self.kinds = kinds
        self.signature = inspect.signature(function)
        parameters = self.signature.parameters.values()
        tensors = [p for p in parameters if p.kind is p.POSITIONAL_ONLY]
        self.arity = len(tensors)
        self.required = sum(p.default is p.empty for p in tensors)
        self.roles = tuple(_role(str(p.annotation)) for p in tensors)
        self.attributes = {p.name: p for p in parameters if p.kind is not p.POSITIONAL_ONLY}
        canonical = {n: str(p.annotation).split(" |")[0] for n, p in self.attributes.items()}
        self._canonical = {n: KINDS[k] for n, k in canonical.items() if k in KINDS}
        self.bound: dict[Any, dict[str, Any]] = {}

    def __repr__(self) -> str:
        return f"<op {self.name}{self.signature}>"

    @property
    def is_primitive(self) -> bool:
        """True where every backend has to supply it."""
        return self.body is None

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Canonical attributes of a call. Cached: a call in a loop binds once."""
        rest = args[self.arity :]
        if not rest and not kwargs and not self.attributes:
            return {}
        ndim = _ndim(args) if self._canonical else 0
        try:
            key = (ndim, rest, *kwargs.items())
            return self.bound[key]
        except KeyError:
            attrs = self.bound[key] = self._bind(args, kwargs, ndim)  # pyright: ignore
            return attrs
        except TypeError:  # a list among the attributes: no key
            return self._bind(args, kwargs, ndim)

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any], ndim: int) -> dict[str, Any]:
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        attrs = {name: bound.arguments[name] for name in self.attributes}
        for name, canonical in self._canonical.items():
            attrs[name] = canonical(attrs[name], ndim)
        return attrs


def _role(annotation: str) -> str:
    """What a tensor argument is: "tensor" (promotes), "index", or "scalar"."""
    return next((r for r in ("Index", "Scalar") if r in annotation), "Tensor").lower()


def _ndim(args: tuple[Any, ...]) -> int:
    first = args[0] if args else None
    if isinstance(first, (list, tuple)):
        first = first[0] if first else None
    if isinstance(first, Tensor):
        return first._raw.ndim
    return 0 if first is None else dispatch.as_tensor(first).ndim


def primitive(
    *gradients: Callable[..., Any] | None, to_float: bool = False, kinds: str = "buifc"
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare an operation that every backend supplies.

    Args:
        gradients: One rule for each tensor argument, see `Op.gradients`. Empty: not differentiable.
        to_float: Whether integers become the default float first.
        kinds: The kinds of dtypes that it is defined for.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        return _register(function, Op(function, gradients, False, to_float, kinds))

    return declare


def composite(
    *gradients: Callable[..., Any] | None, to_float: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare an operation whose body, written on other operations, is its definition.

    The arguments of `primitive` hold where a backend supplies the name.
    """

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        return _register(function, Op(function, gradients, True, to_float))

    return declare


def _register(function: Callable[P, R], op: Op) -> Callable[P, R]:
    OPS[op.name] = op
    call: Any = functools.wraps(function)(_caller(op))
    call.op = op
    return call


def _caller(op: Op) -> Callable[..., Any]:
    if op.roles == ("tensor",) and op.required == 1:
        gives_several = str(op.signature.return_annotation).startswith("tuple")
        is_simple = op.is_primitive and not op.attributes and not gives_several
        return _unary(op) if is_simple else _with_attributes(op)
    if op.is_primitive and not op.attributes and op.roles == ("tensor", "tensor"):
        return _binary(op)
    return _general(op)


# Four callers. Each but the general one is a fast lane for a call that neither records nor
# promotes: 0.5 microseconds over the backend's function instead of 3.


def _unary(op: Op) -> Callable[..., Any]:
    name, to_float = op.name, op.to_float

    def call(x: Any, /) -> Any:
        if scope.quiet and type(x) is Tensor and x._node is None:
            backend, raw = x._backend, x._raw
            if not to_float or raw.dtype in backend.inexact:
                try:
                    return Tensor(backend.ops[name](raw), backend)
                except Exception as error:
                    raise dispatch.explain(op, backend, (x,), {}, error) from error
        return dispatch.execute(op, (x,), {})

    return call


def _with_attributes(op: Op) -> Callable[..., Any]:
    name, to_float, bound = op.name, op.to_float, op.bound

    def call(x: Any, /, *rest: Any, **options: Any) -> Any:
        if scope.quiet and type(x) is Tensor and x._node is None:
            backend, raw = x._backend, x._raw
            function = backend.ops.get(name)
            if function is not None and (not to_float or raw.dtype in backend.inexact):
                try:
                    attrs = bound[(raw.ndim, rest, *options.items())]
                except (KeyError, TypeError):
                    attrs = op.bind((x, *rest), options)
                try:
                    out = function(raw, **attrs)
                except Exception as error:
                    raise dispatch.explain(op, backend, (x,), attrs, error) from error
                return (
                    Tensor(out, backend) if type(out) is not tuple else dispatch.wrap(out, backend)
                )
        return dispatch.execute(op, (x,), op.bind((x, *rest), options))

    return call


def _binary(op: Op) -> Callable[..., Any]:
    name, to_float = op.name, op.to_float

    def call(x: Any, y: Any, /) -> Any:
        if scope.quiet and type(x) is Tensor and x._node is None:
            backend, a = x._backend, x._raw
            if type(y) is Tensor:
                b = y._raw
                fast = backend is y._backend and y._node is None and a.dtype == b.dtype
                fast = fast and (not to_float or a.dtype in backend.inexact)
            else:
                b = y
                fast = (type(y) is float or type(y) is int) and a.dtype in backend.inexact
            if fast:
                try:
                    return Tensor(backend.ops[name](a, b), backend)
                except Exception as error:
                    raise dispatch.explain(op, backend, (x, y), {}, error) from error
        return dispatch.execute(op, (x, y), {})

    return call


def _general(op: Op) -> Callable[..., Any]:
    arity = op.arity

    def call(*args: Any, **kwargs: Any) -> Any:
        attrs = op.bind(args, kwargs)
        tensors = args[:arity]
        if len(tensors) < arity:
            tensors += (None,) * (arity - len(tensors))
        return dispatch.execute(op, tensors, attrs)

    return call
