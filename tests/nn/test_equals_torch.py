"""Layers: PyTorch's outputs and gradients with the same weights."""

import numpy
import pytest

from unideep import autograd, np
from unideep.gluon import nn

LAYERS = [
    (nn.GroupNorm(2), "GroupNorm(2, 6)", (3, 6, 5)),
    (nn.GroupNorm(3, epsilon=1e-3), "GroupNorm(3, 6, eps=1e-3)", (3, 6)),
    (nn.InstanceNorm(scale=True), "InstanceNorm2d(4, affine=True)", (3, 4, 5, 6)),
    (nn.RMSNorm(), "RMSNorm(7, eps=1e-6)", (3, 4, 7)),
    (nn.Conv1D(4, 3, 2, 1, 2, groups=2), "Conv1d(2, 4, 3, 2, 1, 2, 2)", (2, 2, 9)),
    (nn.Conv2D(4, (3, 2), use_bias=False), "Conv2d(3, 4, (3, 2), bias=False)", (2, 3, 5, 5)),
    (nn.Conv3D(4, 2, padding=(1, 0, 1)), "Conv3d(3, 4, 2, padding=(1, 0, 1))", (2, 3, 4, 5, 4)),
    (nn.Conv1DTranspose(4, 3, 2, 1, 1), "ConvTranspose1d(3, 4, 3, 2, 1, 1)", (2, 3, 5)),
    (nn.Conv2DTranspose(4, 3, 2, 1, 1, groups=2), "ConvTranspose2d(4, 4, 3, 2, 1, 1, 2)",
     (2, 4, 4, 5)),
    (nn.Conv3DTranspose(2, 2, (2, 1, 1)), "ConvTranspose3d(3, 2, 2, (2, 1, 1))", (2, 3, 3, 2, 3)),
    (nn.MaxPool1D(3, 2, 1), "MaxPool1d(3, 2, 1)", (2, 3, 8)),
    (nn.MaxPool3D(2, ceil_mode=True), "MaxPool3d(2, ceil_mode=True)", (2, 3, 4, 5, 4)),
    (nn.AvgPool1D(3, 2, 1), "AvgPool1d(3, 2, 1)", (2, 3, 8)),
    (nn.AvgPool3D(2, 1, 1), "AvgPool3d(2, 1, 1)", (2, 3, 4, 5, 4)),
    (nn.GlobalMaxPool1D(), "AdaptiveMaxPool1d(1)", (2, 3, 8)),
    (nn.GlobalMaxPool3D(), "AdaptiveMaxPool3d(1)", (2, 3, 3, 2, 3)),
    (nn.GlobalAvgPool1D(), "AdaptiveAvgPool1d(1)", (2, 3, 8)),
    (nn.GlobalAvgPool3D(), "AdaptiveAvgPool3d(1)", (2, 3, 3, 2, 3)),
    (nn.PixelShuffle2D(2), "PixelShuffle(2)", (2, 8, 3, 4)),
    (nn.ReflectionPad2D(2), "ReflectionPad2d(2)", (2, 3, 4, 5)),
    (nn.ReflectionPad2D((0, 0, 0, 0, 1, 2, 3, 0)), "ReflectionPad2d((3, 0, 1, 2))", (2, 3, 4, 5)),
    (nn.PReLU(), "PReLU()", (3, 4, 5)),
    (nn.PReLU(in_channels=4), "PReLU(4)", (3, 4, 5)),
    (nn.PReLU(in_channels=4), "PReLU(4)", (3, 4)),
    (nn.ELU(0.7), "ELU(0.7)", (4, 5)),
    (nn.SELU(), "SELU()", (4, 5)),
    (nn.GELU(), "GELU()", (4, 5)),
    (nn.GELU("tanh"), "GELU('tanh')", (4, 5)),
    (nn.SiLU(), "SiLU()", (4, 5)),
    (nn.Swish(), "SiLU()", (4, 5)),
    (nn.Identity(), "Identity()", (4, 5)),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "theirs", "shape"), LAYERS, ids=lambda v: str(v)[:60])
def test_equals_pytorchs(layer, theirs: str, shape, backend: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = eval(f"torch.nn.{theirs}", {"torch": torch})
    x = torch.randn(shape, requires_grad=True)
    for p in module.parameters():
        torch.nn.init.normal_(p)
    want = module(x)
    (want * want).mean().backward()
    ours = np.array(x.detach().numpy())
    ours.attach_grad()
    layer.initialize(force_reinit=True)
    params = layer.collect_params()
    for p, q in zip(params.values(), module.parameters(), strict=True):
        p.set_data(q.detach().numpy())
    with autograd.record():
        y = layer(ours)
        loss = (y * y).mean()
    loss.backward()
    assert_equal(y, want.detach())
    assert_equal(ours.grad, x.grad)
    for p, q in zip(params.values(), module.parameters(), strict=True):
        assert_equal(p.grad(), q.grad)


def assert_equal(got, want) -> None:
    numpy.testing.assert_allclose(got.asnumpy(), want.numpy(), rtol=1e-5, atol=1e-5)
