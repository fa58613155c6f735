"""Layers in JAX on parameters by name: images NHWC, kernels of Dense (in, out), of others HWIO."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from program import Weights

from .jax_common import Params


def channels_last(weights: Weights) -> dict[str, np.ndarray]:
    """Weights as the layers here take them; tables of embeddings as they are."""
    return {name: _channels_last(name, weight) for name, weight in weights.items()}


def _channels_last(name: str, w: np.ndarray) -> np.ndarray:
    if w.ndim == 4:
        return w.transpose(2, 3, 1, 0)
    return w.T if w.ndim == 2 and not name.startswith(("embedding", "positions")) else w


def rows_of_nhwc(w: np.ndarray, channels: int) -> np.ndarray:
    """The kernel (in, out) of a Dense layer that follows images: its rows as NHWC has them."""
    side = round((len(w) // channels) ** 0.5)
    return w.reshape(channels, side, side, -1).transpose(1, 2, 0, 3).reshape(w.shape)


def dense(p: Params, name: str, x: Array) -> Array:
    return x @ p[name + ".weight"] + p[name + ".bias"]


def conv(x: Array, w: Array, padding: int, stride: int = 1) -> Array:
    pads = [(padding, padding)] * 2
    return lax.conv_general_dilated(
        x, w, (stride, stride), pads, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def conv_transpose(x: Array, w: Array, padding: int = 1, stride: int = 2) -> Array:
    """w HWIO, mirrored: what `flipped` gives."""
    pad = len(w) - 1 - padding
    pads = [(pad, pad)] * 2
    return lax.conv_general_dilated(
        x, w, (1, 1), pads, lhs_dilation=(stride, stride),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
    )  # fmt: skip


def flipped(w: np.ndarray) -> np.ndarray:
    """A transposed convolution's kernel (in, out, height, width) for `conv_transpose`."""
    return w[:, :, ::-1, ::-1].transpose(2, 3, 0, 1)


def batch_norm(p: Params, name: str, x: Array, new: dict[str, Array] | None) -> Array:
    """Over images (N, H, W, C).

    Args:
        new: Takes the running statistics after this batch; None: normalise by those of p.
    """
    mean, variance = p[name + ".running_mean"], p[name + ".running_var"]
    if new is not None:
        old_mean, old_variance = mean, variance
        mean = x.mean((0, 1, 2))
        variance = jnp.square(x - mean).mean((0, 1, 2))
        new[name + ".running_mean"] = 0.9 * old_mean + 0.1 * mean
        new[name + ".running_var"] = 0.9 * old_variance + 0.1 * variance
    scale = p[name + ".gamma"] * lax.rsqrt(variance + 1e-5)
    return (x - mean) * scale + p[name + ".beta"]


def layer_norm(p: Params, name: str, x: Array) -> Array:
    x = x - x.mean(-1, keepdims=True)
    scale = lax.rsqrt(jnp.square(x).mean(-1, keepdims=True) + 1e-5)
    return x * scale * p[name + ".gamma"] + p[name + ".beta"]


def feed_forward(p: Params, name: str, x: Array, activation: Callable[[Array], Array]) -> Array:
    return dense(p, name + ".out", activation(dense(p, name + ".hidden", x)))


def packed(weights: Weights) -> dict[str, np.ndarray]:
    """Query, key and value as one product; for the attention to a memory key and value."""
    found = channels_last(weights)
    for query in [name for name in found if name.endswith(".query.weight")]:
        head = query.removesuffix(".query.weight")
        parts = ["key", "value"] if head.endswith("memory_attention") else ["query", "key", "value"]
        for kind in ("weight", "bias"):
            pieces = [found.pop(f"{head}.{part}.{kind}") for part in parts]
            found[f"{head}.packed.{kind}"] = np.concatenate(pieces, -1)
    return found


def attention(
    p: Params, name: str, x: Array, heads: int, mask: Array | None = None,
    memory: Array | None = None, is_causal: bool = False,
) -> Array:  # fmt: skip
    """Of x (B, T, U) to itself or to a memory (B, S, U).

    Args:
        mask: Keys that are seen, (B, 1, 1, S).
    """
    head = x.shape[-1] // heads
    if memory is None:
        q, k, v = jnp.moveaxis(_heads(dense(p, name + ".packed", x), 3, heads, head), 2, 0)
    else:
        q = dense(p, name + ".query", x).reshape(*x.shape[:2], heads, head)
        k, v = jnp.moveaxis(_heads(dense(p, name + ".packed", memory), 2, heads, head), 2, 0)
    y = jax.nn.dot_product_attention(q, k, v, mask=mask, is_causal=is_causal)
    return dense(p, name + ".out", y.reshape(x.shape))


def _heads(x: Array, parts: int, heads: int, head: int) -> Array:
    return x.reshape(*x.shape[:2], parts, heads, head)


def encoder_cell(p: Params, name: str, x: Array, heads: int, mask: Array) -> Array:
    """With a normalisation after each part."""
    x = layer_norm(p, name + "attention_norm", x + attention(p, name + "attention", x, heads, mask))
    y = feed_forward(p, name + "feed_forward", x, jax.nn.relu)
    return layer_norm(p, name + "feed_forward_norm", x + y)
