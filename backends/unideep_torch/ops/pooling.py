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
    return AVERAGE[x.ndim](x, window, stride, padding, ceil_mode, count_include_pad)


OPS = {"max_pool": max_pool, "avg_pool": avg_pool}
