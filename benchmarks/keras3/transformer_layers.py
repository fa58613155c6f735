"""Transformer cells of Keras's layers, under UniDeep's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keras import Layer
from keras.activations import gelu
from keras.layers import Add, Dense, LayerNormalization, MultiHeadAttention
from workloads import Sizes

__all__ = ["Positions", "decoder_cell", "encoder_cell", "gpt_cell", "norm"]


class Positions(Layer):
    """Adds a vector that is learned for each position."""

    def build(self, shape: Any) -> None:
        self.table = self.add_weight(shape=shape[1:])

    def call(self, x: Any) -> Any:
        return x + self.table


def norm(name: str) -> LayerNormalization:
    return LayerNormalization(epsilon=1e-5, name=name)


def attend(s: Sizes, name: str) -> MultiHeadAttention:
    return MultiHeadAttention(s["heads"], s["units"] // s["heads"], name=name)


def feed_forward(s: Sizes, activation: str | Callable[[Any], Any], name: str, x: Any) -> Any:
    hidden = Dense(4 * s["units"], activation=activation, name=name + "_feed_forward_hidden")(x)
    return Dense(s["units"], name=name + "_feed_forward_out")(hidden)


def gpt_cell(s: Sizes, name: str, x: Any) -> Any:
    """Norms in front."""
    h = norm(name + "_attention_norm")(x)
    x = Add()([x, attend(s, name + "_attention")(h, h, use_causal_mask=True)])
    h = norm(name + "_feed_forward_norm")(x)
    return Add()([x, feed_forward(s, gelu_tanh, name, h)])


def gelu_tanh(x: Any) -> Any:
    return gelu(x, approximate=True)


def encoder_cell(s: Sizes, name: str, x: Any, seen: Any) -> Any:
    """Norms behind; seen (B, 1, S): where there is no padding."""
    y = attend(s, name + "_attention")(x, x, attention_mask=seen)
    x = norm(name + "_attention_norm")(Add()([x, y]))
    return _finish(s, name, x)


def decoder_cell(s: Sizes, name: str, x: Any, memory: Any, seen: Any) -> Any:
    y = attend(s, name + "_attention")(x, x, use_causal_mask=True)
    x = norm(name + "_attention_norm")(Add()([x, y]))
    y = attend(s, name + "_memory_attention")(x, memory, attention_mask=seen)
    x = norm(name + "_memory_norm")(Add()([x, y]))
    return _finish(s, name, x)


def _finish(s: Sizes, name: str, x: Any) -> Any:
    y = feed_forward(s, "relu", name, x)
    return norm(name + "_feed_forward_norm")(Add()([x, y]))
