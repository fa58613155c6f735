"""Channels last inside a traced program on the host.

XLA's convolutions there take (N, *S, C). Given (N, C, *S) they turn each operand and result around,
forwards and backwards: 129 of the 620 kernels of a ResNet-20's step do nothing else. So a program
with convolutions is evaluated anew: what comes out of one stays turned until something asks for the
order in front. That leaves 75, which turn weights and their gradients.
"""

# N batch, C channels, S space (all spatial axes)

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
from jax import lax
from jax.extend.core import ClosedJaxpr, Literal, jaxpr_as_fun
from jax.lax import ConvDimensionNumbers

ELEMENTWISE = frozenset(
    ("abs", "add", "add_any", "and", "convert_element_type", "copy", "copy_p", "cos", "div", "eq",
     "erf", "exp", "expm1", "floor", "ge", "gt", "integer_pow", "is_finite", "le", "log", "log1p",
     "logistic", "lt", "max", "min", "mul", "ne", "neg", "not", "or", "pow", "rsqrt", "select_n",
     "sign", "sin", "sqrt", "square", "sub", "tanh")
)  # fmt: skip
REDUCTIONS = frozenset(("reduce_sum", "reduce_max", "reduce_min"))
_WINDOW = ("window_dimensions", "window_strides", "padding", "base_dilation", "window_dilation")
BY_AXIS = {
    "slice": ("start_indices", "limit_indices", "strides"),
    "pad": ("padding_config",),
    "reduce_window_max": _WINDOW,
    "reduce_window_sum": _WINDOW,
}
"""Parameters with a place for each axis, by operation."""
CALLS = {"jit": "jaxpr", "pjit": "jaxpr", "closed_call": "call_jaxpr",
         "custom_jvp_call": "call_jaxpr", "custom_vjp_call": "call_jaxpr"}  # fmt: skip
"""Operations that call a program, and their parameter that holds it."""


class Value:
    """What a variable stands for, in either order; the other one is made when it is asked for."""

    def __init__(self, plain: Any = None, turned: Any = None) -> None:
        self._plain, self._turned = plain, turned
        self.is_turned = plain is None

    @property
    def plain(self) -> Any:
        """In the order in front."""
        if self._plain is None:
            order = channels_last(self._turned.ndim)
            self._plain = lax.transpose(self._turned, [order.index(i) for i in range(len(order))])
        return self._plain

    @property
    def turned(self) -> Any:
        """With the channels last."""
        if self._turned is None:
            self._turned = lax.transpose(self._plain, channels_last(self._plain.ndim))
        return self._turned


class Broadcast(Value):
    """A value that takes either order without being turned."""

    def __init__(self, x: Any, shape: Sequence[int], places: Sequence[int]) -> None:
        self._x, self._shape, self._places = x, shape, places
        super().__init__(lax.broadcast_in_dim(x, shape, places))

    @property
    def turned(self) -> Any:
        order = channels_last(len(self._shape))
        places = [order.index(i) for i in self._places]
        x = lax.transpose(self._x, sorted(range(len(places)), key=places.__getitem__))
        return lax.broadcast_in_dim(x, [self._shape[i] for i in order], sorted(places))


def channels_last(ndim: int) -> tuple[int, ...]:
    """From the place of an axis inside to that in front."""
    return (0, *range(2, ndim), 1)


def runner(traced: ClosedJaxpr) -> Callable[..., list[Any]]:
    """The program as a function of its inputs."""
    if jax.default_backend() != "cpu" or not has_convolution(traced):
        return jaxpr_as_fun(traced)
    return lambda *raws: [v.plain for v in _evaluate(traced, [Value(raw) for raw in raws])]


def has_convolution(traced: ClosedJaxpr) -> bool:
    """Whether there is one, also in a program that is called."""
    return any(
        e.primitive.name == "conv_general_dilated"
        or (e.primitive.name in CALLS and has_convolution(_called(e)))
        for e in traced.jaxpr.eqns
    )


def _called(equation: Any) -> ClosedJaxpr:
    return equation.params[CALLS[equation.primitive.name]]


def _evaluate(traced: ClosedJaxpr, inputs: Sequence[Value]) -> list[Value]:
    jaxpr = traced.jaxpr
    values = dict(zip(jaxpr.constvars, map(Value, traced.consts), strict=True))
    values |= zip(jaxpr.invars, inputs, strict=True)

    def read(atom: Any) -> Value:
        return Value(atom.val) if isinstance(atom, Literal) else values[atom]

    for equation in jaxpr.eqns:
        with equation.ctx.manager:
            found = _apply(equation, [read(atom) for atom in equation.invars])
        values |= zip(equation.outvars, found, strict=True)
    return [read(atom) for atom in jaxpr.outvars]


def _apply(equation: Any, xs: list[Value]) -> Sequence[Value]:
    """The outputs of one operation."""
    name, params = equation.primitive.name, equation.params
    if name in CALLS:
        return _evaluate(_called(equation), xs)
    if name == "conv_general_dilated":
        return [_convolve(equation, *xs)]
    if name == "broadcast_in_dim" and len(xs) == 1 and len(params["shape"]) > 2:
        return [Broadcast(xs[0].plain, params["shape"], params["broadcast_dimensions"])]
    turned = _turned(equation, xs) if any(x.is_turned for x in xs) else None
    if turned is not None:
        return [turned]
    params = equation.primitive.get_bind_params(params)
    out = equation.primitive.bind(*(x.plain for x in xs), **params)
    return [*map(Value, out)] if equation.primitive.multiple_results else [Value(out)]


def _turned(equation: Any, xs: list[Value]) -> Value | None:
    """One operation on values with the channels last; None if it takes the order in front."""
    bind, params, name = equation.primitive.bind, equation.params, equation.primitive.name
    (shape, *_) = (v.aval.shape for v in equation.outvars)
    if name in ELEMENTWISE:
        pairs = zip(xs, equation.invars, strict=True)  # scalars broadcast
        parts = (x.turned if v.aval.shape else x.plain for x, v in pairs)
        return Value(turned=bind(*parts, **params))
    order = channels_last(len(equation.invars[0].aval.shape))
    if name in REDUCTIONS:
        left = [i for i in order if i not in params["axes"]]
        if left != sorted(left):
            return None
        axes = tuple(sorted(map(order.index, params["axes"])))
        return Value(bind(xs[0].turned, **{**params, "axes": axes}))
    if name == "concatenate":
        params = {**params, "dimension": order.index(params["dimension"])}
        return Value(turned=bind(*(x.turned for x in xs), **params))
    if name in BY_AXIS and len(shape) == len(order):
        moved = {k: params[k] and tuple(params[k][i] for i in order) for k in BY_AXIS[name]}
        first, *rest = xs
        return Value(turned=bind(first.turned, *(x.plain for x in rest), **{**params, **moved}))
    return None


def _convolve(equation: Any, x: Value, w: Value) -> Value:
    """With turned operands where they are; images (batch first) come out turned."""
    params = equation.params
    lhs, rhs, out = params["dimension_numbers"]
    order = channels_last(len(lhs))

    def moved(axes: Sequence[int]) -> tuple[int, ...]:
        return tuple(map(order.index, axes))

    of_images = lhs[0] == out[0] == 0
    turns_x, turns_w = of_images or x.is_turned, w.is_turned
    numbers = ConvDimensionNumbers(
        moved(lhs) if turns_x else lhs, moved(rhs) if turns_w else rhs,
        moved(out) if of_images else out,
    )  # fmt: skip
    y = equation.primitive.bind(
        x.turned if turns_x else x.plain, w.turned if turns_w else w.plain,
        **{**params, "dimension_numbers": numbers},
    )  # fmt: skip
    return Value(turned=y) if of_images else Value(y)
