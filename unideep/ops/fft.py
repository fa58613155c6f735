"""Discrete Fourier transforms.

Three primitives hold the whole family: complex to complex over several axes, and along one axis
real to half of a spectrum and back. Sizes are fitted in front, by cutting or by zeros.
`norm` says who divides by the number of points n: "backward" the inverse (by n), "forward" the
transform, "ortho" both (by its square root).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.canonical import Axis, axis as _axis
from unideep.errors import DTypeError, ShapeError, check_one_of
from unideep.op import composite, primitive
from unideep.tensor import Tensor

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift",
    "ihfft", "irfft", "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip

_SWAPPED = {"backward": "forward", "ortho": "ortho", "forward": "backward"}


# Primitives


@primitive(
    lambda g, y, x, *, axes, inverse, norm: fourier(g, axes=axes, inverse=inverse, norm=norm)
)
def fourier(x: Tensor, /, axes: tuple[int, ...], inverse: bool, norm: str) -> Tensor:
    """The transform of complex x over axes. Its matrix is symmetric, so it is its own gradient."""


@primitive(
    lambda g, y, x, *, axis, norm: ops.real(
        fourier(_fit(g, x.shape[axis], axis), axes=(axis,), inverse=False, norm=norm)
    )
)
def real_fourier(x: Tensor, /, axis: Axis, norm: str) -> Tensor:
    """The first n // 2 + 1 points of the transform of real x."""


def _real_inverse_gradient(
    g: Tensor, y: Tensor, x: Tensor, *, n: int, axis: int, norm: str
) -> Tensor:
    """Points between the first and the middle stand for two of the whole spectrum."""
    line = ops.iota(g, length=n // 2 + 1, dtype="int64")
    is_single = ops.logical_or(ops.equal(line, 0), ops.equal(line * 2, n))
    weight = ops.where(is_single, 1.0, 2.0).astype(g.dtype)
    weight = ops.reshape(weight, [-1 if i == axis else 1 for i in range(x.ndim)])
    return ops.conj(real_fourier(g, axis, _SWAPPED[norm])) * weight


@primitive(_real_inverse_gradient)
def real_inverse(x: Tensor, /, n: int, axis: Axis, norm: str) -> Tensor:
    """The n real points whose transform begins with x (n // 2 + 1 points)."""


# What they get


def _norm(norm: str | None) -> str:
    norm = norm or "backward"
    check_one_of("norm", norm, _SWAPPED)
    return norm


def _as_complex(x: Tensor) -> Tensor:
    if x.dtype.kind == "c":
        return x
    return x.astype("complex128" if x.dtype == "float64" else "complex64")


def _as_real(x: Tensor) -> Tensor:
    if x.dtype.kind == "c":
        raise DTypeError(
            "a real transform takes real numbers.", got=f"{x.dtype}", fix="use fft, or x.real."
        )
    return x if x.dtype.itemsize >= 4 else x.astype("float32")


def _fit(x: Tensor, n: int | None, axis: int) -> Tensor:
    """x with n points along an axis: cut, or with zeros at the end."""
    size = x.shape[axis]
    n = size if n is None or n == -1 else n
    if n < 1:
        raise ShapeError(f"a transform needs a point at least, not {n} along axis {axis}.")
    if n < size:
        return x[(slice(None),) * axis + (slice(n),)]
    return ops.pad(x, [(0, n - size if i == axis else 0) for i in range(x.ndim)]) if n > size else x


def _several(x: Tensor, s: Sequence[int] | None, axes: Any) -> tuple[list[Any], list[int]]:
    """Sizes (None: as it is) and axes of a transform over several axes."""
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    axes = [_axis(a, x.ndim) for a in ((axes,) if isinstance(axes, int) else axes)]
    sizes = [None] * len(axes) if s is None else list(s)
    if len(sizes) != len(axes):
        raise ShapeError(f"s gives {len(sizes)} sizes for {len(axes)} axes.")
    return sizes, axes


def _over(x: Tensor, sizes: Sequence[Any], axes: Sequence[int], inverse: bool, norm: Any) -> Tensor:
    x = _as_complex(x)
    for n, axis in zip(sizes, axes, strict=True):
        x = _fit(x, n, axis)
    return fourier(x, axes=tuple(axes), inverse=inverse, norm=_norm(norm)) if axes else x


# Complex


@composite(to_float=True)
def fft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The transform along one axis: y[k] = sum over j of x[j] exp(-2πi jk / n). Complex.

    Args:
        n: The number of points; x is cut, or gets zeros at its end.
        norm: "backward", "ortho" or "forward": see above.
    """
    return _over(x, [n], [axis], False, norm)


@composite(to_float=True)
def ifft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The inverse of `fft`."""
    return _over(x, [n], [axis], True, norm)


@composite(to_float=True)
def fftn(x: Tensor, /, s: Any = None, axes: Any = None, norm: str | None = None) -> Tensor:
    """The transform over several axes.

    Args:
        s: The number of points in each axis.
        axes: The axes; None: all, or the last len(s).
    """
    return _over(x, *_several(x, s, axes), False, norm)


@composite(to_float=True)
def ifftn(x: Tensor, /, s: Any = None, axes: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `fftn`."""
    return _over(x, *_several(x, s, axes), True, norm)


@composite(to_float=True)
def fft2(x: Tensor, /, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`fftn` over two axes."""
    return fftn(x, s, axes, norm)


@composite(to_float=True)
def ifft2(x: Tensor, /, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `fft2`."""
    return ifftn(x, s, axes, norm)


# Real to half of a spectrum, and back


@composite(to_float=True)
def rfft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The first n // 2 + 1 points of `fft` of real x; the others are their conjugates."""
    return real_fourier(_fit(_as_real(x), n, axis), axis, _norm(norm))


@composite(to_float=True)
def irfft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The inverse of `rfft`: n real points, by default 2 (m - 1) of m.

    The imaginary parts of the first point, and of the middle one of an even n, do not count.
    """
    n = 2 * (x.shape[axis] - 1) if n is None else n
    if n < 1:
        raise ShapeError(f"a transform needs a point at least, not {n} along axis {axis}.")
    return real_inverse(_fit(_as_complex(x), n // 2 + 1, axis), n, axis, _norm(norm))


@composite(to_float=True)
def rfftn(x: Tensor, /, s: Any = None, axes: Any = None, norm: str | None = None) -> Tensor:
    """`rfft` along the last of the axes, then `fftn` over the others."""
    sizes, axes = _several(x, s, axes)
    return _over(rfft(x, sizes[-1], axes[-1], norm), sizes[:-1], axes[:-1], False, norm)


@composite(to_float=True)
def irfftn(x: Tensor, /, s: Any = None, axes: Any = None, norm: str | None = None) -> Tensor:
    """The inverse of `rfftn`."""
    sizes, axes = _several(x, s, axes)
    return irfft(_over(x, sizes[:-1], axes[:-1], True, norm), sizes[-1], axes[-1], norm)


@composite(to_float=True)
def rfft2(x: Tensor, /, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """`rfftn` over two axes."""
    return rfftn(x, s, axes, norm)


@composite(to_float=True)
def irfft2(x: Tensor, /, s: Any = None, axes: Any = (-2, -1), norm: str | None = None) -> Tensor:
    """The inverse of `rfft2`."""
    return irfftn(x, s, axes, norm)


@composite(to_float=True)
def hfft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The real transform of a signal with conjugate symmetry, of which x is the first half."""
    return irfft(ops.conj(_as_complex(x)), n, axis, _SWAPPED[_norm(norm)])


@composite(to_float=True)
def ihfft(x: Tensor, /, n: int | None = None, axis: Axis = -1, norm: str | None = None) -> Tensor:
    """The inverse of `hfft`: the first n // 2 + 1 points."""
    return ops.conj(rfft(x, n, axis, _SWAPPED[_norm(norm)]))


# Frequencies


def fftfreq(n: int, d: float = 1.0, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequencies of the points of `fft`, for samples at a distance d.

    Example:
        >>> from unideep import np
        >>> np.fft.fftfreq(4).tolist()
        [0.0, 0.25, -0.5, -0.25]
    """
    positive = ops.arange(0, (n + 1) // 2, dtype=dtype or "float32", device=device)
    negative = ops.arange(-(n // 2), 0, dtype=dtype or "float32", device=device)
    return ops.concat([positive, negative]) / (n * d)


def rfftfreq(n: int, d: float = 1.0, dtype: Any = None, device: Any = None) -> Tensor:
    """The frequencies of the points of `rfft`."""
    return ops.arange(0, n // 2 + 1, dtype=dtype or "float32", device=device) / (n * d)


@composite()
def fftshift(x: Tensor, /, axes: Any = None) -> Tensor:
    """The frequency zero moved to the middle of the axes (None: of all)."""
    places = _several(x, None, axes)[1]
    return ops.roll(x, tuple(x.shape[a] // 2 for a in places), tuple(places))


@composite()
def ifftshift(x: Tensor, /, axes: Any = None) -> Tensor:
    """The inverse of `fftshift`."""
    places = _several(x, None, axes)[1]
    return ops.roll(x, tuple(-(x.shape[a] // 2) for a in places), tuple(places))
