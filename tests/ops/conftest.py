"""Each `test_<family>.py` gets the conformance cases of its family as `case`, in both dtypes."""

import pytest

from unideep.testing import cases_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise `case` by the family that the file is named after."""
    if "case" in metafunc.fixturenames:
        family = metafunc.module.__name__.rpartition("test_")[2]
        metafunc.parametrize("case", cases_of(family), ids=str)
    if "dtype" in metafunc.fixturenames:
        metafunc.parametrize("dtype", ["float32", "float64"])
