"""Convolution, by oneDNN or cuDNN."""

import torch

CONVOLUTION = {3: torch.conv1d, 4: torch.conv2d, 5: torch.conv3d}
TRANSPOSE = {3: torch.conv_transpose1d, 4: torch.conv_transpose2d, 5: torch.conv_transpose3d}


def convolution(x, weight, bias, *, stride, padding, dilation, groups):
    """One to three spatial axes."""
    return CONVOLUTION[x.ndim](x, weight, bias, stride, padding, dilation, groups)


def convolution_transpose(x, weight, bias, *, stride, padding, output_padding, dilation, groups):
    """One to three spatial axes."""
    function = TRANSPOSE[x.ndim]
    return function(x, weight, bias, stride, padding, output_padding, groups, dilation)


OPS = {"convolution": convolution, "convolution_transpose": convolution_transpose}
