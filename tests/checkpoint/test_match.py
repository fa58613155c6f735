"""What does not match is listed whole, with the nearest names and the way out."""

from typing import Any

import numpy as np
import pytest

from unideep.checkpoint import check_match
from unideep.errors import CheckpointError

EXPECTED: Any = {
    "hidden.weight": ((8, 3), "float32"),
    "hidden.bias": ((8,), "float32"),
    "out.weight": ((2, -1), "float32"),
}


def arrays(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "hidden.weight": np.zeros((8, 3), "float32"),
        "hidden.bias": np.zeros(8, "float32"),
        "out.weight": np.zeros((2, 8), "float32"),
    }
    found.update({name.replace("_", "."): value for name, value in changes.items()})
    return {name: value for name, value in found.items() if value is not None}


def message(found: dict[str, Any], **options: Any) -> str:
    with pytest.raises(CheckpointError) as caught:
        check_match(EXPECTED, found, **options)
    return str(caught.value)


def test_a_match_passes() -> None:
    check_match(EXPECTED, arrays())
    check_match({"w": (None, "int64")}, {"w": np.zeros((3, 4), "int64")})
    check_match({}, {})


def test_all_mismatches_are_listed_at_once() -> None:
    text = message(
        arrays(
            hidden_weight=None,
            hiden_weight=np.zeros((8, 3), "float32"),
            hidden_bias=np.zeros(8, "float64"),
            out_weight=np.zeros((3, 8), "float32"),
        ),
        source="net.safetensors",
    )
    assert "1 missing, 1 not expected, 1 of another shape, 1 of another dtype" in text
    assert "missing: 'hidden.weight' (8, 3) float32 (nearest name there: 'hiden.weight')" in text
    assert "not expected: 'hiden.weight' (8, 3) float32" in text
    assert "'out.weight': expected shape (2, -1), found (3, 8)" in text
    assert "'hidden.bias': expected dtype float32, found float64" in text
    assert text.startswith("net.safetensors does not match")
    assert all(word in text for word in ("allow_missing", "ignore_extra", "cast_dtype"))


def test_allow_missing() -> None:
    found = arrays(hidden_bias=None)
    assert "1 missing" in message(found)
    check_match(EXPECTED, found, allow_missing=True)


def test_ignore_extra() -> None:
    found = arrays(more=np.zeros(2))
    assert "ignore_extra=True" in message(found)
    check_match(EXPECTED, found, ignore_extra=True)


def test_cast_dtype() -> None:
    found = arrays(hidden_bias=np.zeros(8, "float16"))
    assert "cast_dtype=True" in message(found)
    check_match(EXPECTED, found, cast_dtype=True)


def test_a_shape_has_no_way_out() -> None:
    found = arrays(hidden_bias=np.zeros(9, "float32"), out_weight=np.zeros(16, "float32"))
    text = message(found, allow_missing=True, ignore_extra=True, cast_dtype=True)
    assert "2 of another shape" in text and "allow_missing" not in text


def test_an_ignored_name_is_still_suggested() -> None:
    found = arrays(hidden_bias=None, hidden_bios=np.zeros(8, "float32"))
    assert "nearest name there: 'hidden.bios'" in message(found, ignore_extra=True)


def test_tensors_and_arrays_compare_alike(backend: str) -> None:
    import unideep as ud

    tensor = ud.np.zeros((2, 3))
    check_match({"w": (tensor.shape, tensor.dtype)}, {"w": tensor})
    check_match({"w": (tensor.shape, tensor.dtype)}, {"w": tensor.asnumpy()})
