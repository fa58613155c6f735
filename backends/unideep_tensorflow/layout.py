"""Other orders of axes inside than the (N, C, *S) in front.

TensorFlow's kernels want channels last; windows that XLA fuses do best with the batch last. A
tensor that came out of such a form remembers it, and what comes next goes on from there. In a graph
the transpositions that nobody reads are pruned, backward as well: LeNet's step takes 2.2 ms that
way, 3.5 ms without. Eagerly each of them runs, so there only functions of one tensor follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from unideep_tensorflow.common import Function, Tensor, ints
from unideep_tensorflow.spec import EAGER

Form = Callable[[int], tuple[int, ...]]
"""From the number of axes to their order inside."""


def channels_last(ndim: int) -> tuple[int, ...]:
    """(N, *S, C)."""
    return (0, *range(2, ndim), 1)


def batch_last(ndim: int) -> tuple[int, ...]:
    """(C, *S, N)."""
    return (*range(1, ndim), 0)


def transpose(x: Tensor, order: tuple[int, ...]) -> Tensor:
    """`permute_dims`; a reshape where only axes of size one move."""
    shape = x.shape.as_list()
    moved = [i for i in order if shape[i] != 1]
    if moved == sorted(moved):
        return tf.raw_ops.Reshape(tensor=x, shape=ints(tuple(shape[i] for i in order)))
    return tf.raw_ops.Transpose(x=x, perm=ints(order))


def inward(x: Tensor, form: Form) -> Tensor:
    """x in that form."""
    found = known(x)
    return found[1] if found and found[0] is form else transpose(x, form(x.ndim))


def outward(y: Tensor, form: Form) -> Tensor:
    """Back to (N, C, *S); the result remembers y."""
    order = form(y.ndim)
    x = transpose(y, tuple(map(order.index, range(y.ndim))))
    x._inner = form, y
    return x


def known(x: Any) -> tuple[Form, Tensor] | None:
    """The form that x came from, and x in it."""
    return getattr(x, "_inner", None)


def unary(function: Function) -> Function:
    """`function` of one tensor in the form that it came from."""

    def call(x: Tensor, **attrs: Any) -> Tensor:
        found = known(x)
        if found is None:
            return function(x, **attrs)
        return outward(function(found[1], **attrs), found[0])

    return call


def elementwise(function: Function) -> Function:
    """`function` in the form that its arguments came from: in a graph."""

    def call(*args: Any, **attrs: Any) -> Tensor:
        if type(args[0]) is EAGER or type(args[-1]) is EAGER:
            return function(*args, **attrs)
        widest = max((a.ndim for a in args if tf.is_tensor(a)), default=0)
        form = next((k[0] for a in args if (k := known(a)) and a.ndim == widest), None)
        if form is None:
            return function(*args, **attrs)
        return outward(function(*(_aligned(a, widest, form) for a in args), **attrs), form)

    return call


def _aligned(a: Any, ndim: int, form: Form) -> Any:
    """An argument in that form, so that it broadcasts as before."""
    if not tf.is_tensor(a) or a.ndim == 0:
        return a
    if a.ndim < ndim:
        a = tf.reshape(a, (*(1,) * (ndim - a.ndim), *a.shape))
    return inward(a, form)


def reduction(function: Function) -> Function:
    """`function(x, axis=, keepdims=)` in the form that x came from, if what is left allows it."""

    def call(x: Tensor, *, axis: tuple[int, ...], keepdims: bool) -> Tensor:
        found = known(x)
        if found is None:
            return function(x, axis=axis, keepdims=keepdims)
        form, inner = found
        order = form(x.ndim)
        left = [i for i in order if i not in axis]
        if not keepdims and left != sorted(left):
            return function(x, axis=axis, keepdims=keepdims)
        y = function(inner, axis=tuple(map(order.index, axis)), keepdims=keepdims)
        return outward(y, form) if keepdims else y

    return call
