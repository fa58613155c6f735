"""Keras's loop on PyTorch, with the optimizer of PyTorch, which is the faster one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["IMAGE_FORMAT", "Loop", "loader", "sync"]

IMAGE_FORMAT = "channels_first"


class Loop:
    """Trains `net` as `optimizer` would; `loss` as in `variants`."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Adam, jit: bool) -> None:
        def loss_of(x: Any, y: Any) -> torch.Tensor:
            output = net(x, training=True)
            return net.compute_loss(x, None, output) if loss is None else loss(y, output)

        def predict(x: Any) -> Any:
            return net(x, training=False)

        self._loss = torch.compile(loss_of) if jit else loss_of
        self.predict = torch.no_grad()(torch.compile(predict) if jit else predict)
        self._optimizer = as_torch(optimizer, net)
        self._jit = jit

    def train(self, x: Any, y: Any) -> torch.Tensor:
        loss = self._loss(x, y)
        loss.backward()
        self._optimizer.step()
        self._optimizer.zero_grad()
        return loss.detach()

    def graphs(self) -> int | None:
        return torch._dynamo.utils.counters["stats"]["unique_graphs"] if self._jit else None


def as_torch(optimizer: keras.optimizers.Adam, net: Any) -> torch.optim.Adam:
    """PyTorch's own optimizer with the same settings."""
    o = optimizer
    betas = o.beta_1, o.beta_2
    return torch.optim.Adam(net.parameters(), float(o.learning_rate), betas, o.epsilon, fused=True)


def loader(arrays: Sequence[np.ndarray], batch_size: int) -> DataLoader[Any]:
    tensors: Any = map(keras.ops.convert_to_tensor, arrays)
    return DataLoader(TensorDataset(*tensors), batch_size, shuffle=True)


def sync(result: torch.Tensor) -> None:
    if result.is_cuda:
        torch.cuda.synchronize()
