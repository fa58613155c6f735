"""Keras's loop on JAX: stateless calls in one compiled step, whose buffers are donated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import keras
import numpy as np

__all__ = ["IMAGE_FORMAT", "Loop", "loader", "sync"]

IMAGE_FORMAT = "channels_last"


class Loop:
    """Trains `net` with `optimizer`; `loss` as in `variants`."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Adam, jit: bool) -> None:
        optimizer.build(net.trainable_variables)

        def loss_of(trained: Any, other: Any, x: Any, y: Any) -> tuple[Any, Any]:
            output, other = net.stateless_call(trained, other, x, training=True)
            return net.compute_loss(x, None, output) if loss is None else loss(y, output), other

        def step(state: Any, x: Any, y: Any) -> tuple[Any, Any]:
            trained, other, slots = state
            grad_of = jax.value_and_grad(loss_of, has_aux=True)
            (value, other), grads = grad_of(trained, other, x, y)
            trained, slots = optimizer.stateless_apply(slots, grads, trained)
            return (trained, other, slots), value

        def predict(trained: Any, other: Any, x: Any) -> Any:
            return net.stateless_call(trained, other, x, training=False)[0]

        variables = net.trainable_variables, net.non_trainable_variables, optimizer.variables
        self._state = tuple([v.value.copy() for v in part] for part in variables)
        self._step: Any = jax.jit(step, donate_argnums=0)
        self._predict: Any = jax.jit(predict)

    def train(self, x: Any, y: Any) -> jax.Array:
        self._state, loss = self._step(self._state, x, y)
        return loss

    def predict(self, x: Any) -> Any:
        return self._predict(*self._state[:2], x)

    def graphs(self) -> int:
        return self._step._cache_size() + self._predict._cache_size()


def loader(arrays: Sequence[np.ndarray], batch_size: int) -> Iterable[Sequence[Any]]:
    """By `tf.data`, as in Keras's guides."""
    from .tensorflow_loop import loader as batches

    return ([part.numpy() for part in batch] for batch in batches(arrays, batch_size))


def sync(result: Any) -> None:
    jax.block_until_ready(result)  # parameters come from the same executable
