"""Images through compiled steps: engines turn them around inside, which nobody may notice."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from numpy.testing import assert_allclose

import unideep as ud
from unideep import autograd, init, np, npx
from unideep.gluon import nn

SPACE = (7, 6, 5)


class Net(nn.HybridBlock):
    """Much of what may happen between two convolutions, in 1, 2 or 3 dimensions."""

    def __init__(self, ndim: int) -> None:
        super().__init__()
        conv = (nn.Conv1D, nn.Conv2D, nn.Conv3D)[ndim - 1]
        self.first = conv(8, 3, padding=1, use_bias=False, in_channels=8)
        self.norm = nn.BatchNorm(in_channels=8)
        self.second = conv(8, 3, padding=1, groups=2, in_channels=8)
        self.third = conv(9, 2, strides=2, in_channels=16)
        self.pool = (nn.MaxPool1D, nn.MaxPool2D, nn.MaxPool3D)[ndim - 1](2, 1)

    def forward(self, x: Any) -> Any:
        y = npx.relu(self.norm(self.first(x)))
        z = self.second(y) * 0.5 + x
        z = np.where(z > y.mean((0, *range(2, y.ndim)), keepdims=True), z, np.exp(y - y.max()))
        z = z + np.arange(x.shape[-1]) * 0.1 + np.flip(z, 1).max(1, keepdims=True)
        z = self.third(np.concatenate([z, y], 1))
        z = self.pool(z) if min(z.shape[2:]) > 1 else z
        return z[:, 1:].reshape(len(x), -1), z.sum(1), np.moveaxis(z, 1, -1)


@pytest.mark.parametrize("ndim", [1, 2, 3])
def test_compiled_is_eager(backend: str, ndim: int) -> None:
    values = numpy.random.default_rng(0).normal(size=(3, 8, *SPACE[:ndim])).astype("float32")
    ud.random.seed(0)
    net = Net(ndim)
    net.initialize(init.Xavier())
    x = np.array(values)
    x.attach_grad()

    def step(x: Any) -> Any:
        with autograd.record():
            flat, total, moved = net(x)
            loss = (flat**2).mean() + (total**3).mean() + (moved * flat.mean()).sum()
        loss.backward()
        return loss, flat

    def run(step: Any) -> list[numpy.ndarray]:
        found = step(x)
        grads = [p.grad() for p in net.collect_params().values() if p.grad_req != "null"]
        return [t.asnumpy() for t in (*found, x.grad, *grads)]

    compiled = ud.compile(step)
    expected = run(step)
    for _ in range(2):
        for a, b in zip(run(compiled), expected, strict=True):
            assert_allclose(a, b, 2e-4, 1e-4 * abs(b).max())
