"""DCGAN's step in Keras on PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import torch

from .gan import Pair, judge
from .torch_loop import IMAGE_FORMAT, as_torch, loader, sync

__all__ = ["GAN", "IMAGE_FORMAT", "Loop", "loader", "sync"]

Update = Callable[[], None]


class GAN(Pair):
    """`train_step` on PyTorch."""

    def train_step(self, data: Any) -> dict[str, Any]:
        self.zero_grad()
        optimizers = (self.g_optimizer, self.generator), (self.optimizer, self.discriminator)
        updates = [updater(optimizer, net) for optimizer, net in optimizers]
        return {"loss": descend(self, *updates, *data[0])}


def updater(optimizer: Any, net: Any) -> Update:
    def update() -> None:
        trained = net.trainable_weights
        with torch.no_grad():
            optimizer.apply([v.value.grad for v in trained], trained)

    return update


def descend(net: Pair, update_g: Update, update_d: Update, real: Any, noise: Any) -> Any:
    """The discriminator first, on images that the generator gets its gradient from afterwards."""
    discriminator = net.discriminator
    fake = net.generator(noise, training=True)
    d_loss = judge(discriminator(real, training=True), 1.0)
    d_loss = d_loss + judge(discriminator(fake.detach(), training=True), 0.0)
    d_loss.backward()
    update_d()
    g_loss = judge(discriminator(fake, training=True), 1.0)
    g_loss.backward()
    update_g()
    return (d_loss + g_loss).detach()


class Loop:
    """The same with PyTorch's optimizers."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Adam, jit: bool) -> None:
        self._net = net
        self._optimizers = [as_torch(optimizer, p) for p in (net.generator, net.discriminator)]

    def train(self, x: Any, y: Any) -> torch.Tensor:
        self._net.zero_grad()
        return descend(self._net, *(optimizer.step for optimizer in self._optimizers), *x)

    def predict(self, x: Any) -> Any:
        with torch.no_grad():
            return self._net(x)

    def graphs(self) -> None:
        return None
