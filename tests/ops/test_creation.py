"""Creation: values, dtypes and gradients against NumPy in float64."""

from unideep import np
from unideep.testing import Case, check


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


def test_large_unsigned_integers_stay_exact(backend: str) -> None:
    large = 2**63 + 1
    x = np.asarray([3, large], dtype="uint64")
    assert x.tolist() == [3, large]
    x[0] = large
    assert x.tolist() == [large, large]
