"""Data types and the one promotion table.

Rules (Python Array API 2024.12, completed where it leaves a choice):
floating point beats integers at the float's own width, integers of mixed sign go to the next wider
signed type, Python scalars are weak: they never widen a tensor, they only raise its kind.
"""

from __future__ import annotations

from functools import cache, reduce
from typing import Any, Final, NamedTuple

import ml_dtypes
import numpy as _np

from unideep.errors import DTypeError, known_names

__all__ = [
    "DType", "DTypeLike", "as_dtype", "can_cast", "default_float", "finfo", "iinfo", "isdtype",
    "promote", "result_type", "scalar_dtype",
]  # fmt: skip

_ORDER: Final = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


class DType:
    """A data type: one object per type, equal to its name and to the NumPy type it stands for.

    Example:
        >>> import unideep as ud
        >>> ud.float32 == "float32", ud.float32.itemsize, ud.float32.kind
        (True, 4, 'f')
    """

    __slots__ = ("itemsize", "kind", "name", "numpy")

    def __init__(self, name: str, numpy: Any) -> None:
        self.name = name
        self.numpy = _np.dtype(numpy)
        self.itemsize = self.numpy.itemsize
        self.kind = "f" if name == "bfloat16" else self.numpy.kind

    @property
    def is_floating(self) -> bool:
        """True for float16, bfloat16, float32, float64."""
        return self.kind == "f"

    @property
    def is_inexact(self) -> bool:
        """True for floating point and complex types: those that have gradients."""
        return self.kind in "fc"

    def __call__(self, value: Any) -> Any:
        """Convert a Python or NumPy value, as `np.float32(value)` does in NumPy code."""
        return self.numpy.type(value)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, DType) or other is None:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> str | tuple[Any, ...]:
        return as_dtype, (self.name,)


bool_ = DType("bool", _np.bool_)
int8 = DType("int8", _np.int8)
int16 = DType("int16", _np.int16)
int32 = DType("int32", _np.int32)
int64 = DType("int64", _np.int64)
uint8 = DType("uint8", _np.uint8)
uint16 = DType("uint16", _np.uint16)
uint32 = DType("uint32", _np.uint32)
uint64 = DType("uint64", _np.uint64)
float16 = DType("float16", _np.float16)
bfloat16 = DType("bfloat16", ml_dtypes.bfloat16)
float32 = DType("float32", _np.float32)
float64 = DType("float64", _np.float64)
complex64 = DType("complex64", _np.complex64)
complex128 = DType("complex128", _np.complex128)

_ALL: Final = (
    bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64,
    float16, bfloat16, float32, float64, complex64, complex128,
)  # fmt: skip
DTYPES: Final = {d.name: d for d in _ALL}
_BY_NUMPY: Final = {d.numpy: d for d in _ALL}
_PYTHON: Final[dict[type, DType]] = {bool: bool_, int: int64, float: float32, complex: complex64}

type_like = DType | str | type | _np.dtype[Any]
DTypeLike = type_like


def default_float() -> DType:
    """The dtype of floats made from Python numbers: float32."""
    return float32


@cache
def as_dtype(like: DTypeLike | Any) -> DType:
    """The DType that `like` names: a DType, its name, a NumPy type, or `bool`, `int`, `float`.

    Raises:
        DTypeError: `like` names no known type.
    """
    if isinstance(like, DType):
        return like
    if isinstance(like, str) and like in DTYPES:
        return DTYPES[like]
    if isinstance(like, type) and like in _PYTHON:
        return _PYTHON[like]
    try:
        return _BY_NUMPY[_np.dtype(like)]
    except (TypeError, ValueError, KeyError, SyntaxError):  # NumPy parses what is a string
        raise DTypeError(
            f"{like!r} is not a dtype that UniDeep knows.", fix=known_names(str(like), DTYPES)
        ) from None


@cache
def promote(a: DType, b: DType) -> DType:
    """The common type of two tensors. Symmetric.

    Example:
        >>> import unideep as ud
        >>> ud.dtype.promote(ud.int64, ud.float32)
        float32
    """
    if a is b:
        return a
    if _ORDER[a.kind] < _ORDER[b.kind]:
        a, b = b, a
    if a.kind == "c":
        wide = a is complex128 or b in (float64, complex128)
        return complex128 if wide else complex64
    if _ORDER[a.kind] != _ORDER[b.kind]:  # a float or an integer beats the lesser kind
        return a
    if a.kind == "f":
        return _promote_floats(a, b)
    return _promote_integers(a, b)


def _promote_floats(a: DType, b: DType) -> DType:
    if a.itemsize == b.itemsize:  # float16 and bfloat16: neither holds the other
        return float32
    return a if a.itemsize > b.itemsize else b


def _promote_integers(a: DType, b: DType) -> DType:
    if a.kind == b.kind:
        return a if a.itemsize > b.itemsize else b
    signed, unsigned = (a, b) if a.kind == "i" else (b, a)
    if signed.itemsize > unsigned.itemsize:
        return signed
    if unsigned is uint64:  # no integer holds both: NumPy says float64, the default float here
        return default_float()
    return {1: int16, 2: int32, 4: int64}[unsigned.itemsize]


@cache
def scalar_dtype(tensor: DType, scalar: type) -> DType:
    """The type in which `tensor` meets a weak Python scalar of type `scalar`.

    The scalar only raises the kind: `int32 + 1.5 -> float32`, `float16 + 1.5 -> float16`.
    """
    other = _PYTHON[scalar]
    if _ORDER[other.kind] <= _ORDER[tensor.kind]:
        return tensor
    if other.kind == "c":
        return complex128 if tensor is float64 else complex64
    return default_float() if other.kind == "f" else other


# What the standard asks of dtypes


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The type in which tensors, dtypes and Python numbers meet; the numbers are weak.

    Example:
        >>> from unideep import np
        >>> np.result_type(np.int8, np.uint8, 3)
        int16
    """
    scalars = [a for a in arrays_and_dtypes if type(a) in _PYTHON]
    strong = [_dtype_of(a) for a in arrays_and_dtypes if type(a) not in _PYTHON]
    if not strong:
        strong = [_PYTHON[type(scalars[0])]] if scalars else []
    if not strong:
        raise DTypeError("result_type needs a tensor, a dtype or a number.")
    return reduce(scalar_dtype, map(type, scalars), reduce(promote, strong))


def can_cast(from_: Any, to: DTypeLike, /) -> bool:
    """Whether promotion takes `from_`, a dtype or a tensor, to `to`."""
    target = as_dtype(to)
    return promote(_dtype_of(from_), target) is target


def _dtype_of(value: Any) -> DType:
    return as_dtype(getattr(value, "dtype", value))


_KINDS: Final = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


def isdtype(dtype: DTypeLike, kind: Any) -> bool:
    """Whether `dtype` is of a kind: a dtype, a name of the standard, or a tuple of such.

    Example:
        >>> from unideep import np
        >>> np.isdtype(np.bfloat16, "real floating"), np.isdtype(np.int8, (np.int8, "bool"))
        (True, True)
    """
    if isinstance(kind, tuple):
        return any(isdtype(dtype, k) for k in kind)
    if isinstance(kind, str) and kind in _KINDS:
        return as_dtype(dtype).kind in _KINDS[kind]
    return as_dtype(dtype) is as_dtype(kind)


class FloatLimits(NamedTuple):
    """What `finfo` tells."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    tiny: float
    dtype: DType


class IntegerLimits(NamedTuple):
    """What `iinfo` tells."""

    bits: int
    max: int
    min: int
    dtype: DType


def finfo(type: Any, /) -> FloatLimits:
    """The limits of a floating type, or of the parts of a complex one; of a dtype or a tensor's."""
    dtype = _dtype_of(type)
    if not dtype.is_inexact:
        raise DTypeError("finfo is about floating types.", got=str(dtype), fix="use iinfo.")
    dtype = {complex64: float32, complex128: float64}.get(dtype, dtype)
    limits = ml_dtypes.finfo(dtype.numpy)
    eps, high, low, tiny = map(float, (limits.eps, limits.max, limits.min, limits.smallest_normal))
    return FloatLimits(8 * dtype.itemsize, eps, high, low, tiny, tiny, dtype)


def iinfo(type: Any, /) -> IntegerLimits:
    """The limits of an integer type: of a dtype or a tensor's."""
    dtype = _dtype_of(type)
    if dtype.kind not in "iu":
        raise DTypeError("iinfo is about integer types.", got=str(dtype), fix="use finfo.")
    limits = _np.iinfo(dtype.numpy)
    return IntegerLimits(8 * dtype.itemsize, int(limits.max), int(limits.min), dtype)
