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
]


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
