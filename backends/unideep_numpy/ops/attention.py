"""Attention with few passes over the scores, forwards and back."""

# B batch, H heads, T queries, S keys, D size of a query and of a key, E size of a value

from __future__ import annotations

import numpy as np

from unideep_numpy.differentiated import Pull, Raw, values


def attention_weights(
    query: Raw, key: Raw, bias: Raw, mask: Raw, *, is_causal: bool, scale: float
) -> Raw:
    """softmax(scale · query keyᵀ + bias) over the keys where mask is True."""
    wide_query, wide_key, wide_bias = widened(query, key, bias)
    return _weights(wide_query, wide_key, wide_bias, mask, is_causal, scale).astype(
        query.dtype, copy=False
    )


def widened(*raws: Raw) -> list[Raw]:
    """Half precision as float32, which NumPy multiplies 50 times as fast."""
    return [x.astype(np.float32) if x is not None and x.itemsize < 4 else x for x in raws]


def _weights(query: Raw, key: Raw, bias: Raw, mask: Raw, is_causal: bool, scale: float) -> Raw:
    p_BHTS = (query * scale) @ key.swapaxes(-1, -2)
    if bias is not None:
        p_BHTS += bias
    hidden = _hidden(query, key, bias, mask, is_causal)
    if hidden is not None:  # a finite number: -inf would make nan of a row that sees nothing
        np.copyto(p_BHTS, -1e30, where=hidden)
    p_BHTS -= p_BHTS.max(-1, keepdims=True)
    np.exp(p_BHTS, out=p_BHTS)
    p_BHTS /= p_BHTS.sum(-1, keepdims=True)
    if hidden is not None:
        np.copyto(p_BHTS, 0, where=hidden)
    return p_BHTS


def _hidden(query: Raw, key: Raw, bias: Raw, mask: Raw, is_causal: bool) -> Raw:
    """Where any of the masks hides a key; None if there is none."""
    masks = [] if mask is None else [~mask]
    if bias is not None:
        masks.append(bias == -np.inf)
    if is_causal:
        masks.append(~np.tri(query.shape[-2], key.shape[-2], dtype=bool))
    hidden = masks[0] if masks else None
    for other in masks[1:]:
        hidden = hidden | other
    return hidden


def _differentiated(
    query: Raw, key: Raw, value: Raw, bias: Raw, mask: Raw, kept: Raw,
    *, is_causal: bool, scale: float, keep: float,
) -> tuple[Raw, Pull]:  # fmt: skip
    """`attend`, and the way back for its gradient."""
    dtype = query.dtype
    query, key, value, bias = widened(query, key, value, bias)
    p_BHTS = _weights(query, key, bias, mask, is_causal, scale)
    w_BHTS = p_BHTS if kept is None else p_BHTS * (kept * p_BHTS.dtype.type(1.0 / keep))
    y_BHTE = w_BHTS @ value

    def pull(grads: list[Raw]) -> list[Raw]:
        (g_BHTE,) = widened(*grads)
        # The gradient of a softmax: p (g - Σ p g), and the sum is that of g y as well.
        d_BHTS = g_BHTE @ value.swapaxes(-1, -2)
        total_BHT1 = (g_BHTE * y_BHTE).sum(-1, keepdims=True)
        if kept is None:
            d_BHTS -= total_BHT1
            d_BHTS *= p_BHTS
        else:
            d_BHTS *= w_BHTS
            d_BHTS -= p_BHTS * total_BHT1
        found = [d_BHTS @ key * scale, d_BHTS.swapaxes(-1, -2) @ query * scale]
        found.append(w_BHTS.swapaxes(-1, -2) @ g_BHTE)
        if bias is not None:
            found.append(d_BHTS)
        indices = [None for index in (mask, kept) if index is not None]
        return [g.astype(dtype, copy=False) for g in found] + indices

    return y_BHTE.astype(dtype, copy=False), pull


PULLBACKS = {"attend": _differentiated}
OPS = {"attention_weights": attention_weights, **values(PULLBACKS)}
