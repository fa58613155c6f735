"""Sizes of images, and how one becomes another."""

from __future__ import annotations

from typing import Any

import numpy as np

from unideep.errors import ArgumentError, DTypeError

__all__ = ["Size", "cut", "filter_number", "fitting", "pair", "resize"]

Array = np.ndarray[Any, np.dtype[Any]]
Size = int | tuple[int, int]

_FILTERS = ("NEAREST", "BILINEAR", "BICUBIC", "BOX", "LANCZOS")  # in Gluon's order


def pair(size: Size) -> tuple[int, int]:
    """(width, height)."""
    pair = (size, size) if isinstance(size, int) else tuple(size)
    if len(pair) != 2 or min(pair) < 1:
        raise ArgumentError("a size is (width, height), or a number for both.", got=repr(size))
    return pair


def filter_number(number: int) -> int:
    """The number, if it is that of a filter."""
    if number not in range(len(_FILTERS)):
        raise ArgumentError(
            f"interpolation is {number!r}.",
            fix="0 nearest, 1 bilinear, 2 bicubic, 3 box, 4 Lanczos.",
        )
    return number


def fitting(size: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    """`size`, scaled down until it fits into (width, height)."""
    scale = min(1.0, width / size[0], height / size[1])
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def cut(x: Array, left: Any, top: Any, width: int, height: int) -> Array:
    """A part of an image."""
    return x[top : top + height, left : left + width]


def resize(x: Array, size: tuple[int, int], interpolation: int) -> Array:
    """An image in another size, with a filter of that number.

    Raises:
        DTypeError: neither bytes nor float32.
        ImportError: Pillow is not installed.
    """
    if x.shape[1::-1] == size:
        return x
    if x.ndim != 3 or x.dtype not in ("uint8", "float32"):
        raise DTypeError(
            "an image to scale is (H, W, C) of uint8 or float32.",
            got=f"{x.shape} {x.dtype}",
            fix='Cast("float32") before, and ToTensor only after.',
        )
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            'scaling an image needs Pillow.\n  Fix: pip install "unideep[examples]"'
        ) from error
    way = Image.Resampling[_FILTERS[interpolation]]
    # One channel at a time: of floats Pillow knows no other images.
    channels = [Image.fromarray(channel) for channel in np.moveaxis(x, -1, 0)]
    return np.stack([np.asarray(channel.resize(size, way)) for channel in channels], -1)
