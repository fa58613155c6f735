"""Fourier transforms: TensorFlow has them along the last axis."""

from __future__ import annotations

import tensorflow as tf

from unideep_tensorflow.common import Function, Tensor, ints, weak


def along(transform: Function, x: Tensor, axis: int) -> Tensor:
    """A transform of the last axis, along another one."""
    if axis == x.ndim - 1:
        return transform(x)
    order = list(range(x.ndim))
    order[axis], order[-1] = order[-1], order[axis]
    return tf.transpose(transform(tf.transpose(x, ints(tuple(order)))), ints(tuple(order)))


def scaled(y: Tensor, n: int, inverse: bool, norm: str) -> Tensor:
    """y in the given norm; TensorFlow's inverses divide by n."""
    power = {"backward": 0, "ortho": 0.5, "forward": 1}[norm] * (1 if inverse else -1)
    return y * weak(n**power, y.dtype) if power else y


def fourier(x: Tensor, *, axes: tuple[int, ...], inverse: bool, norm: str) -> Tensor:
    """The transform of complex numbers, one axis after the other."""
    transform = tf.signal.ifft if inverse else tf.signal.fft
    for axis in axes:
        x = scaled(along(transform, x, axis), x.shape[axis], inverse, norm)
    return x


def real_fourier(x: Tensor, *, axis: int, norm: str) -> Tensor:
    """The first half of the transform of real numbers."""
    return scaled(along(tf.signal.rfft, x, axis), x.shape[axis], False, norm)


def real_inverse(x: Tensor, *, n: int, axis: int, norm: str) -> Tensor:
    """n real numbers from the first half of their transform."""
    return scaled(along(lambda z: tf.signal.irfft(z, ints((n,))), x, axis), n, True, norm)


OPS = {"fourier": fourier, "real_fourier": real_fourier, "real_inverse": real_inverse}
