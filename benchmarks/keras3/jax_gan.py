"""DCGAN's step in Keras on JAX."""

from __future__ import annotations

from typing import Any

import jax
import keras

from .gan import Pair, judge
from .jax_loop import IMAGE_FORMAT, loader, sync

__all__ = ["GAN", "IMAGE_FORMAT", "Loop", "loader", "sync"]


class GAN(Pair):
    """`train_step` on JAX."""

    @property
    def non_trainable_variables(self) -> list[Any]:
        """Keras threads the state of one optimizer through its step; that of the other is here."""
        own = super().non_trainable_variables
        return own + self.g_optimizer.variables if self.compiled else own

    def train_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        trained, other, d_slots, metrics = state
        n, m = (len(v) for v in (self.generator.trainable_variables, self.statistics[0]))
        end = m + len(self.statistics[1])
        g = trained[:n], other[:m], other[end:]
        d = trained[n:], other[m:end], d_slots
        (g, d), loss = self.descend((g, d), *data[0])
        return {"loss": loss}, (g[0] + d[0], g[1] + d[1] + g[2], d[2], metrics)

    @property
    def statistics(self) -> list[list[Any]]:
        return [net.non_trainable_variables for net in (self.generator, self.discriminator)]

    def descend(self, state: Any, real: Any, noise: Any) -> tuple[Any, Any]:
        """The discriminator first, on images that the generator gets its gradient from later.

        Args:
            state: Of generator and discriminator: parameters, statistics, Adam's.
        """
        (g, g_other, g_slots), (d, d_other, d_slots) = state

        def generate(g: Any) -> tuple[Any, Any]:
            return self.generator.stateless_call(g, g_other, noise, training=True)

        def loss_of(d: Any, other: Any, images: Any, label: float) -> tuple[Any, Any]:
            scores, other = self.discriminator.stateless_call(d, other, images, training=True)
            return judge(scores, label), other

        def loss_of_both(d: Any) -> tuple[Any, Any]:
            loss, other = loss_of(d, d_other, real, 1.0)
            loss_of_fake, other = loss_of(d, other, fake, 0.0)
            return loss + loss_of_fake, other

        fake, pull, g_other = jax.vjp(generate, g, has_aux=True)
        (d_loss, d_other), grads = jax.value_and_grad(loss_of_both, has_aux=True)(d)
        d, d_slots = self.optimizer.stateless_apply(d_slots, grads, d)
        of_images = jax.value_and_grad(loss_of, 2, has_aux=True)
        (g_loss, d_other), slope = of_images(d, d_other, fake, 1.0)
        g, g_slots = self.g_optimizer.stateless_apply(g_slots, *pull(slope), g)
        return ((g, g_other, g_slots), (d, d_other, d_slots)), d_loss + g_loss


class Loop:
    """The same without metrics, and with the state in our hands."""

    def __init__(self, net: Any, loss: Any, optimizer: keras.optimizers.Adam, jit: bool) -> None:
        net.compile(optimizer)
        self._state = tuple(
            tuple([v.value.copy() for v in part] for part in parts)
            for parts in (
                state_of(net.generator, net.g_optimizer),
                state_of(net.discriminator, optimizer),
            )
        )
        self._step: Any = jax.jit(net.descend, donate_argnums=0)
        self._predict: Any = jax.jit(net.generator.stateless_call)

    def train(self, x: Any, y: Any) -> jax.Array:
        self._state, loss = self._step(self._state, *x)
        return loss

    def predict(self, x: Any) -> Any:
        return self._predict(*self._state[0][:2], *x)[0]

    def graphs(self) -> int:
        return self._step._cache_size() + self._predict._cache_size()


def state_of(net: keras.Model, optimizer: Any) -> tuple[list[Any], ...]:
    return net.trainable_variables, net.non_trainable_variables, optimizer.variables
