"""PyTorch's weights of a layer, and their gradients, under UniDeep's names."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy
import pytest


@pytest.fixture
def weights_of() -> Callable[[Any], dict[str, numpy.ndarray]]:
    """From an attention or transformer layer of PyTorch's to its weights by our names."""
    return lambda module: cell(module) if hasattr(module, "self_attn") else attention(module)


@pytest.fixture
def gradients_of(weights_of: Any) -> Callable[[Any], dict[str, numpy.ndarray]]:
    """The same for the gradients."""
    return lambda module: weights_of(of_gradients(module))


def attention(module: Any, prefix: str = "") -> dict[str, numpy.ndarray]:
    """Of a `torch.nn.MultiheadAttention`."""
    names = ("query", "key", "value")
    if module.in_proj_weight is None:
        weights = [module.q_proj_weight, module.k_proj_weight, module.v_proj_weight]
    else:
        weights = module.in_proj_weight.chunk(3)
    found = dict(zip((f"{n}.weight" for n in names), weights, strict=True))
    found |= dict(zip((f"{n}.bias" for n in names), module.in_proj_bias.chunk(3), strict=True))
    found |= linear(module.out_proj, "out.")
    return {prefix + name: _array(value) for name, value in found.items()}


def linear(module: Any, prefix: str) -> dict[str, Any]:
    return {f"{prefix}weight": _array(module.weight), f"{prefix}bias": _array(module.bias)}


def norm(module: Any, prefix: str) -> dict[str, Any]:
    return {f"{prefix}gamma": _array(module.weight), f"{prefix}beta": _array(module.bias)}


def cell(module: Any) -> dict[str, numpy.ndarray]:
    """Of a `torch.nn.TransformerEncoderLayer` or `TransformerDecoderLayer`."""
    found = attention(module.self_attn, "attention.") | norm(module.norm1, "attention_norm.")
    last = module.norm2
    if hasattr(module, "multihead_attn"):
        found |= attention(module.multihead_attn, "memory_attention.")
        found |= norm(module.norm2, "memory_norm.")
        last = module.norm3
    found |= linear(module.linear1, "feed_forward.hidden.")
    found |= linear(module.linear2, "feed_forward.out.")
    found |= norm(last, "feed_forward_norm.")
    return found


def of_gradients(module: Any) -> Any:
    """A copy of the module whose weights are the gradients of the original's."""
    twin = copy.deepcopy(module)
    for p, q in zip(twin.parameters(), module.parameters(), strict=True):
        p.data = q.grad
    return twin


def _array(value: Any) -> numpy.ndarray:
    return value if isinstance(value, numpy.ndarray) else value.detach().numpy()
