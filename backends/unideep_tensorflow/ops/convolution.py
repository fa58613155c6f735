"""Convolution and its transpose on the kernels for two and three spatial axes, channels last.

CPU kernels lack gradients of grouped and dilated convolutions unless oneDNN is on, and float64
always: groups are split, dilation goes through `tf.nn.convolution`, which folds it into the batch.
"""

# N batch, S space (all spatial axes), C channels; weights are (*K, C in a group, O)

from __future__ import annotations

import tensorflow as tf
from tensorflow import raw_ops as raw

from unideep_tensorflow import windows
from unideep_tensorflow.common import Function, Tensor, ints
from unideep_tensorflow.layout import channels_last, inward, outward, transpose

Sizes = tuple[int, ...]


def convolution(x: Tensor, weight: Tensor, bias: Tensor | None, *, stride: Sizes, padding: Sizes,
                dilation: Sizes, groups: int) -> Tensor:  # fmt: skip
    """Cross-correlation of x (N, C, *S) with weight (O, C / groups, *K)."""
    if windows.wanted(x, weight, stride):
        return windows.convolution(x, weight, bias, stride, padding, dilation, groups)
    if groups == 1 and x.shape[2:] == weight.shape[2:] and not any(padding):
        return _covering(x, weight, bias)
    x, weight, lines = _planar(inward(x, channels_last), _kernel_first(weight))
    one = (1,) * lines
    stride, dilation, padding = one + stride, one + dilation, (0,) * lines + padding
    if groups == 1:
        y = _convolve(x, weight, stride, padding, dilation)
    elif _is_depthwise(x, stride, dilation, groups):
        y = _depthwise(x, weight, stride, padding)
    else:
        parts = zip(tf.split(x, groups, -1), tf.split(weight, groups, -1), strict=True)
        y = tf.concat([_convolve(a, w, stride, padding, dilation) for a, w in parts], -1)
    return _finished(y, bias, lines)


def _covering(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """A kernel as large as the space has one place: a matrix product."""
    (n, *_), (o, *_) = x.shape, weight.shape
    y = tf.matmul(tf.reshape(x, (n, -1)), tf.reshape(weight, (o, -1)), transpose_b=True)
    return tf.reshape(y if bias is None else y + bias, (n, o, *(1,) * (x.ndim - 2)))


def _kernel_first(weight: Tensor) -> Tensor:
    """(O, I, *K) -> (*K, I, O)."""
    return transpose(weight, (*range(2, weight.ndim), 1, 0))


def _planar(x: Tensor, weight: Tensor) -> tuple[Tensor, Tensor, int]:
    """A line of windows as a plane of one row; the third result counts the added axes."""
    if x.ndim > 3:
        return x, weight, 0
    return tf.expand_dims(x, 1), tf.expand_dims(weight, 0), 1


def _finished(y: Tensor, bias: Tensor | None, lines: int) -> Tensor:
    if bias is not None:
        y = raw.BiasAdd(value=y, bias=bias)
    return outward(tf.squeeze(y, 1) if lines else y, channels_last)


def padded(
    x: Tensor, kernel: Sizes, stride: Sizes, pads: tuple[Sizes, ...], value: float = 0.0
) -> tuple[Tensor, str]:
    """x and the name of its padding: "SAME" where TensorFlow means the same, else added to x.

    A LeNet step with explicit padding takes 0.6 ms longer than with "SAME".
    """
    if not any(map(any, pads)):
        return x, "VALID"
    sizes = x.shape.as_list()[1:-1]
    totals = ((-(-n // s) - 1) * s + k - n for n, k, s in zip(sizes, kernel, stride, strict=True))
    if all((max(t, 0) // 2, -(-max(t, 0) // 2)) == p for t, p in zip(totals, pads, strict=True)):
        return x, "SAME"
    border = ints(((0, 0), *pads, (0, 0)))
    return raw.PadV2(input=x, paddings=border, constant_values=tf.constant(value, x.dtype)), "VALID"


def symmetric(padding: Sizes) -> tuple[Sizes, ...]:
    """(before, after) for each spatial axis."""
    return tuple((p, p) for p in padding)


def _convolve(x: Tensor, weight: Tensor, stride: Sizes, padding: Sizes, dilation: Sizes) -> Tensor:
    kernel = weight.shape.as_list()[:-2]
    if any(d > 1 for d in dilation):
        x = tf.pad(x, ((0, 0), *symmetric(padding), (0, 0)))
        y = tf.nn.convolution(x, weight, padding="VALID", dilations=dilation)
        return y[(slice(None), *(slice(None, None, s) for s in stride))] if max(stride) > 1 else y
    x, mode = padded(x, kernel, stride, symmetric(padding))
    op = raw.Conv2D if len(kernel) == 2 else raw.Conv3D
    return op(input=x, filter=weight, strides=[1, *stride, 1], padding=mode)


def _is_depthwise(x: Tensor, stride: Sizes, dilation: Sizes, groups: int) -> bool:
    plane = len(stride) == 2 and stride[0] == stride[1] and max(dilation) == 1
    return plane and groups == x.shape[-1]


def _depthwise(x: Tensor, weight: Tensor, stride: Sizes, padding: Sizes) -> Tensor:
    *kernel, _, o = weight.shape.as_list()
    channels = x.shape[-1]
    weight = tf.reshape(weight, (*kernel, channels, o // channels))
    x, mode = padded(x, tuple(kernel), stride, symmetric(padding))
    return raw.DepthwiseConv2dNative(input=x, filter=weight, strides=[1, *stride, 1], padding=mode)


def convolution_transpose(x: Tensor, weight: Tensor, bias: Tensor | None, *, stride: Sizes,
                          padding: Sizes, output_padding: Sizes, dilation: Sizes,
                          groups: int) -> Tensor:  # fmt: skip
    """The adjoint of `convolution`: x (N, C, *S), weight (C, O / groups, *K)."""
    is_plain = groups == 1 and max(dilation) == 1 and not any((*padding, *output_padding))
    if is_plain and all(s == 1 for s in x.shape[2:]):
        return _from_one_place(x, weight, bias)
    weight = _spread(_kernel_first(weight), dilation)
    x, weight, lines = _planar(inward(x, channels_last), weight)
    stride = (1,) * lines + stride
    parts = zip(tf.split(x, groups, -1), tf.split(weight, groups, -1), strict=True)
    y = tf.concat([_adjoint(a, w, stride) for a, w in parts], -1)
    crop, more = (0,) * lines + padding, (0,) * lines + output_padding
    y = tf.pad(y, ((0, 0), *((0, n) for n in more), (0, 0))) if any(more) else y
    y = y[(slice(None), *(slice(p, -p or None) for p in crop))] if any(crop) else y
    return _finished(y, bias, lines)


def _from_one_place(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """The kernel times what stands in the only place: a matrix product."""
    (n, c, *_), (_, *rest) = x.shape, weight.shape
    y = tf.reshape(tf.matmul(tf.reshape(x, (n, c)), tf.reshape(weight, (c, -1))), (n, *rest))
    return y if bias is None else y + tf.reshape(bias, (-1, *(1,) * (x.ndim - 2)))


def _spread(weight: Tensor, dilation: Sizes) -> Tensor:
    """A kernel with the zeros of its dilation in it."""
    for axis, d in enumerate(dilation):
        if d > 1:
            shape = weight.shape.as_list()
            weight = tf.stack([weight, *[tf.zeros_like(weight)] * (d - 1)], axis + 1)
            weight = tf.reshape(weight, (*shape[:axis], shape[axis] * d, *shape[axis + 1 :]))
            weight = weight[(*[slice(None)] * axis, slice(None, 1 - d))]
    return weight


def _adjoint(x: Tensor, weight: Tensor, stride: Sizes) -> Tensor:
    """The gradient of a convolution without padding to its input."""
    n, *space, _ = x.shape.as_list()
    *kernel, o, _ = weight.shape.as_list()
    full = ((s - 1) * st + k for s, st, k in zip(space, stride, kernel, strict=True))
    op: Function = raw.Conv2DBackpropInput if len(kernel) == 2 else raw.Conv3DBackpropInputV2
    return op(
        input_sizes=ints((n, *full, o)), filter=weight, out_backprop=x,
        strides=[1, *stride, 1], padding="VALID",
    )  # fmt: skip


OPS = {"convolution": convolution, "convolution_transpose": convolution_transpose}
