"""Each distribution against NumPy's samples; equality of backends; gradients; bad parameters."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.errors import ArgumentError, DTypeError, ShapeError

# The same call gives NumPy's samples of the distribution. The last are as many as parameters.
DISTRIBUTIONS = [
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
    ("standard_normal", ()),
    ("standard_exponential", ()),
    ("standard_cauchy", ()),
    ("random", ()),
]
GRADIENTS = [d for d in DISTRIBUTIONS if d[1]]
each = pytest.mark.parametrize(("name", "parameters"), DISTRIBUTIONS, ids=str)


def ks_distance(a: numpy.ndarray, b: numpy.ndarray) -> float:
    """The largest gap between the two samples' distribution functions (Kolmogorov, Smirnov)."""
    a, b = numpy.sort(a.ravel()), numpy.sort(b.ravel())
    at = numpy.concatenate([a, b])
    below = (numpy.searchsorted(s, at, side="right") / len(s) for s in (a, b))
    return float(numpy.abs(next(below) - next(below)).max())


def matches_numpys(name: str, parameters: tuple, n: int = 40_000) -> None:
    """Two samples of one distribution differ by more than 1.95 sqrt(2 / n) once in a thousand."""
    got = getattr(np.random, name)(*parameters, size=n).asnumpy()
    want = getattr(numpy.random.default_rng(0), name)(*parameters, size=n)
    assert ks_distance(got, want) < 1.95 * (2 / n) ** 0.5
    low, high = numpy.percentile(want, [1, 99])
    got, want = (s[(s > low) & (s < high)] for s in (got, want))  # some have no moments
    error = want.std() * (2 / n) ** 0.5
    assert abs(got.mean() - want.mean()) < 4 * error
    assert abs(got.std() - want.std()) < 4 * error


@each
def test_distribution(name, parameters, backend: str) -> None:
    matches_numpys(name, parameters)


@each
def test_backends_agree_and_dtypes_are_kept(name, parameters, backend: str) -> None:
    for dtype, tolerance in (("float64", 1e-12), ("float32", 1e-5), ("bfloat16", 2e-2)):
        samples = []
        for engine in (backend, "numpy"):
            ud.random.seed(3)
            with ud.use_backend(engine):
                samples.append(getattr(np.random, name)(*parameters, size=(7, 5), dtype=dtype))
        got, want = samples
        assert got.dtype == want.dtype == dtype
        got, want = (s.asnumpy().astype("float64") for s in samples)
        numpy.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance)


def test_compiled_draws_are_the_eager_ones(backend: str) -> None:
    def draw(scale: ud.Tensor) -> list[ud.Tensor]:
        return [
            np.random.uniform(-scale, scale, size=(3, 4)),
            np.random.normal(1.0, scale, size=5),
            np.random.logistic(1.0, scale),
        ]

    runs = []
    for function in (draw, ud.compile(draw)):
        ud.random.seed(5)
        runs.append([[s.asnumpy() for s in function(np.array(2.0))] for _ in range(3)])
    for eager, compiled in zip(*runs, strict=True):
        for a, b in zip(eager, compiled, strict=True):
            numpy.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert not numpy.allclose(runs[1][1][0], runs[1][2][0])


@pytest.mark.parametrize(("name", "parameters"), GRADIENTS, ids=str)
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


def test_parameters_broadcast(backend: str) -> None:
    loc = np.array([0.0, 100.0, 200.0])
    assert np.random.normal(loc, np.array([[1.0], [2.0]])).shape == (2, 3)
    assert np.random.uniform([0.0, 5.0], 10.0, size=(4, 2)).shape == (4, 2)
    means = np.random.normal(loc, 1.0, size=(500, 3)).mean(0).asnumpy()
    numpy.testing.assert_allclose(means, [0, 100, 200], atol=0.3)
    assert np.random.normal(np.zeros(2, dtype="float64")).dtype == "float64"
    assert np.random.normal(numpy.float64(0.0)).dtype == "float32"
    assert np.random.normal().shape == ()
    assert np.random.rand(2, 3).shape == np.random.randn(2, 3).shape == (2, 3)
    assert np.random.rand().shape == ()
    assert np.random.normal(size=(0, 3)).shape == (0, 3)


def test_bad_parameters(backend: str) -> None:
    with pytest.raises(ArgumentError, match="scale is negative"):
        np.random.normal(0.0, -1.0)
    with pytest.raises(ArgumentError, match="scale is negative"):
        np.random.gumbel(0.0, np.array([1.0, -1.0]))
    with pytest.raises(ArgumentError, match="a is not positive"):
        np.random.weibull(0.0)
    with pytest.raises(ArgumentError, match="not a probability"):
        np.random.bernoulli(1.5)
    with pytest.raises(ShapeError, match="do not broadcast to the size"):
        np.random.normal(np.zeros(3), 1.0, size=(2, 2))
    with pytest.raises(ShapeError, match="negative"):
        np.random.normal(size=(2, -1))
    with pytest.raises(DTypeError, match="floats"):
        np.random.normal(size=2, dtype="int32")
