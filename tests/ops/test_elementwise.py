"""Elementwise: values, dtypes and gradients against NumPy in float64."""

import math

import numpy
import pytest

import unideep as ud
from unideep import autograd, np, npx
from unideep.errors import DTypeError
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_erf_is_the_c_librarys(backend: str) -> None:
    values = [*numpy.linspace(-7, 7, 20001).tolist(), 0.5]
    got = npx.erf(np.array(values, dtype="float64")).asnumpy()
    want = [math.erf(v) for v in values]
    numpy.testing.assert_allclose(got, want, rtol=2e-15)
    assert math.isnan(float(npx.erf(np.array(math.nan))))


_TWO = [
    "add", "subtract", "multiply", "floor_divide", "remainder", "maximum", "minimum", "less",
    "less_equal", "greater", "greater_equal", "equal", "bitwise_and", "bitwise_left_shift",
    "bitwise_right_shift",
]  # fmt: skip


@pytest.mark.parametrize("unsigned", ["uint8", "uint16", "uint32", "uint64"])
def test_unsigned_integers_up_to_their_highest_bit(unsigned: str, backend: str) -> None:
    info = numpy.iinfo(unsigned)
    some = [0, 1, 2, 7, info.max, info.max - 1, info.max // 2, info.max // 2 + 1, 77]
    x, y = (m.ravel() for m in numpy.meshgrid(*[numpy.array(some, unsigned)] * 2))
    for op in _TWO:
        a, b = x, y
        if op in ("floor_divide", "remainder"):
            a, b = x[y != 0], y[y != 0]
        elif op.endswith("shift"):
            b = (y % info.bits).astype(unsigned)
        found = getattr(np, op)(np.array(a), np.array(b))
        want = getattr(numpy, op)(a, b)
        assert found.dtype == want.dtype.name, op
        assert numpy.array_equal(found.asnumpy(), want), op
    for op in ("negative", "bitwise_invert", "abs", "sign"):
        assert numpy.array_equal(getattr(np, op)(np.array(x)).asnumpy(), getattr(numpy, op)(x)), op


@pytest.mark.parametrize(
    ("op", "kind", "count"),
    [("subtract", "bool", 2), ("negative", "bool", 1), ("bitwise_and", "float32", 2),
     ("bitwise_left_shift", "float32", 2), ("floor_divide", "complex64", 2)],
)  # fmt: skip
def test_dtypes_that_an_op_is_not_defined_for(op: str, kind: str, count: int, backend: str) -> None:
    with pytest.raises(DTypeError, match=f"(?s){op} is not defined for {kind}.*astype"):
        getattr(np, op)(*[np.ones(2, dtype=kind)] * count)


SPECIAL = [-math.inf, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0, math.inf, math.nan]


def test_the_zeros_of_remainder_have_the_sign_of_the_divisor(backend: str) -> None:
    x, y = np.array([-4.0, 4.0, 0.0, -0.0]), np.array([2.0, -2.0, -1.0, 1.0])
    x.attach_grad()
    y.attach_grad()
    with autograd.record():
        recorded = x % y
    recorded.backward()
    compiled = ud.compile(lambda x, y: x % y)
    for z in (x % y, recorded, compiled(x, y), compiled(x, y)):
        numpy.testing.assert_array_equal(numpy.signbit(z.asnumpy()), [False, True, True, False])
    assert numpy.signbit((x % -2.0).asnumpy()).all()
    numpy.testing.assert_array_equal(x.grad.asnumpy(), numpy.ones(4))
    numpy.testing.assert_array_equal(y.grad.asnumpy(), [2.0, 2.0, 0.0, 0.0])


def test_floor_divide_is_infinite_where_the_quotient_is(backend: str) -> None:
    for y in SPECIAL:
        got = np.floor_divide(np.array(SPECIAL), y).asnumpy()
        with numpy.errstate(all="ignore"):
            want = numpy.floor(numpy.array(SPECIAL) / y)
        numpy.testing.assert_array_equal(got, want)
        numpy.testing.assert_array_equal(numpy.signbit(got[:-1]), numpy.signbit(want[:-1]))


def test_floor_divide_has_gradient_zero(backend: str) -> None:
    x = np.array([5.0, -3.0])
    x.attach_grad()
    with autograd.record():
        y = x // 2.0 + x
    y.backward()
    numpy.testing.assert_array_equal(x.grad.asnumpy(), [1.0, 1.0])


def test_sign_of_nan_and_of_signed_zero(backend: str) -> None:
    got = np.sign(np.array(SPECIAL)).asnumpy()
    numpy.testing.assert_array_equal(got, [-1, -1, -1, 0, 0, 1, 1, 1, math.nan])
    assert not numpy.signbit(got[3])


def test_minus_zero_stays(backend: str) -> None:
    assert numpy.signbit((np.array([0.0]) * -0.0).asnumpy())
    assert numpy.signbit(np.full((2,), -0.0).asnumpy()).all()
    assert numpy.signbit(np.array(-0.0).asnumpy())


def test_signs_of_the_zeros_of_complex_functions(backend: str) -> None:
    x = [complex(a, b) for a in (-math.inf, math.inf) for b in (-5e16, -3.0, 3.0, 5e16, math.inf)]
    got = np.tanh(np.array(x)).asnumpy()
    numpy.testing.assert_array_equal(got, [-1.0] * 5 + [1.0] * 5)
    assert numpy.signbit(got.imag).tolist() == [True, True, False, False, False] * 2
    x = [complex(a, b) for a in (-0.0, 0.0) for b in (-0.0, 0.0)]
    got = np.acos(np.array(x)).asnumpy()
    numpy.testing.assert_allclose(got, [math.pi / 2] * 4, rtol=1e-6)
    assert numpy.signbit(got.imag).tolist() == [False, True] * 2
    got = np.log1p(np.array(complex(-1, 0))).asnumpy()
    assert got == complex(-math.inf, 0)


def test_copysign_promotes_and_shifts_may_be_wide(backend: str) -> None:
    for x, y in (("float32", "float64"), ("float64", "float32")):
        got = np.copysign(np.array([0.0, 2.0], dtype=x), np.array([-1.0, -0.0], dtype=y))
        assert got.dtype == "float64" and numpy.signbit(got.asnumpy()).all()
    assert np.bitwise_left_shift(np.array([1, 3], dtype="int32"), 32).tolist() == [0, 0]
