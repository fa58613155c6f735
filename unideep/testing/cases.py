"""The cases that every backend has to pass: one row for each op and combination of attributes."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as _np

from unideep import ops

__all__ = ["CASES", "Case", "cases_of"]

Make = Callable[[_np.random.Generator], Any]


# Arguments: float64 arrays become tensors of the tested dtype, all others stay what they are


def N(*shape: int) -> Make:
    """Normal numbers."""
    return lambda rng: rng.standard_normal(shape)


def P(*shape: int) -> Make:
    """Positive numbers, away from zero."""
    return lambda rng: rng.uniform(0.3, 2.0, shape)


def U(*shape: int) -> Make:
    """Numbers in (-0.9, 0.9)."""
    return lambda rng: rng.uniform(-0.9, 0.9, shape)


def D(*shape: int) -> Make:
    """Distinct numbers without ties, in random order."""
    size = int(_np.prod(shape))
    return lambda rng: (rng.permutation(size).reshape(shape) - size / 2) / 3.0 + 0.1


def I(high: int, *shape: int) -> Make:  # noqa: E743
    """Integers from 0 to high - 1, int64."""
    return lambda rng: rng.integers(0, high, shape)


def B(*shape: int) -> Make:
    """Booleans."""
    return lambda rng: rng.random(shape) < 0.5


@dataclass(frozen=True)
class Case:
    """One call to check.

    Attributes:
        op: The function of `unideep.ops`.
        make: How to make each argument; a list makes a list, anything else is passed as it is.
        attrs: Keyword attributes.
        differentiable: Whether gradients are compared too.
        slack: A factor on the tolerance, for long sums.
    """

    op: str
    make: tuple[Any, ...]
    attrs: dict[str, Any] = field(default_factory=dict)
    differentiable: bool = True
    slack: float = 1.0
    training: bool = True

    @property
    def name(self) -> str:
        """Unique and stable: it seeds the numbers."""
        attrs = ",".join(f"{k}={v}" for k, v in self.attrs.items())
        shapes = "x".join(str(_shape(a)) for a in self.arguments(quick=True))
        return f"{self.op}[{shapes};{attrs}]".replace(" ", "")

    def arguments(self, quick: bool = False) -> list[Any]:
        """The arguments, the same at every call."""
        seed = 0 if quick else zlib.crc32(self.name.encode())
        rng = _np.random.default_rng(seed)

        def build(m: Any) -> Any:
            if isinstance(m, list):
                return [build(v) for v in m]
            return m(rng) if callable(m) else m

        return [build(m) for m in self.make]

    def call(self, *args: Any) -> Any:
        """Run the op."""
        return getattr(ops, self.op)(*args, **self.attrs)

    def of_floats(self) -> tuple[Callable[..., Any], list[Any]]:
        """The call as a function of its floating arguments alone, and these arguments."""
        args = self.arguments()
        floats: list[Any] = []
        _replace_floats(args, lambda a: floats.append(a))

        def function(*xs: Any) -> Any:
            rest = iter(xs)
            out = self.call(*_replace_floats(args, lambda a: next(rest)))
            parts = out if isinstance(out, list | tuple) else [out]
            return ops.concat([ops.reshape(p, (-1,)) for p in parts])

        return function, floats

    def __str__(self) -> str:
        return self.name


def _replace_floats(a: Any, by: Callable[[Any], Any]) -> Any:
    if isinstance(a, list):
        return [_replace_floats(v, by) for v in a]
    return by(a) if isinstance(a, _np.ndarray) and a.dtype == _np.float64 else a


def _shape(a: Any) -> Any:
    if isinstance(a, list):
        return [_shape(v) for v in a]
    return a.shape if isinstance(a, _np.ndarray) else a


def _rows(names: str, *make: Any, **options: Any) -> list[Case]:
    return [Case(name, make, **options) for name in names.split()]


def _attrs(
    name: str, make: tuple[Any, ...], *variants: dict[str, Any], **options: Any
) -> list[Case]:
    return [Case(name, make, attrs, **options) for attrs in variants]


_DISCRETE = {"differentiable": False}

_ELEMENTWISE = [
    *_rows("add subtract multiply maximum minimum", N(3, 4), N(3, 4)),
    *_rows("add subtract multiply divide", N(2, 1, 3), P(4, 1)),
    *_rows("add multiply", N(3), 2),
    *_rows("subtract multiply", 2.5, N(3)),
    *_rows("divide", N(3, 4), P(3, 4)),
    *_rows("divide", 1, P(3)),
    *_rows("power", P(3, 4), N(3, 4)),
    *_rows("power", N(3), 2),
    *_rows("power", 2, N(3)),
    *_rows("maximum minimum", N(5), 0.1),
    *_rows("remainder", N(3, 4), P(3, 4)),
    *_rows("floor_divide", N(3, 4), P(3, 4), **_DISCRETE),
    *_rows("remainder floor_divide", I(20, 5), 3, **_DISCRETE),
    *_rows("atan2", N(3, 4), N(3, 4)),
    *_rows("negative positive abs square sin cos exp expm1 tanh sinh cosh atan asinh erf", N(3, 4)),
    *_rows("sqrt rsqrt log log1p log2 log10 reciprocal", P(3, 4)),
    *_rows("tan asin acos atanh", U(3, 4)),
    Case("acosh", (lambda rng: rng.uniform(1.5, 3.0, (3, 4)),)),
    *_rows("sign floor ceil trunc round", N(3, 4), **_DISCRETE),
    Case("round", (N(5),), {"decimals": 1}, differentiable=False),
    *_attrs("clip", (N(4, 5),), {"min": -0.5}, {"max": 0.5}, {"min": -0.5, "max": 0.5}),
    *_rows("where", B(3, 4), N(3, 4), N(3, 4)),
    *_rows("where", B(3, 1), N(4), 0.0),
    *_rows("where", B(3), 1.5, N(3)),
    *_rows("logical_and logical_or logical_xor", B(6), B(6), **_DISCRETE),
    *_rows("logical_not bitwise_invert", B(6), **_DISCRETE),
    *_rows("bitwise_and bitwise_or bitwise_xor", I(99, 6), I(99, 6), **_DISCRETE),
    *_rows("bitwise_and bitwise_or bitwise_xor", I(99, 6), 21, **_DISCRETE),
    *_rows("bitwise_left_shift bitwise_right_shift", I(99, 6), 3, **_DISCRETE),
    *_rows("bitwise_invert abs sign negative square", I(9, 7), **_DISCRETE),
    *_rows("exp sqrt sin tanh log1p", I(9, 6), **_DISCRETE),
    *_rows("divide", I(9, 6), 2, **_DISCRETE),
    *_rows("add", I(9, 6), 1.5, **_DISCRETE),
    *_rows("add", B(6), 1, **_DISCRETE),
    *_rows("exp", N(0, 3), **_DISCRETE),
]

_COMPARISON = [
    *_rows("equal not_equal less less_equal greater greater_equal", I(3, 9), I(3, 9), **_DISCRETE),
    *_rows("less greater_equal", N(3, 1), N(4), **_DISCRETE),
    *_rows("equal less", N(4), 0.5, **_DISCRETE),
    *_rows("isnan isinf isfinite", lambda rng: _np.array([0.0, _np.nan, _np.inf, -_np.inf]),
           **_DISCRETE),
    *_rows("isclose", N(4), N(4), **_DISCRETE),
]  # fmt: skip

_AXES = ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)})

_REDUCTION = [
    *[c for op in ("sum", "mean", "prod") for c in _attrs(op, (N(2, 3, 4),), *_AXES)],
    *[c for op in ("max", "min") for c in _attrs(op, (D(2, 3, 4),), *_AXES)],
    *[
        c
        for op in ("var", "std")
        for c in _attrs(op, (N(2, 3, 4),), *_AXES, {"axis": 1, "ddof": 1})
    ],
    *[c for op in ("any", "all") for c in _attrs(op, (B(2, 3, 4),), *_AXES, **_DISCRETE)],
    *_attrs("argmax", (D(3, 4),), {}, {"axis": 0}, {"axis": -1, "keepdims": True}, **_DISCRETE),
    *_attrs("argmin", (D(3, 4),), {}, {"axis": 1}, **_DISCRETE),
    *_attrs("cumsum", (N(3, 4),), {}, {"axis": 0}, {"axis": -1}),
    *_rows("sum prod", I(4, 3, 2), **_DISCRETE),
    *_rows("sum", B(7), **_DISCRETE),
    *_rows("mean", I(9, 5), **_DISCRETE),
    *_rows("sum mean", N()),
]

_SHAPE = [
    *_attrs("reshape", (N(2, 6),), {"shape": (3, 4)}, {"shape": (-1,)}, {"shape": (2, -1, 3)}),
    *_attrs("permute_dims", (N(2, 3, 4),), {}, {"axes": (1, 2, 0)}, {"axes": (0, -1, 1)}),
    *_attrs("broadcast_to", (N(3, 1),), {"shape": (2, 3, 4)}, {"shape": (3, 1)}),
    *_attrs("concat", ([N(2, 3), N(1, 3), N(4, 3)],), {}, {"axis": -2}),
    *_attrs("stack", ([N(2, 3), N(2, 3)],), {}, {"axis": 1}, {"axis": -1}),
    Case("split", (N(6, 2), 3)),
    Case("split", (N(2, 6), [1, 4]), {"axis": 1}),
    *_attrs("expand_dims", (N(2, 3),), {"axis": 0}, {"axis": -1}, {"axis": 1}),
    *_attrs("squeeze", (N(1, 2, 1),), {}, {"axis": 0}, {"axis": -1}),
    Case("swapaxes", (N(2, 3, 4), 0, -1)),
    Case("moveaxis", (N(2, 3, 4), 0, -1)),
    *_attrs("flip", (N(2, 3),), {}, {"axis": 1}, {"axis": (0, 1)}),
    *_attrs("pad", (N(2, 3),), {"pad_width": 1}, {"pad_width": ((0, 1), (2, 0)), "value": 1.5}),
    *_attrs("repeat", (N(2, 3),), {"repeats": 2}, {"repeats": 3, "axis": -1}),
    *_attrs("tile", (N(2, 3),), {"reps": 2}, {"reps": (2, 1, 3)}),
    Case("sum_to", (N(2, 3, 4), (3, 1))),
]


_KEYS: list[Any] = [
    0, -1, (1, 2), slice(1, 3), slice(None, None, 2), slice(None, None, -1), slice(3, 0, -2),
    (Ellipsis, 0), (None, slice(None), 1), (slice(None), None, slice(0, 2)), Ellipsis,
    _np.array([0, 2, 2]), (_np.array([[0, 1], [3, 2]]),), (slice(None), _np.array([1, 0, 1])),
    (_np.array([0, 3]), _np.array([1, 1])), (_np.array([0, 1]), slice(1, 3), _np.array([0, 2])),
    (1, slice(None), _np.array([0, 0])), (_np.array([-1, 0]), Ellipsis), slice(2, 2),
    (_np.array([[0], [1]]), _np.array([0, 2])),
    _np.array([True, False, True, True]), (slice(None), _np.array([True, False, True])),
]  # fmt: skip

_INDEXING = [
    *[Case("index", (N(4, 3, 5), key)) for key in _KEYS],
    *[Case("index_set", (N(4, 3, 5), key, 2.5)) for key in _KEYS],
    *[Case("index_add", (N(4, 3, 5), key, -1.0)) for key in _KEYS],
    Case("index_set", (N(4, 3), (slice(1, 3), 0), N(2))),
    Case("index_set", (N(4, 3), _np.array([2, 0]), N(3))),
    Case("index_set", (N(4, 3), slice(None, None, -2), N(2, 1))),
    Case("index_add", (N(4, 3), _np.array([2, 2, 0]), N(3, 3))),
    Case("index_set", (N(3, 2), B(3, 2), 7.0)),
    *_attrs("take", (N(4, 3), I(3, 2, 2)), {"axis": 0}, {"axis": 1}, {"axis": -1}, {}),
    *_attrs("take_along_axis", (N(4, 3), I(3, 4, 2)), {"axis": 1}, {}),
    *_attrs("pick", (N(4, 3), I(3, 4)), {}, {"keepdims": True}, {"axis": 1}),
    Case("pick", (N(2, 5, 3), I(5, 2, 3)), {"axis": 1}),
    *_attrs("one_hot", (I(4, 5), 4), {}, {"on_value": 2.0, "off_value": -1.0}, **_DISCRETE),
    Case("embedding", (I(6, 2, 3), N(6, 4))),
]

_LINALG = [
    *_rows("matmul", N(3, 4), N(4, 5)),
    *_rows("matmul", N(2, 3, 4), N(2, 4, 5)),
    *_rows("matmul", N(2, 1, 3, 4), N(5, 4, 2)),
    *_rows("matmul dot", N(4), N(4)),
    *_rows("matmul dot", N(3, 4), N(4)),
    *_rows("matmul", N(4), N(4, 3)),
    *_rows("matmul", N(2, 3, 4), N(4)),
    *_rows("matmul", N(4), N(2, 4, 3)),
    *_rows("dot", N(2, 3), N(3, 4)),
    *_rows("dot", N(2, 3), N(4, 3, 2)),
    *_attrs("tensordot", (N(2, 3, 4), N(3, 4, 5)), {}, {"axes": ((1,), (0,))}),
    *_rows("outer", N(3), N(4)),
    *_attrs("batch_dot", (N(2, 3, 4), N(2, 4, 5)), {}),
    *_attrs("batch_dot", (N(2, 3, 4), N(2, 5, 4)), {"transpose_b": True}),
    *_rows("fully_connected", N(3, 4), N(5, 4), N(5)),
    *_rows("fully_connected", N(2, 3, 4), N(5, 4)),
    *[
        Case("einsum", (subscripts, *make))
        for subscripts, make in (
            ("ij,jk->ik", (N(2, 3), N(3, 4))),
            ("ij->j", (N(2, 3),)),
            ("bij,bjk", (N(2, 3, 4), N(2, 4, 2))),
            ("...i,...i->...", (N(2, 3), N(2, 3))),
            ("i,j,k->ijk", (N(2), N(3), N(4))),
            ("bqhd,bkhd->bhqk", (N(2, 3, 2, 4), N(2, 5, 2, 4))),
        )
    ],
]

_ACTIVATION = [
    *_rows(
        "relu leaky_relu sigmoid softplus log_sigmoid softsign silu mish elu selu gelu", N(3, 4)
    ),
    *_attrs("leaky_relu", (N(3, 4),), {"slope": 0.2}),
    *_attrs("elu", (N(3, 4),), {"alpha": 0.5}),
    *_attrs("gelu", (N(3, 4),), {"approximation": "tanh"}),
    *[
        c
        for op in ("softmax", "log_softmax", "logsumexp")
        for c in _attrs(op, (N(2, 3, 4),), {}, {"axis": 0}, {"axis": 1})
    ],
    *_attrs("logsumexp", (N(2, 3),), {"keepdims": True}),
    *_rows("sigmoid softplus", lambda rng: _np.array([-200.0, -1.0, 0.5, 200.0])),
    Case("activation", (N(3, 4), "tanh")),
]

_CONVOLUTION = [
    *_attrs(
        "convolution", (N(2, 4, 7, 6), N(6, 4, 3, 2), N(6)), {}, {"stride": 2},
        {"padding": (1, 2)}, {"dilation": 2}, {"stride": (2, 1), "padding": 1, "dilation": (1, 2)},
        slack=4.0,
    ),
    *_attrs("convolution", (N(2, 4, 5, 5), N(6, 2, 3, 3)), {"groups": 2},
            {"groups": 2, "stride": 2}, slack=4.0),
    *_attrs("convolution", (N(2, 3, 8), N(4, 3, 3)), {"padding": 1}, slack=4.0),
    *_attrs("convolution", (N(1, 2, 4, 4, 4), N(3, 2, 2, 2, 2)), {"stride": 2}, slack=4.0),
    *_attrs(
        "convolution_transpose", (N(2, 4, 3, 4), N(4, 3, 3, 2), N(3)), {}, {"stride": 2},
        {"stride": 2, "padding": 1, "output_padding": 1}, {"dilation": 2, "padding": 1},
        {"stride": (3, 2), "output_padding": (2, 1)}, slack=4.0,
    ),
    *_attrs("convolution_transpose", (N(2, 4, 3, 3), N(4, 3, 4, 4)),
            {"groups": 2, "stride": 2, "padding": 1}, slack=4.0),
    *_attrs("unfold", (N(2, 2, 5, 4),), {"kernel": (2, 3), "stride": (2, 1), "dilation": (1, 1)}),
    *_attrs("fold", (N(1, 2, 4, 2, 3),),
            {"space": (4, 4), "kernel": (2, 2), "stride": (2, 1), "dilation": (1, 1)}),
]  # fmt: skip

_WINDOWS = (
    {"window": 2, "stride": 2},
    {"window": 3, "stride": 2, "padding": 1},
    {"window": (2, 3), "stride": (1, 2)},
    {"window": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    {"window": 2, "stride": 2, "ceil_mode": True},
)

_POOLING = [
    *_attrs("max_pool", (D(2, 3, 7, 8),), *_WINDOWS),
    *_attrs("avg_pool", (N(2, 3, 7, 8),), *_WINDOWS),
    *_attrs(
        "avg_pool", (N(2, 3, 7, 8),), *({**w, "count_include_pad": False} for w in _WINDOWS[1:4])
    ),
    *_rows("global_avg_pool", N(2, 3, 4, 5)),
]

_NORMALIZATION = [
    *_attrs("batch_norm", (N(4, 3, 2, 2), P(3), N(3), N(3), P(3)), {}, {"epsilon": 1e-3}),
    *_attrs("batch_norm", (N(4, 3), P(3), N(3), N(3), P(3)), {}),
    *_attrs("batch_norm", (N(4, 2, 3), P(3), N(3), N(3), P(3)), {"axis": -1}),
    *_attrs("batch_norm_train", (N(4, 3, 2, 2), P(3), N(3)), {}, {"epsilon": 1e-3}, slack=4.0),
    *_attrs("batch_norm_train", (N(8, 3), P(3), N(3)), {}, slack=4.0),
    *_attrs("batch_norm_train", (N(4, 5, 3), P(3), N(3)), {"axis": -1}, slack=4.0),
    *_attrs("layer_norm", (N(4, 5, 6), P(6), N(6)), {}, {"epsilon": 1e-3}, slack=4.0),
    *_attrs("layer_norm", (N(4, 5, 6), P(5), N(5)), {"axis": 1}, slack=4.0),
    *_attrs("dropout", (N(4, 8), 0.4), {}, {"axes": (1,)}),
    Case("dropout", (N(4, 9), 0.4), training=False),
]

_LOSS = [
    *_attrs("softmax_cross_entropy", (N(5, 4), I(4, 5)), {}, {"axis": 1}),
    *_attrs("softmax_cross_entropy", (N(2, 4, 3), I(4, 2, 3)), {"axis": 1}),
    *_rows("sigmoid_cross_entropy", N(5, 3), lambda rng: rng.random((5, 3))),
]

_CREATION = [
    *_rows("zeros_like ones_like", N(2, 3), **_DISCRETE),
    Case("full_like", (N(2, 3), 1.5), differentiable=False),
    *_rows("copy", N(2, 3)),
    Case("stop_gradient", (N(2, 3),), differentiable=False),
    *_attrs("astype", (N(3, 4),), {"dtype": "float64"}, {"dtype": "float32"}, slack=1e4),
    *_attrs("astype", (N(3, 4),), {"dtype": "int32"}, {"dtype": "bool"}, **_DISCRETE),
    *[Case("astype", (I(9, 5),), {"dtype": d}, differentiable=False)
      for d in ("float32", "float64", "int32", "int16", "uint8", "bool", "bfloat16", "float16")],
    *_attrs("zeros", (), {"shape": (2, 3)}, {"shape": 3, "dtype": "int64"}, **_DISCRETE),
    *_attrs("ones", (), {"shape": (2, 0)}, {"shape": (), "dtype": "bool"}, **_DISCRETE),
    *_attrs("full", ((2, 2), 3.5), {}, {"dtype": "float64"}, **_DISCRETE),
    *[Case("arange", args, differentiable=False) for args in ((5,), (2, 9, 3), (0.0, 1.0, 0.3))],
    *_attrs("linspace", (0, 1, 7), {}, {"endpoint": False}, **_DISCRETE),
    *_attrs("eye", (3,), {}, {"n_cols": 4, "k": 1}, **_DISCRETE),
    *_attrs("tril", (N(4, 4),), {}, {"k": 1}),
    *_attrs("triu", (N(2, 3, 4),), {}, {"k": -1}),
]  # fmt: skip

_UPDATE = [
    Case(op, (*([N(2, 3), N(4)] for _ in range(n)), *([P(2, 3), P(4)] for _ in range(p)), 0.1),
         {**own, **common}, differentiable=False)
    for op, n, p, own in (
        ("sgd_step", 2, 0, {}),
        ("sgd_momentum_step", 3, 0, {"momentum": 0.9}),
        ("adam_step", 3, 1, {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8}),
        ("adamw_step", 3, 1, {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6}),
    )
    for common in (
        {"wd": (0.0, 0.0), "lr_mult": (1.0, 1.0)},
        {"wd": (0.1, 0.0), "lr_mult": (1.0, 2.0), "rescale": 0.5, "clip": 0.3},
    )
]  # fmt: skip

_RANDOM = [Case("philox", (_np.array(81985529216486895), 3), differentiable=False)]

_FAMILIES = {
    "creation": _CREATION,
    "elementwise": _ELEMENTWISE,
    "comparison": _COMPARISON,
    "reduction": _REDUCTION,
    "shape": _SHAPE,
    "indexing": _INDEXING,
    "linalg": _LINALG,
    "random": _RANDOM,
    "activation": _ACTIVATION,
    "convolution": _CONVOLUTION,
    "pooling": _POOLING,
    "normalization": _NORMALIZATION,
    "loss": _LOSS,
    "update": _UPDATE,
}

CASES: list[Case] = [case for family in _FAMILIES.values() for case in family]
"""Every case of every family."""


def cases_of(family: str) -> list[Case]:
    """The cases of one family of ops."""
    return _FAMILIES[family]
