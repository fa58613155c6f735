"""Each distribution against NumPy's samples; equality of backends; gradients; bad input."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import ArgumentError

# The same call gives NumPy's samples of the distribution.
SMOOTH = [
    ("uniform", (-1.0, 3.0)),
    ("normal", (2.0, 0.5)),
    ("lognormal", (0.3, 0.7)),
    ("exponential", (2.5,)),
    ("laplace", (1.0, 2.0)),
    ("logistic", (1.0, 2.0)),
    ("gumbel", (1.0, 2.0)),
    ("rayleigh", (1.5,)),
    ("weibull", (1.7,)),
    ("pareto", (2.5,)),
    ("power", (2.5,)),
]
FLOATS = [
    *SMOOTH,
    ("standard_normal", ()),
    ("standard_exponential", ()),
    ("standard_cauchy", ()),
    ("random", ()),
    ("gamma", (0.3, 2.0)),
    ("gamma", (3.0, 2.0)),
    ("standard_gamma", (1.0,)),
    ("chisquare", (3.0,)),
    ("beta", (0.5, 0.2)),
    ("beta", (2.0, 3.0)),
    ("f", (5.0, 7.0)),
    ("standard_t", (4.0,)),
]
INTEGERS = [
    ("randint", (-3, 5)),
    ("geometric", (0.3,)),
    ("poisson", (0.0,)),
    ("poisson", (3.0,)),
    ("poisson", (10.0,)),
    ("poisson", (400.0,)),
    ("binomial", (10, 0.3)),
    ("binomial", (5, 0.9)),
    ("binomial", (100, 0.5)),
    ("binomial", (200, 0.9)),
    ("binomial", (20, 1.0)),
    ("negative_binomial", (5, 0.4)),
]
floats = pytest.mark.parametrize(("name", "parameters"), FLOATS, ids=str)
integers = pytest.mark.parametrize(("name", "parameters"), INTEGERS, ids=str)


def check_sample(got: numpy.ndarray, want: numpy.ndarray) -> None:
    """Two samples of one distribution: Kolmogorov and Smirnov's distance, mean, deviation."""
    n = len(want)
    at = numpy.concatenate([got, want])
    below = [numpy.searchsorted(numpy.sort(s), at, side="right") for s in (got, want)]
    distance = numpy.abs(below[0] - below[1]).max() / n
    assert distance < 1.95 * (2 / n) ** 0.5  # exceeded once in a thousand pairs of samples
    low, high = numpy.percentile(want, [1, 99])
    got, want = (s[(s >= low) & (s <= high)] for s in (got, want))  # some have no moments
    error = want.std() * (2 / n) ** 0.5
    assert abs(got.mean() - want.mean()) <= 4 * error
    assert abs(got.std() - want.std()) <= 4 * error


@floats
def test_floats_are_distributed_as_numpys(name, parameters, backend: str) -> None:
    got = getattr(np.random, name)(*parameters, size=40_000, dtype="float64").asnumpy()
    check_sample(got, getattr(numpy.random.RandomState(0), name)(*parameters, size=40_000))


@integers
def test_integers_are_distributed_as_numpys(name, parameters, backend: str) -> None:
    got = getattr(np.random, name)(*parameters, size=40_000)
    assert got.dtype == "int64"
    check_sample(got.asnumpy(), getattr(numpy.random.RandomState(0), name)(*parameters, 40_000))


def on_both(backend: str, name: str, *args, **options) -> list[ud.Tensor]:
    """The same draw on a backend and on NumPy's."""
    samples = []
    for engine in (backend, "numpy"):
        ud.random.seed(3)
        with ud.use_backend(engine):
            samples.append(getattr(np.random, name)(*args, **options))
    return samples


@floats
def test_floats_are_equal_to_rounding_in_their_dtype(name, parameters, backend: str) -> None:
    for dtype, tolerance in (("float64", 1e-11), ("float32", 1e-5), ("bfloat16", 2e-2)):
        got, want = on_both(backend, name, *parameters, size=(7, 5), dtype=dtype)
        assert got.dtype == want.dtype == dtype
        got, want = (s.asnumpy().astype("float64") for s in (got, want))
        numpy.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


@integers
def test_integers_are_equal_to_the_bit(name, parameters, backend: str) -> None:
    for p in (parameters, tuple(numpy.array([v, v]) for v in parameters)):
        got, want = on_both(backend, name, *p, size=(500, 2))
        numpy.testing.assert_array_equal(got.asnumpy(), want.asnumpy())


@pytest.mark.parametrize(("name", "parameters"), SMOOTH, ids=str)
def test_gradients_are_the_slopes_of_the_samples(name, parameters, backend: str) -> None:
    def total(*values) -> ud.Tensor:
        ud.random.seed(1)
        return getattr(np.random, name)(*values, size=(3, 2), dtype="float64").sum()

    leaves = [np.array(p, dtype="float64") for p in parameters]
    for leaf in leaves:
        leaf.attach_grad()
    with autograd.record():
        y = total(*leaves)
    y.backward()
    for i, leaf in enumerate(leaves):
        ends = [
            total(*(p + h * (i == j) for j, p in enumerate(parameters))).item()
            for h in (1e-4, -1e-4)
        ]
        assert leaf.grad is not None
        assert leaf.grad.item() == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-5)


def test_compiled_draws_are_the_eager_ones(backend: str) -> None:
    def draw(scale: ud.Tensor) -> list[ud.Tensor]:
        x = np.random.normal(1.0, scale, size=(4, 2))
        np.random.shuffle(x)
        return [
            np.random.uniform(-scale, scale, size=(3, 4)),
            np.random.gamma(scale, size=3),
            np.random.randint(10, size=6),
            x,
        ]

    runs = []
    for function in (draw, ud.compile(draw)):
        ud.random.seed(5)
        runs.append([[s.asnumpy() for s in function(np.array(2.0))] for _ in range(3)])
    for eager, compiled in zip(*runs, strict=True):
        for a, b in zip(eager, compiled, strict=True):
            numpy.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert not numpy.allclose(runs[1][1][0], runs[1][2][0])


@pytest.mark.parametrize(
    ("name", "parameters", "wrong"),
    [
        ("normal", (0.0, -1.0), "scale is negative"),
        ("gumbel", (0.0, [1.0, -1.0]), "scale is negative"),
        ("weibull", (0.0,), "a is not positive"),
        ("gamma", (-1.0,), "shape is negative"),
        ("gamma", (1.0, -1.0), "scale is negative"),
        ("beta", (1.0, 0.0), "b is not positive"),
        ("chisquare", (0.0,), "df is not positive"),
        ("bernoulli", (1.5,), "not a probability"),
        ("geometric", (0.0,), "is zero"),
        ("poisson", ([1.0, -1.0],), "lam is negative"),
        ("binomial", (-1, 0.5), "not a number of trials"),
        ("binomial", (3, float("nan")), "not a probability"),
        ("negative_binomial", (0, 0.5), "n is not positive"),
        ("randint", (5, 5), "low is not below high"),
        ("randint", ([1, 2], [3, 2]), "not in"),
    ],
)
def test_bad_parameters(name, parameters, wrong, backend: str) -> None:
    with pytest.raises(ArgumentError, match=wrong):
        getattr(np.random, name)(*parameters)
