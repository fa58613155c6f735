"""Pooling over windows. PyTorch's rule for `ceil_mode` is ours."""

import torch
import torch.nn.functional as F

MAXIMUM = {3: torch.max_pool1d, 4: torch.max_pool2d, 5: torch.max_pool3d}
AVERAGE = {3: F.avg_pool1d, 4: F.avg_pool2d, 5: F.avg_pool3d}


def max_pool(x, *, window, stride, padding, ceil_mode):
    """One to three spatial axes."""
    return MAXIMUM[x.ndim](x, window, stride, padding, 1, ceil_mode)


def avg_pool(x, *, window, stride, padding, ceil_mode, count_include_pad):
    """One to three spatial axes."""
    pool = AVERAGE[x.ndim]
    if not (ceil_mode and count_include_pad):
        return pool(x, window, stride, padding, ceil_mode, count_include_pad)
    # Inductor's gradient is wrong here (PyTorch 2.13); right is that of padding by hand
    padded = F.pad(x, [p for p in reversed(padding) for _ in range(2)])
    y = pool(padded, window, stride, 0, True, False)
    for axis, (n, k, s, p) in enumerate(zip(x.shape[2:], window, stride, padding, strict=True), 2):
        starts = -((k - n - 2 * p) // s) + 1
        y = y.narrow(axis, 0, starts if (starts - 1) * s < n + p else starts - 1)
    return y


OPS = {"max_pool": max_pool, "avg_pool": avg_pool}
