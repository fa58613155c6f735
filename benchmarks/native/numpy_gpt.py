"""GPT with its backward pass, NumPy."""

from __future__ import annotations

from functools import partial

from numpy import ndarray

from .numpy_attention import causal, fused_heads, self_attention
from .numpy_common import Backward, Layer, State, chain, classify, variants
from .numpy_layers import added, embedding, feed_forward, gelu, layer_norm, tied

__all__ = ["VARIANTS"]


def gpt(t: State, tokens: ndarray) -> tuple[ndarray, Backward]:
    batch, length = tokens.shape
    mask = causal(length, t.p["embedding.weight"].dtype)

    def layer(i: int, x: ndarray) -> tuple[ndarray, Backward]:
        name = f"decoder.layers.{i}."
        attention = partial(self_attention, t, name + "attention", mask, batch)
        fully = partial(feed_forward, t, name + "feed_forward", gelu)
        return chain(
            x,
            partial(added, partial(normed, t, name + "attention_norm", attention)),
            partial(added, partial(normed, t, name + "feed_forward_norm", fully)),
        )

    return chain(
        tokens,
        partial(embedding, t, "embedding"),
        partial(positions, t, batch),
        *(partial(layer, i) for i in range(t.sizes["layers"])),
        partial(layer_norm, t, "decoder.norm"),
        partial(tied, t, "embedding"),
    )


def normed(t: State, name: str, layer: Layer, x: ndarray) -> tuple[ndarray, Backward]:
    return chain(x, partial(layer_norm, t, name), layer)


def positions(t: State, batch: int, x: ndarray) -> tuple[ndarray, Backward]:
    """Adds a learned vector for each, in place."""
    table = t.p["positions.weight"]
    sequences = x.reshape(batch, -1, table.shape[1])
    length = sequences.shape[1]
    sequences += table[:length]

    def backward(g: ndarray) -> ndarray:
        g.reshape(sequences.shape).sum(axis=0, out=t.g["positions.weight"][:length])
        return g

    return x, backward


VARIANTS = variants(*classify(gpt), fused_heads)
