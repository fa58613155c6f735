"""The counter-based generator behind all random operations, written on integer operations."""

from __future__ import annotations

import math

from unideep import ops
from unideep.canonical import DTypeAttr, Shape
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = [
    "native_normal", "native_unit", "philox", "philox_rounds", "random_mask", "random_normal",
    "random_unit", "random_words",
]  # fmt: skip

_WORD = 0xFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)


def philox_rounds(counter: list[Tensor], key: list[Tensor]) -> list[Tensor]:
    """Philox4x32-10: four counter words and two key words to four random words.

    All words are int64 tensors with values below 2**32, which every engine can add and mask.

    Source:
        Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        (high0, low0), (high1, low1) = (
            _product(c, m) for c, m in zip((c0, c2), _MULTIPLIERS, strict=True)
        )
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + _WEYL[0]) & _WORD, (k1 + _WEYL[1]) & _WORD
    return [c0, c1, c2, c3]


def _product(word: Tensor, factor: int) -> tuple[Tensor, Tensor]:
    """The high and the low word of a product, which may wrap around: all its 64 bits are there."""
    product = word * factor
    return (product >> 32) & _WORD, product & _WORD


@composite()
def philox(key: Index, /, blocks: int) -> list[Tensor]:
    """Random 32-bit words.

    Args:
        key: 0-d int64, both key words.
        blocks: How many counters: 0, 1, ... blocks - 1.

    Shape:
        Four int64 tensors of shape (blocks,), values below 2**32.
    """
    count = ops.iota(key, length=blocks, dtype="int64")
    zero = count * 0
    return philox_rounds([count, zero, zero, zero], [key & _WORD, (key >> 32) & _WORD])


@composite()
def random_words(key: Index, /, shape: Shape) -> Tensor:
    """Random 32-bit words in one int64 tensor: all first words of the blocks, all second, ..."""
    n = math.prod(shape)  # pyright: ignore
    return ops.reshape(ops.concat(philox(key, -(-n // 4)), 0)[:n], shape)


@composite()
def random_unit(key: Index, /, shape: Shape, dtype: DTypeAttr) -> Tensor:
    """Floats in [0, 1): 24 random bits in float32, 53 in float64."""
    if dtype == "float32":
        return (random_words(key, shape) >> 8).astype("float32") * 2.0**-24
    words = random_words(key, (2, *shape))  # pyright: ignore
    high, low = (words[0] >> 5).astype("float64"), (words[1] >> 6).astype("float64")
    return (high * 2.0**26 + low) * 2.0**-53


@composite()
def random_normal(key: Index, /, shape: Shape, dtype: DTypeAttr) -> Tensor:
    """Standard normal numbers, two from each pair of uniform ones: Box and Muller (1958)."""
    n = math.prod(shape)  # pyright: ignore
    u = 1.0 - random_unit(key, (2, -(-n // 2)), dtype)
    radius, angle = ops.sqrt(-2.0 * ops.log(u[0])), u[1] * (2 * math.pi)
    both = ops.concat([radius * ops.cos(angle), radius * ops.sin(angle)], 0)
    return ops.reshape(both[:n], shape)


@composite()
def random_mask(key: Index, /, shape: Shape, threshold: int) -> Tensor:
    """Booleans that hold with probability threshold / 2**32."""
    return random_words(key, shape) < threshold


# The engine's own generator, for speed: other numbers than Philox's, and others on every engine.
# What a backend does not supply comes from Philox.


@composite()
def native_unit(key: Index, /, shape: Shape, dtype: DTypeAttr) -> Tensor:
    """Floats in [0, 1), float32 or float64, from the engine's own generator."""
    return random_unit(key, shape, dtype)


@composite()
def native_normal(key: Index, /, shape: Shape, dtype: DTypeAttr) -> Tensor:
    """Standard normal numbers, float32 or float64, from the engine's own generator."""
    return random_normal(key, shape, dtype)
