"""ResNet-20 with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy import ndarray

from .numpy_common import Backward, Layer, State, chain, classify, variants
from .numpy_images import batch_norm, conv, images
from .numpy_layers import dense, relu

__all__ = ["VARIANTS"]


def resnet20(t: State, x: ndarray) -> tuple[ndarray, Backward]:
    blocks = (
        partial(block, t, f"features.{stage}.{i}.", 2 if stage > 3 and not i else 1)
        for stage in (3, 4, 5)
        for i in range(3)
    )
    return chain(
        x,
        images,
        partial(conv, t, "features.0", padding=1, is_first=True),
        partial(batch_norm, t, "features.1"),
        relu,
        *blocks,
        pixel_mean,
        partial(dense, t, "output"),
    )


def block(t: State, name: str, stride: int, x: ndarray) -> tuple[ndarray, Backward]:
    """relu(body(x) + shortcut(x))"""
    body = (*conv_norm(t, name + "body.", 0, 3, stride), relu, *conv_norm(t, name + "body.", 3, 3))
    shortcut = () if stride == 1 else conv_norm(t, name + "shortcut.", 0, 1, stride)
    y, back = chain(x, *body)
    other, other_back = chain(x, *shortcut)
    y += other
    y, relu_back = relu(y)

    def backward(g: ndarray) -> ndarray:
        g = relu_back(g)
        inner = back(g)
        inner += other_back(g)
        return inner

    return y, backward


def conv_norm(t: State, name: str, place: int, kernel: int, stride: int = 1) -> tuple[Layer, Layer]:
    return (
        partial(conv, t, f"{name}{place}", stride=stride, padding=kernel // 2),
        partial(batch_norm, t, f"{name}{place + 1}"),
    )


def pixel_mean(x: ndarray) -> tuple[ndarray, Backward]:
    """(C, H, W, N) -> (N, C)"""
    pixels = x.shape[1] * x.shape[2]

    def backward(g: ndarray) -> ndarray:
        out = np.empty_like(x)
        out[...] = (g.T / pixels)[:, None, None]
        return out

    return x.mean(axis=(1, 2)).T, backward


VARIANTS = variants(*classify(resnet20))
