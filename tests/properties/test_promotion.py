"""Any two dtypes and shapes that meet: NumPy's result in the type of the promotion table."""

import itertools

import numpy
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as arrays

from unideep import np
from unideep.dtype import as_dtype, promote

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", *INTEGERS, *FLOATS, "complex64", "complex128"]
OPS = ["add", "multiply", "maximum", "equal", "not_equal", "where"]


def _is_defined(a: str, b: str) -> bool:
    """Whether the standard says what a and b give: of one kind, and no signed type with uint64."""
    kinds = {numpy.dtype(a).kind, numpy.dtype(b).kind}
    if kinds == {"i", "u"}:
        return "uint64" not in (a, b)
    return len(kinds) == 1 or kinds == {"f", "c"}


def test_the_table_is_symmetric_and_numpys_where_the_standard_speaks() -> None:
    for a, b in itertools.product(DTYPES, DTYPES):
        found = promote(as_dtype(a), as_dtype(b))
        assert found is promote(as_dtype(b), as_dtype(a))
        if _is_defined(a, b):
            assert found == numpy.result_type(a, b).name, (a, b)
        elif a in FLOATS and b in INTEGERS:
            assert found == a  # NumPy has float64 for float32 beside int32: here floats keep theirs


def _numbers(dtype: str) -> st.SearchStrategy[int]:
    """Numbers that every dtype holds exactly, and so do their sums and products."""
    return st.integers(0, 1) if dtype == "bool" else st.integers(0, 7)


@st.composite
def operands(draw: st.DrawFn) -> tuple[str, numpy.ndarray, numpy.ndarray]:
    shapes = draw(arrays.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
    x, y = (
        draw(arrays.arrays(dtype, shape, elements=_numbers(dtype)))
        for dtype, shape in zip(
            (draw(st.sampled_from(DTYPES)), draw(st.sampled_from(DTYPES))),
            shapes.input_shapes,
            strict=True,
        )
    )
    return draw(st.sampled_from(OPS)), x, y


@given(operands())
@settings(max_examples=40)
def test_binary_ops(backend: str, drawn: tuple[str, numpy.ndarray, numpy.ndarray]) -> None:
    op, x, y = drawn
    meet = promote(as_dtype(x.dtype), as_dtype(y.dtype))
    if meet.kind == "c" and op == "maximum":
        op = "add"  # complex numbers have no order
    flags = [] if op != "where" else [numpy.arange(x.size).reshape(x.shape) % 2 == 0]
    found = getattr(np, op)(*map(np.array, flags), np.array(x), np.array(y))
    want = getattr(numpy, op)(*flags, x.astype(meet.numpy), y.astype(meet.numpy))
    assert found.dtype == want.dtype.name
    assert found.shape == want.shape
    assert numpy.array_equal(found.asnumpy(), want)


@pytest.mark.parametrize("number", [True, 2, 2.0, 2j])
@pytest.mark.parametrize("dtype", DTYPES)
def test_python_numbers_only_raise_the_kind(dtype: str, number: complex, backend: str) -> None:
    x = np.ones(2, dtype=dtype)
    found = [x + number, number + x, np.add(x, number), np.where(np.array([True, True]), number, x)]
    assert {t.dtype.name for t in found} == {np.result_type(x, number).name}
    if as_dtype(dtype).kind == numpy.asarray(number).dtype.kind:
        assert found[0].dtype == dtype
