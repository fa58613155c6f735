"""Every metric takes tensors of the backend, NumPy arrays and plain lists."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import unideep as ud


@pytest.fixture(params=["tensor", "numpy", "list"])
def given(request: pytest.FixtureRequest, backend: str) -> Callable[[Any], Any]:
    """Turns a NumPy array or list into one of the kinds that `update` takes."""
    kinds: dict[str, Callable[[Any], Any]] = {
        "tensor": lambda a: ud.np.array(np.asarray(a)),
        "numpy": np.asarray,
        "list": lambda a: np.asarray(a).tolist(),
    }
    return kinds[request.param]
