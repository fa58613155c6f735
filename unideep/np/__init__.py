"""NumPy's names. A list of operations that are defined in `unideep.ops`, no definitions."""

from math import e as e
from math import inf as inf
from math import nan as nan
from math import pi as pi

from unideep import random as random
from unideep.dtype import bfloat16 as bfloat16
from unideep.dtype import bool_ as bool
from unideep.dtype import bool_ as bool_
from unideep.dtype import complex64 as complex64
from unideep.dtype import complex128 as complex128
from unideep.dtype import float16 as float16
from unideep.dtype import float32 as float32
from unideep.dtype import float64 as float64
from unideep.dtype import int8 as int8
from unideep.dtype import int16 as int16
from unideep.dtype import int32 as int32
from unideep.dtype import int64 as int64
from unideep.dtype import uint8 as uint8
from unideep.dtype import uint16 as uint16
from unideep.dtype import uint32 as uint32
from unideep.dtype import uint64 as uint64
from unideep.ops import (
    abs, acos, acosh, add, all, allclose, any, arange, argmax, argmin, array, array_equal, asarray,
    asin, asinh, astype, atan, atan2, atanh, bitwise_and, bitwise_invert, bitwise_left_shift,
    bitwise_or, bitwise_right_shift, bitwise_xor, broadcast_to, ceil, clip, concat, copy, cos, cosh,
    cumsum, divide, dot, einsum, empty, empty_like, equal, exp, expand_dims, expm1, eye, flip,
    floor, floor_divide, from_dlpack, from_native, full, full_like, greater, greater_equal, isclose,
    isfinite, isinf, isnan, less, less_equal, linspace, log, log1p, log2, log10, logical_and,
    logical_not, logical_or, logical_xor, matmul, max, maximum, mean, min, minimum, moveaxis,
    multiply, negative, not_equal, ones, ones_like, outer, pad, permute_dims, positive, power, prod,
    reciprocal, remainder, repeat, reshape, round, sign, sin, sinh, split, sqrt, square, squeeze,
    stack, std, subtract, sum, swapaxes, take, take_along_axis, tan, tanh, tensordot, tile, tril,
    triu, trunc, var, where, zeros, zeros_like,
)  # fmt: skip
from unideep.ops import acos as arccos
from unideep.ops import acosh as arccosh
from unideep.ops import asin as arcsin
from unideep.ops import asinh as arcsinh
from unideep.ops import atan as arctan
from unideep.ops import atan2 as arctan2
from unideep.ops import atanh as arctanh
from unideep.ops import bitwise_invert as invert
from unideep.ops import concat as concatenate
from unideep.ops import divide as true_divide
from unideep.ops import permute_dims as transpose
from unideep.ops import remainder as mod
from unideep.tensor import Tensor as ndarray

newaxis = None
