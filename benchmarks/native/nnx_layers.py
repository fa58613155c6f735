"""Transformer layers in Flax NNX; attributes have UniDeep's names."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flax import nnx
from jax import Array

__all__ = ["DecoderCell", "EncoderCell", "PreNormCell", "Stack", "norm"]

Activation = Callable[[Array], Array]
norm = partial(nnx.LayerNorm, epsilon=1e-5)


class FeedForward(nnx.Module):
    def __init__(self, units: int, activation: Activation, rngs: nnx.Rngs) -> None:
        self.hidden = nnx.Linear(units, 4 * units, rngs=rngs)
        self.out = nnx.Linear(4 * units, units, rngs=rngs)
        self._activation = activation

    def __call__(self, x: Array) -> Array:
        return self.out(self._activation(self.hidden(x)))


class EncoderCell(nnx.Module):
    """Self-attention and a feed-forward net, each with a normalisation after it."""

    def __init__(
        self, units: int, heads: int, rngs: nnx.Rngs, activation: Activation = nnx.relu
    ) -> None:
        self.attention = nnx.MultiHeadAttention(heads, units, decode=False, rngs=rngs)
        self.attention_norm = norm(units, rngs=rngs)
        self.feed_forward = FeedForward(units, activation, rngs)
        self.feed_forward_norm = norm(units, rngs=rngs)

    def __call__(self, x: Array, mask: Array | None = None) -> Array:
        x = self.attention_norm(x + self.attention(x, mask=mask))
        return self.feed_forward_norm(x + self.feed_forward(x))


class PreNormCell(EncoderCell):
    """The same parts, each with a normalisation before it; no look ahead."""

    def __call__(self, x: Array, mask: Array | None = None) -> Array:
        x = x + self.attention(self.attention_norm(x), mask=mask, is_causal=True)
        return x + self.feed_forward(self.feed_forward_norm(x))


class DecoderCell(EncoderCell):
    """With an attention to a memory between them."""

    def __init__(self, units: int, heads: int, rngs: nnx.Rngs) -> None:
        super().__init__(units, heads, rngs)
        self.memory_attention = nnx.MultiHeadAttention(heads, units, decode=False, rngs=rngs)
        self.memory_norm = norm(units, rngs=rngs)

    def __call__(self, x: Array, memory: Array, mask: Array) -> Array:
        x = self.attention_norm(x + self.attention(x, is_causal=True))
        x = self.memory_norm(x + self.memory_attention(x, memory, mask=mask))
        return self.feed_forward_norm(x + self.feed_forward(x))


class Stack(nnx.Module):
    """Cells one after the other, and perhaps a normalisation."""

    def __init__(
        self, layers: int, make: Callable[[], nnx.Module], norm: nnx.LayerNorm | None = None
    ) -> None:
        self.layers = nnx.List([make() for _ in range(layers)])
        self.norm = norm

    def __call__(self, x: Array, *arguments: Array) -> Array:
        for cell in self.layers:
            x = cell(x, *arguments)
        return x if self.norm is None else self.norm(x)
