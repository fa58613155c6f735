"""Real handwritten digits without a download: the data set that scikit-learn ships."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["digits"]

Split = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def digits(padding: int = 4) -> tuple[Split, Split]:
    """Images of the digits 0 to 9 by 13 writers, to train and to test with.

    The split is the same whatever the seed: every fifth image of each digit is for testing.

    Args:
        padding: Zeros on each side of the 8 x 8 pixels.

    Returns:
        (train_images, train_labels), (test_images, test_labels): NumPy arrays, 1437 and 360 long.

    Shape:
        images (N, 1, 8 + 2 padding, 8 + 2 padding) float32 in [0, 1]; labels (N,) int64.

    Raises:
        ImportError: scikit-learn is not installed.

    Source:
        Alpaydin and Kaynak, 1998, "Optical recognition of handwritten digits", UCI repository,
        https://doi.org/10.24432/C50P49; bundled with scikit-learn.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ImportError(
            "digits() reads the data set that scikit-learn ships, and scikit-learn is not "
            'installed.\n  Fix: pip install "unideep[examples]"'
        ) from error

    bundle: Any = load_digits()
    images = (bundle.images[:, None] / 16).astype("float32")  # the pixels count from 0 to 16
    images = np.pad(images, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    labels = bundle.target.astype("int64")
    test = np.zeros(len(labels), bool)
    test[np.argsort(labels, kind="stable")[::5]] = True
    return (images[~test], labels[~test]), (images[test], labels[test])
