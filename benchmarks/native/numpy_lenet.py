"""LeNet on 16x16 images with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

from numpy import ndarray

from .numpy_common import Backward, State, chain, classify, variants
from .numpy_images import conv, images, relu_max_pool, rows
from .numpy_layers import dense, relu

__all__ = ["VARIANTS"]


def lenet(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    return chain(
        x,
        images,
        partial(conv, t, "features.0", padding=2, is_first=True),
        partial(relu_max_pool, t, "1"),
        partial(conv, t, "features.2"),
        partial(relu_max_pool, t, "3"),
        rows,
        partial(dense, t, "features.4"),
        relu,
        partial(dense, t, "features.5"),
        relu,
        partial(dense, t, "output"),
    )


VARIANTS = variants(*classify(lenet))
