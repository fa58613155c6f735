"""Windows side by side, and back: what convolution and pooling are made of."""

import itertools

import numpy as np

from unideep_numpy.differentiated import silent_both_ways, values
from unideep_numpy.ops.elementwise import silent


def windows(space, kernel, stride, dilation):
    """For each place in the kernel, the slices that it sees while it moves."""
    counts = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, s, d in zip(space, kernel, stride, dilation, strict=True)
    ]
    return counts, [
        tuple(
            slice(k * d, k * d + (c - 1) * s + 1, s)
            for k, c, s, d in zip(place, counts, stride, dilation, strict=True)
        )
        for place in itertools.product(*map(range, kernel))
    ]


def unfold(x, *, kernel, stride, dilation):
    """(N, C, *space) -> (N, C, prod(kernel), *windows)."""
    counts, places = windows(x.shape[2:], kernel, stride, dilation)
    out = np.empty((*x.shape[:2], len(places), *counts), x.dtype)
    for i, place in enumerate(places):
        out[:, :, i] = x[(slice(None), slice(None), *place)]
    return out


def fold(x, *, space, kernel, stride, dilation):
    """(N, C, prod(kernel), *windows) -> (N, C, *space), overlaps added."""
    _, places = windows(space, kernel, stride, dilation)
    out = np.zeros((*x.shape[:2], *space), x.dtype)
    for i, place in enumerate(places):
        out[(slice(None), slice(None), *place)] += x[:, :, i]
    return out


# Convolution. Inside, the samples come last: it is then one product whose result is the next image,
# and each row of columns is a run of long pieces. What comes out is a view with the samples first,
# and elementwise functions keep such a layout, so the next convolution finds it again.


def _columns(x, kernel, stride, padding, dilation):
    """(N, C, *space) -> (C, prod(kernel), *windows, N), and the padded space."""
    x = np.moveaxis(x, 0, -1)
    if any(padding):
        x = np.pad(x, ((0, 0), *((p, p) for p in padding), (0, 0)))
    space = x.shape[1:-1]
    counts, places = windows(space, kernel, stride, dilation)
    out = np.empty((len(x), len(places), *counts, x.shape[-1]), x.dtype)
    for i, place in enumerate(places):
        out[:, i] = x[(slice(None), *place)]
    return out, space


def _images(columns, space, kernel, stride, padding, dilation):
    """The transpose of `_columns`: overlaps added, the padding cut off."""
    _, places = windows(space, kernel, stride, dilation)
    out = np.zeros((len(columns), *space, columns.shape[-1]), columns.dtype)
    for i, place in enumerate(places):
        out[(slice(None), *place)] += columns[:, i]
    inside = [slice(p, n - p) for p, n in zip(padding, space, strict=True)]
    return np.moveaxis(out[(slice(None), *inside)], -1, 0)


@silent_both_ways
def _convolution(x, weight, bias, *, stride, padding, dilation, groups):
    kernel = weight.shape[2:]
    columns, space = _columns(x, kernel, stride, padding, dilation)
    rows = weight.reshape(groups, len(weight) // groups, -1)
    flat = columns.reshape(groups, rows.shape[-1], -1)
    y = np.matmul(rows, flat).reshape(len(weight), *columns.shape[2:])
    if bias is not None:
        y += bias.reshape(-1, *(1,) * (y.ndim - 1))

    def pull(grads):
        g = np.moveaxis(grads[0], 0, -1).reshape(groups, rows.shape[1], -1)

        @silent
        def of_input():
            slopes = np.matmul(rows.swapaxes(1, 2), g).reshape(columns.shape)
            return _images(slopes, space, kernel, stride, padding, dilation)

        found = [of_input, np.matmul(g, flat.swapaxes(1, 2)).reshape(weight.shape)]
        return found if bias is None else [*found, g.sum(2).reshape(-1)]

    return np.moveaxis(y, -1, 0), pull


@silent_both_ways
def _convolution_transpose(x, weight, bias, *, stride, padding, output_padding, dilation, groups):
    kernel, inner = weight.shape[2:], np.moveaxis(x, 0, -1)
    sizes = zip(x.shape[2:], kernel, stride, dilation, output_padding, strict=True)
    space = tuple((n - 1) * s + d * (k - 1) + 1 + extra for n, k, s, d, extra in sizes)
    rows = weight.reshape(groups, len(weight) // groups, -1)
    flat = inner.reshape(groups, rows.shape[1], -1)
    columns = np.matmul(rows.swapaxes(1, 2), flat)
    shape = (weight.shape[1] * groups, -1, *inner.shape[1:])
    y = _images(columns.reshape(shape), space, kernel, stride, padding, dilation)
    if bias is not None:
        y += bias.reshape(1, -1, *(1,) * (y.ndim - 2))

    def pull(grads):
        slopes, _ = _columns(grads[0], kernel, stride, padding, dilation)
        slopes = slopes.reshape(groups, rows.shape[2], -1)
        found = [
            np.moveaxis(np.matmul(rows, slopes).reshape(inner.shape), -1, 0),
            np.matmul(flat, slopes.swapaxes(1, 2)).reshape(weight.shape),
        ]
        axes = (0, *range(2, y.ndim))
        return found if bias is None else [*found, grads[0].sum(axes)]

    return y, pull


PULLBACKS = {"convolution": _convolution, "convolution_transpose": _convolution_transpose}
OPS = {"unfold": unfold, "fold": fold, **values(PULLBACKS)}
