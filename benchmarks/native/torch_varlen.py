"""An encoder that classifies texts of many lengths, PyTorch."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor
from workloads import PADDING

from .torch_common import Params, classify, variants
from .torch_layers import dense, encoder_cell, key_mask, packed

__all__ = ["VARIANTS"]


def classifier(p: Params, tokens: Tensor, heads: int) -> Tensor:
    x = F.embedding(tokens, p["embedding.weight"])
    x = encoder_cell(p, "encoder.layers.0.", x, heads, key_mask(tokens))
    seen = (tokens != PADDING).to(x.dtype)
    mean = (seen[:, None] @ x).squeeze(1) / seen.sum(1, keepdim=True)
    return dense(p, "output", mean)


VARIANTS = variants(classify(classifier), classifier, packed, sizes=("heads",), dynamic=True)
