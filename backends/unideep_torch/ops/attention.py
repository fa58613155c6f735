"""Attention: PyTorch's fused kernels, and what they leave out."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch.autograd import Function

Raw = Any


def attend(
    query: Raw, key: Raw, value: Raw, bias: Raw, mask: Raw, kept: Raw,
    *, is_causal: bool, scale: float, keep: float,
) -> Raw:  # fmt: skip
    """The fused kernel, unless weights are dropped or the bias has a gradient."""
    if kept is not None or (bias is not None and bias.requires_grad):
        bias = _joined(query, key, bias, mask, is_causal)
        return _defined(query, key, value, bias, kept, scale, keep)
    if is_causal + (bias is not None) + (mask is not None) > 1:  # the kernel takes one of them
        bias, mask, is_causal = _joined(query, key, bias, mask, is_causal), None, False
    hidden = mask if bias is None else bias
    if torch.is_grad_enabled() and any(t.requires_grad for t in (query, key, value)):
        return _Fused.apply(query, key, value, hidden, is_causal, scale)
    return _fused(query, key, value, hidden, is_causal, scale)


def _fused(query: Raw, key: Raw, value: Raw, mask: Raw, is_causal: bool, scale: float) -> Raw:
    return F.scaled_dot_product_attention(
        query, key, value, attn_mask=mask, is_causal=is_causal, scale=scale
    )


def _joined(query: Raw, key: Raw, bias: Raw, mask: Raw, is_causal: bool) -> Raw:
    """All masks as one bias; None if there is none."""
    if is_causal:
        causal = query.new_ones((query.shape[-2], key.shape[-2]), dtype=torch.bool).tril()
        mask = causal if mask is None else mask & causal
    if mask is None:
        return bias
    zero = query.new_zeros(()) if bias is None else bias
    return torch.where(mask, zero, -torch.inf)


def _defined(
    query: Raw, key: Raw, value: Raw, bias: Raw, kept: Raw, scale: float, keep: float
) -> Raw:
    """The definition, which has gradients of any order."""
    scores = (query * scale) @ key.mT
    if bias is None:
        weights = scores.softmax(-1)
    else:
        allowed = bias > -torch.inf
        scores = torch.where(allowed, scores + bias, torch.finfo(scores.dtype).min)
        weights = torch.where(allowed, scores.softmax(-1), 0.0)
    if kept is not None:
        weights = torch.where(kept, weights * (1.0 / keep), 0.0)
    return weights @ value


class _Fused(Function):
    """The fused kernel with its own gradient; that one is differentiated through the definition."""

    @staticmethod
    def forward(ctx, query, key, value, mask, is_causal, scale):
        q, k, v = (t.detach().requires_grad_(t.requires_grad) for t in (query, key, value))
        with torch.enable_grad():
            y = _fused(q, k, v, mask, is_causal, scale)
        ctx.save_for_backward(query, key, value, mask)
        ctx.call = is_causal, scale
        ctx.graph = y, (q, k, v)
        return y.detach()

    @staticmethod
    def backward(ctx, g):
        query, key, value, mask = ctx.saved_tensors
        is_causal, scale = ctx.call
        create = torch.is_grad_enabled()
        if create:
            inputs = query, key, value
            is_bool = mask is not None and mask.dtype is torch.bool
            masks = (None, mask) if is_bool else (mask, None)
            bias = _joined(query, key, *masks, is_causal)
            y = _defined(query, key, value, bias, None, scale, 1.0)
        else:
            y, inputs = ctx.graph
        wanted = [t for t in inputs if t.requires_grad]
        found = iter(torch.autograd.grad(y, wanted, g, create_graph=create, retain_graph=True))
        return *(next(found) if t.requires_grad else None for t in inputs), None, None, None


OPS = {"attend": attend}
