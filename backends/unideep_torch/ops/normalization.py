"""Normalisation. PyTorch's channels stand at axis 1, its features last."""

import torch
import torch.nn.functional as F


def _moved(x, source, target):
    """`movedim`, where there is something to move: in eager code it takes its time."""
    return x if source == target else x.movedim(source, target)


def batch_norm_train(x, gamma, beta, *, axis, epsilon):
    """y, and the batch's mean and biased variance, the latter from the kernel's 1 / √(var + ε).

    The kernel's running statistics would do, but it writes them behind the back of a capture.
    """
    y, mean, scale = torch.native_batch_norm(
        _moved(x, axis, 1), gamma, beta, None, None, True, 0.0, epsilon
    )
    var = scale.detach().pow(-2).sub_(epsilon).clamp_min_(0.0)
    return _moved(y, 1, axis), mean.detach(), var


def batch_norm(x, gamma, beta, mean, var, *, axis, epsilon):
    """PyTorch's kernel has no gradient for the statistics, so it gets them as constants."""
    x = _moved(x, axis, 1)
    if mean.requires_grad or var.requires_grad:
        column = (-1, *(1,) * (x.ndim - 2))
        scale = gamma * torch.rsqrt(var + epsilon)
        y = x * scale.view(column) + (beta - mean * scale).view(column)
    else:
        y = F.batch_norm(x, mean, var, gamma, beta, False, 0.0, epsilon)
    return _moved(y, 1, axis)


def layer_norm(x, gamma, beta, *, axis, epsilon):
    """Over one axis."""
    y = F.layer_norm(_moved(x, axis, x.ndim - 1), gamma.shape, gamma, beta, epsilon)
    return _moved(y, x.ndim - 1, axis)


def group_norm(x, gamma, beta, *, groups, epsilon):
    """Without the check of `F.group_norm`, that a group has more than one element."""
    return torch.group_norm(x, groups, gamma, beta, epsilon)


def moving_average(old, new, *, momentum):
    """One kernel."""
    return torch.lerp(old, new, 1 - momentum)


def rms_norm(x, gamma, *, axis, epsilon):
    """Over one axis."""
    y = F.rms_norm(_moved(x, axis, x.ndim - 1), gamma.shape, gamma, epsilon)
    return _moved(y, x.ndim - 1, axis)


OPS = {
    "batch_norm": batch_norm,
    "batch_norm_train": batch_norm_train,
    "group_norm": group_norm,
    "layer_norm": layer_norm,
    "moving_average": moving_average,
    "rms_norm": rms_norm,
}
