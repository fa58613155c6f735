"""Normalisation. PyTorch's channels stand at axis 1, its features last."""

import torch
import torch.nn.functional as F
from torch.autograd import Function


class _BatchNorm(Function):
    """`native_batch_norm` with the batch's variance, and with gradients through the statistics."""

    @staticmethod
    def forward(ctx, x, gamma, beta, epsilon):
        y, mean, scale = torch.native_batch_norm(x, gamma, beta, None, None, True, 0.0, epsilon)
        ctx.epsilon = epsilon
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, gamma, mean.detach(), scale)  # as an output it had a gradient
        return y, mean, scale.pow(-2).sub_(epsilon).clamp_min_(0.0)

    @staticmethod
    def backward(ctx, *grads):
        g, g_mean, g_var = grads
        x, gamma, mean, scale = ctx.saved_tensors
        g = torch.zeros_like(x) if g is None else g
        g_x, g_gamma, g_beta = torch.ops.aten.native_batch_norm_backward(
            g, x, gamma, None, None, mean, scale, True, ctx.epsilon, (True, True, True)
        )
        column, count = (-1, *(1,) * (x.ndim - 2)), x.numel() // x.shape[1]
        if g_mean is not None:
            g_x = g_x + (g_mean / count).view(column)
        if g_var is not None:
            others = tuple(i for i in range(x.ndim) if i != 1)
            centered = x - x.mean(others, keepdim=True)
            g_x = g_x + (g_var * (2.0 / count)).view(column) * centered
        return g_x, g_gamma, g_beta, None


def batch_norm_train(x, gamma, beta, *, axis, epsilon):
    """y, and the batch's mean and biased variance."""
    y, mean, var = _BatchNorm.apply(x.movedim(axis, 1), gamma, beta, epsilon)
    return y.movedim(1, axis), mean, var


def batch_norm(x, gamma, beta, mean, var, *, axis, epsilon):
    """PyTorch's kernel has no gradient for the statistics, so it gets them as constants."""
    x = x.movedim(axis, 1)
    if mean.requires_grad or var.requires_grad:
        column = (-1, *(1,) * (x.ndim - 2))
        scale = gamma * torch.rsqrt(var + epsilon)
        y = x * scale.view(column) + (beta - mean * scale).view(column)
    else:
        y = F.batch_norm(x, mean, var, gamma, beta, False, 0.0, epsilon)
    return y.movedim(1, axis)


def layer_norm(x, gamma, beta, *, axis, epsilon):
    """Over one axis."""
    y = F.layer_norm(x.movedim(axis, -1), gamma.shape, gamma, beta, epsilon)
    return y.movedim(-1, axis)


def group_norm(x, gamma, beta, *, groups, epsilon):
    """Without the check of `F.group_norm`, that a group has more than one element."""
    return torch.group_norm(x, groups, gamma, beta, epsilon)


def rms_norm(x, gamma, *, axis, epsilon):
    """Over one axis."""
    y = F.rms_norm(x.movedim(axis, -1), gamma.shape, gamma, epsilon)
    return y.movedim(-1, axis)


OPS = {
    "batch_norm": batch_norm,
    "batch_norm_train": batch_norm_train,
    "group_norm": group_norm,
    "layer_norm": layer_norm,
    "rms_norm": rms_norm,
}
