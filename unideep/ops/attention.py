"""Attention: weighted means of values, with weights from products of queries and keys."""

# B batch, H heads, T queries, S keys, D size of a query and of a key, E size of a value

from __future__ import annotations

import math
from typing import Any

from unideep import ops
from unideep.canonical import Axis
from unideep.dispatch import as_tensor, scope
from unideep.dtype import default_float
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = ["attend", "attention_weights", "masked_softmax", "scaled_dot_product_attention"]


@composite()
def masked_softmax(x: Tensor, mask: Index, /, axis: Axis = -1) -> Tensor:
    """softmax over the elements where mask is True. The others give 0, and so does a row of them.

    Shape:
        x (...), mask (...) booleans that broadcast against x -> like x.
    """
    lowest = -6e4 if x.dtype.name == "float16" else -1e30  # exp gives 0, and -inf could give nan
    return ops.where(mask, ops.softmax(ops.where(mask, x, lowest), axis), 0.0)


@composite()
def attention_weights(
    query: Tensor,
    key: Tensor,
    bias: Tensor | None = None,
    mask: Index | None = None,
    /,
    is_causal: bool = False,
    scale: float = 1.0,
) -> Tensor:
    """softmax(scale · query keyᵀ + bias) over the keys where mask is True.

    A bias of -inf masks as well, and so does is_causal, for keys after the query. A query without
    any key has the weights 0.

    Shape:
        query (B, H, T, D), key (B, H, S, D), bias and mask broadcast to (B, H, T, S)
        -> (B, H, T, S).
    """
    scores_BHTS = ops.matmul(query * scale, ops.swapaxes(key, -1, -2))
    masks = [] if mask is None else [mask]
    if bias is not None:
        scores_BHTS = scores_BHTS + bias
        masks.append(bias > -math.inf)
    if is_causal:
        masks.append(_causal(query, key))
    if not masks:
        return ops.softmax(scores_BHTS, -1)
    allowed, *others = masks
    for other in others:
        allowed = ops.logical_and(allowed, other)
    return masked_softmax(scores_BHTS, allowed, -1)


def _causal(query: Tensor, key: Tensor) -> Tensor:
    """Query t sees the keys 0 ... t."""
    t = ops.iota(query, length=query.shape[-2], dtype="int64")
    s = ops.iota(query, length=key.shape[-2], dtype="int64")
    return ops.expand_dims(t, 1) >= s


@composite()
def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Index | None = None,
    kept: Index | None = None,
    /,
    is_causal: bool = False,
    scale: float = 1.0,
    keep: float = 1.0,
) -> Tensor:
    """`scaled_dot_product_attention` with each kind of mask in its own place.

    Args:
        kept: The weights that dropout leaves, which are divided by `keep`.
    """
    weights_BHTS = attention_weights(query, key, bias, mask, is_causal, scale)
    return _mean(weights_BHTS, value, kept, keep)


def _mean(weights_BHTS: Tensor, value: Tensor, kept: Tensor | None, keep: float) -> Tensor:
    if kept is not None:
        weights_BHTS = ops.where(kept, weights_BHTS * (1.0 / keep), 0.0)
    return ops.matmul(weights_BHTS, value)


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    mask: Any = None,
    is_causal: bool = False,
    dropout: float = 0.0,
    scale: float | None = None,
    need_weights: bool = False,
) -> Any:
    """softmax(scale · query keyᵀ + mask) value: for each query a mean of values.

    Args:
        mask: Booleans, True where a query may see a key; or numbers to be added to the scores,
            where -inf hides a key. A query that sees no key gets 0.
        is_causal: Query t sees the keys 0 ... t only, in addition to the mask.
        dropout: Probability of a weight to be dropped, in training mode only. The weights that
            are dropped are the same on every backend.
        scale: Default 1/√D.
        need_weights: Return the weights (B, H, T, S) as well, as they are before dropout.

    Shape:
        query (B, H, T, D), key (B, G, S, D), value (B, G, S, E), mask broadcasts to (B, H, T, S)
        -> (B, H, T, E). G divides H: each key and value serves H / G heads in a row.

    Raises:
        ShapeError: the shapes do not fit one another.
        DTypeError: a mask of integers.

    Source:
        Vaswani et al., 2017, arXiv:1706.03762; groups: Ainslie et al., 2023, arXiv:2305.13245.

    Example:
        >>> q = np.ones((2, 4, 5, 8))
        >>> npx.scaled_dot_product_attention(q, q, q, is_causal=True).shape
        (2, 4, 5, 8)
    """
    query = _as_float(as_tensor(query))
    key, value = (_as_float(as_tensor(t, backend=query._backend)) for t in (key, value))
    mask = None if mask is None else as_tensor(mask, backend=query._backend)
    if not 0 <= dropout < 1:
        raise ArgumentError(f"dropout is {dropout}.", fix="a probability from 0 up to, not with, 1")
    _check(query, key, value, mask)
    if key.shape[1] != query.shape[1]:
        groups = query.shape[1] // key.shape[1]
        key, value = ops.repeat(key, groups, axis=1), ops.repeat(value, groups, axis=1)
    kept = None
    if dropout and scope.training:
        from unideep import random

        kept = random.keep_mask((*query.shape[:3], key.shape[2]), 1.0 - dropout, like=query)
    if mask is None or mask.dtype.kind == "b":
        masks = (None, mask)
    else:
        masks = (mask.astype(query.dtype, copy=False), None)
    factor = query.shape[3] ** -0.5 if scale is None else float(scale)
    if need_weights:
        weights_BHTS = attention_weights(query, key, *masks, bool(is_causal), factor)
        return _mean(weights_BHTS, value, kept, 1.0 - dropout), weights_BHTS
    return attend(query, key, value, *masks, kept, bool(is_causal), factor, 1.0 - dropout)


def _as_float(x: Tensor) -> Tensor:
    return x if x.dtype.is_inexact else x.astype(default_float())


def _check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> None:
    """Sizes that differ could broadcast silently."""
    q, k, v = query.shape, key.shape, value.shape
    got = f"query {q}, key {k}, value {v}"
    if not len(q) == len(k) == len(v) == 4:
        raise ShapeError("attention takes four axes: batch, heads, time, size of a head.", got=got)
    if not (q[0] == k[0] == v[0] and k[1:3] == v[1:3] and q[3] == k[3]):
        raise ShapeError(
            "attention needs one batch size, one head size of query and key, and one number of "
            "keys and values.",
            got=got,
        )
    if not k[1] or q[1] % k[1]:
        raise ShapeError("the heads of key and value do not divide those of query.", got=got)
    if mask is not None:
        check_mask_type(mask)
        scores = (*q[:3], k[2])
        pairs = zip(reversed(mask.shape), reversed(scores), strict=False)
        if mask.ndim > 4 or any(m not in (1, n) for m, n in pairs):
            raise ShapeError(
                f"the mask does not broadcast to {scores}: batch, heads, queries, keys.",
                got=f"mask {mask.shape}",
            )


def check_mask_type(mask: Tensor) -> None:
    """Zeros and ones, added to the scores, would hide nothing."""
    if mask.dtype.kind not in "bf":
        raise DTypeError(
            "a mask holds booleans, or floats to be added to the scores.",
            got=f"mask {mask.dtype}",
            fix='convert it: mask.astype("bool") is True where a query may see a key.',
        )
