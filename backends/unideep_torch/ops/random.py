"""Philox on PyTorch's operations, and PyTorch's own generator seeded by a tensor."""

from collections.abc import Sequence

import torch
from torch._subclasses.fake_tensor import FakeTensor

from unideep_torch.spec import NATIVE

_CHUNK = 32768  # blocks whose temporaries stay in the cache: 8 against 25 ms for 2**17 blocks
_WORD = 0xFFFFFFFF


def philox(key, *, blocks):
    """Philox4x32-10 (Salmon et al., SC 2011) on int64; a captured graph and a GPU take it whole."""
    is_eager = key.is_cpu and not isinstance(key, FakeTensor)
    step = _CHUNK if is_eager else max(blocks, 1)
    parts = [
        _rounds(torch.arange(start, min(start + step, blocks), device=key.device), key)
        for start in range(0, max(blocks, 1), step)
    ]
    return parts[0] if len(parts) == 1 else [torch.cat(p) for p in zip(*parts, strict=True)]


def _rounds(c0, key):
    c1 = c2 = c3 = torch.zeros_like(c0)
    k0, k1 = key & _WORD, (key >> 32) & _WORD
    for _ in range(10):
        p0, p1 = c0 * 0xD2511F53, c2 * 0xCD9E8D57
        c0, c2 = ((p1 >> 32) & _WORD) ^ c1 ^ k0, ((p0 >> 32) & _WORD) ^ c3 ^ k1
        c1, c3 = p1 & _WORD, p0 & _WORD
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD
    return [c0, c1, c2, c3]


# As operations of our own these stay whole in a captured graph. Inductor's random functions in
# their place are slower on a CPU: 9 against 8 ms for a dropout of a million elements, 65 against 4
# for as many normal numbers.


@torch.library.custom_op("unideep::unit", mutates_args=())
def _unit(key: torch.Tensor, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    return torch.rand(shape, generator=_seeded(key), dtype=dtype, device=key.device)


@torch.library.custom_op("unideep::normal", mutates_args=())
def _normal(key: torch.Tensor, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    return torch.randn(shape, generator=_seeded(key), dtype=dtype, device=key.device)


def _seeded(key: torch.Tensor) -> torch.Generator:
    return torch.Generator(key.device).manual_seed(int(key))


@_unit.register_fake
@_normal.register_fake
def _(key: torch.Tensor, shape: Sequence[int], dtype: torch.dtype) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device=key.device)


OPS = {
    "philox": philox,
    "native_unit": lambda key, *, shape, dtype: _unit(key, shape, NATIVE[dtype]),
    "native_normal": lambda key, *, shape, dtype: _normal(key, shape, NATIVE[dtype]),
}
