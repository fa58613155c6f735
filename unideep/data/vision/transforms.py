"""Changes to an image before it enters a net, made on the host while batches are read.

An image is (H, W, C), a NumPy array or a tensor, and the result is of the same kind. Sizes are
(width, height), or one number for both. Random changes take their numbers from `ud.random.seed`:
the same on every backend, with any number of a loader's workers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from unideep.data.augmentation import rng
from unideep.data.vision.scaling import Size, cut, filter_number, fitting, pair, resize
from unideep.dispatch import as_tensor, find_backend
from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import DTypeError
from unideep.tensor import Tensor

__all__ = [
    "Cast",
    "CenterCrop",
    "Compose",
    "Normalize",
    "RandomCrop",
    "RandomFlipLeftRight",
    "RandomFlipTopBottom",
    "RandomResizedCrop",
    "Resize",
    "ToTensor",
]

Array = np.ndarray[Any, np.dtype[Any]]

_TRIES = 10


class _Change:
    """What all share: a tensor is changed on the host, and goes back where it was."""

    def __call__(self, image: Any) -> Any:
        if not isinstance(image, Tensor):
            return self._apply(np.asarray(image))
        changed = self._apply(image.asnumpy())
        return as_tensor(changed, device=image.device, backend=find_backend([image]))

    def _apply(self, x: Array) -> Array:
        raise NotImplementedError


class Compose:
    """Changes one after the other: those below, or any functions of an image.

    Example:
        >>> from unideep.gluon.data.vision import transforms
        >>> to_input = transforms.Compose([transforms.ToTensor(), transforms.Normalize(0.5, 0.5)])
        >>> to_input(np.zeros((4, 4, 1), dtype="uint8")).tolist()[0][0]
        [-1.0, -1.0, -1.0, -1.0]
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self._transforms = tuple(transforms)

    def __call__(self, image: Any) -> Any:
        for change in self._transforms:
            image = change(image)
        return image


class ToTensor(_Change):
    """From pixels of 0 to 255 to what a net takes: float32 in [0, 1], channels first.

    Shape:
        (..., H, W, C) -> (..., C, H, W) float32.
    """

    def _apply(self, x: Array) -> Array:
        return np.ascontiguousarray(np.moveaxis(x, -1, -3), "float32") / np.float32(255)


class Normalize(_Change):
    """(x - mean) / std, for all channels or each its own.

    Shape:
        (..., C, H, W) of floats -> the same. It follows `ToTensor`.

    Raises:
        DTypeError: x are integers.
    """

    def __init__(self, mean: float | Sequence[float] = 0.0, std: float | Sequence[float] = 1.0):
        self._mean, self._std = (np.asarray(v, "float32").reshape(-1, 1, 1) for v in (mean, std))

    def _apply(self, x: Array) -> Array:
        if not as_dtype(x.dtype).is_floating:
            raise DTypeError(
                "Normalize takes floats, channels first.",
                got=f"{x.shape} {x.dtype}",
                fix="Compose([ToTensor(), Normalize(mean, std)]).",
            )
        return ((x - self._mean) / self._std).astype(x.dtype, copy=False)


class Cast(_Change):
    """Another dtype."""

    def __init__(self, dtype: DTypeLike = "float32") -> None:
        self._dtype = as_dtype(dtype)

    def _apply(self, x: Array) -> Array:
        return x.astype(self._dtype.numpy)


class Resize(_Change):
    """Scale an image to a size.

    Args:
        size: The new (width, height). With keep_ratio, a single number is the shorter side.
        keep_ratio: Whether a single number leaves the proportions as they are.
        interpolation: 0 nearest, 1 bilinear, 2 bicubic, 3 box, 4 Lanczos: Pillow's filters, which
            weigh all pixels that a new one covers.

    Shape:
        (H, W, C) uint8 or float32 -> (height, width, C).

    Raises:
        ImportError: Pillow is not installed.
    """

    def __init__(self, size: Size, keep_ratio: bool = False, interpolation: int = 1) -> None:
        self._size, self._keep = pair(size), keep_ratio and isinstance(size, int)
        self._filter = filter_number(interpolation)

    def _apply(self, x: Array) -> Array:
        size = self._size
        if self._keep:
            height, width = x.shape[:2]
            scale = size[0] / min(height, width)
            size = round(width * scale), round(height * scale)
        return resize(x, size, self._filter)


class CenterCrop(_Change):
    """The middle of an image.

    Args:
        size: (width, height) of the part. If the image is smaller, the largest part of these
            proportions is scaled up.
        interpolation: As for `Resize`.

    Shape:
        (H, W, C) -> (height, width, C).
    """

    def __init__(self, size: Size, interpolation: int = 1) -> None:
        self._size, self._filter = pair(size), filter_number(interpolation)

    def _apply(self, x: Array) -> Array:
        height, width = x.shape[:2]
        w, h = fitting(self._size, width, height)
        part = cut(x, (width - w) // 2, (height - h) // 2, w, h)
        return resize(part, self._size, self._filter)


class RandomCrop(_Change):
    """A part of an image, anywhere in it.

    Args:
        size: (width, height) of the part; a smaller image is scaled up as in `CenterCrop`.
        pad: Pixels added on each side before; or a pair (before, after) for each axis.
        pad_value: Their value.
        interpolation: As for `Resize`.

    Shape:
        (H, W, C) -> (height, width, C).
    """

    def __init__(
        self, size: Size, pad: int | Any = None, pad_value: float = 0, interpolation: int = 1
    ) -> None:
        self._size, self._filter = pair(size), filter_number(interpolation)
        self._pad = ((pad, pad), (pad, pad), (0, 0)) if isinstance(pad, int) else pad
        self._pad_value = pad_value

    def _apply(self, x: Array) -> Array:
        if self._pad is not None:
            x = np.pad(x, self._pad, constant_values=self._pad_value)
        height, width = x.shape[:2]
        w, h = fitting(self._size, width, height)
        draw = rng()
        part = cut(x, draw.integers(width - w + 1), draw.integers(height - h + 1), w, h)
        return resize(part, self._size, self._filter)


class RandomResizedCrop(_Change):
    """A part of random size and proportions, scaled to a size.

    Args:
        size: (width, height) of the result.
        scale: Least and largest share of the image's area.
        ratio: Least and largest width / height; their logarithm is drawn uniformly.
        interpolation: As for `Resize`.

    Shape:
        (H, W, C) -> (height, width, C).

    Source:
        Szegedy et al., 2015, "Going deeper with convolutions", section 6, arXiv:1409.4842.
    """

    def __init__(
        self,
        size: Size,
        scale: tuple[float, float] = (0.08, 1.0),
        ratio: tuple[float, float] = (3 / 4, 4 / 3),
        interpolation: int = 1,
    ) -> None:
        self._size, self._filter = pair(size), filter_number(interpolation)
        self._scale = scale
        self._log_ratio = math.log(ratio[0]), math.log(ratio[1])

    def _apply(self, x: Array) -> Array:
        height, width = x.shape[:2]
        draw = rng()
        for _ in range(_TRIES):
            area = draw.uniform(*self._scale) * height * width
            ratio = math.exp(draw.uniform(*self._log_ratio))
            w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < w <= width and 0 < h <= height:
                left, top = draw.integers(width - w + 1), draw.integers(height - h + 1)
                return resize(cut(x, left, top, w, h), self._size, self._filter)
        return CenterCrop(self._size, self._filter)._apply(x)


class _RandomFlip(_Change):
    """Mirror an image with probability p."""

    _axis: int

    def __init__(self, p: float = 0.5) -> None:
        self._p = p

    def _apply(self, x: Array) -> Array:
        return np.flip(x, self._axis).copy() if rng().random() < self._p else x


class RandomFlipLeftRight(_RandomFlip):
    """Exchange left and right with probability p.

    Shape:
        (..., H, W, C) -> the same.
    """

    _axis = -2


class RandomFlipTopBottom(_RandomFlip):
    """Exchange top and bottom with probability p.

    Shape:
        (..., H, W, C) -> the same.
    """

    _axis = -3
