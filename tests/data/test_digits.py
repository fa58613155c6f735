"""The bundled digits."""

import sys

import numpy as np
import pytest

import unideep as ud
from unideep.data import digits

pytest.importorskip("sklearn")


def test_shapes_dtypes_and_range() -> None:
    (images, labels), (test_images, test_labels) = digits()
    assert images.shape == (1437, 1, 16, 16) and test_images.shape == (360, 1, 16, 16)
    assert images.dtype == test_images.dtype == np.float32
    assert labels.dtype == test_labels.dtype == np.int64
    assert images.min() == 0 and images.max() == 1
    assert not images[:, :, :4].any() and not images[..., -4:].any()
    assert images[:, :, 4:12, 4:12].any(axis=(1, 2, 3)).all()


def test_the_split_is_stratified_fixed_and_complete() -> None:
    ud.random.seed(0)
    (images, labels), (test_images, test_labels) = digits(padding=0)
    ud.random.seed(1)
    again = digits(padding=0)
    np.testing.assert_array_equal(again[0][0], images)
    np.testing.assert_array_equal(again[1][1], test_labels)
    assert images.shape[2:] == (8, 8)
    assert set(np.bincount(test_labels)) <= {35, 36, 37}
    both = np.concatenate([images, test_images]).reshape(1797, -1)
    assert len(np.unique(both, axis=0)) == 1797
    assert len(labels) + len(test_labels) == 1797


def test_the_remedy_is_named_without_scikit_learn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(ImportError, match=r'(?s)scikit-learn.*pip install "unideep\[examples\]"'):
        digits()
