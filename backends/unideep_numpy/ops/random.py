"""Philox a few thousand words at a time, so that they stay in the cache; NumPy's generator."""

import math

import numpy as np

_CHUNK = 8192  # blocks whose temporaries stay in the cache
_WORD = 0xFFFFFFFF


def philox(key, *, blocks):
    """Philox4x32-10 (Salmon et al., SC 2011) on uint64; its words as int64."""
    return list(_words(key, blocks))


def random_words(key, *, shape):
    """The words one kind after the other, as they stand in memory."""
    n = math.prod(shape)
    return _words(key, -(-n // 4)).reshape(-1)[:n].reshape(shape)


def random_mask(key, *, shape, threshold):
    """Booleans that hold with probability threshold / 2**32."""
    return random_words(key, shape=shape) < threshold


def _words(key, blocks):
    words = np.empty((4, blocks), np.uint64)
    for start in range(0, blocks, _CHUNK):
        stop = min(start + _CHUNK, blocks)
        words[:, start:stop] = _rounds(np.arange(start, stop, dtype=np.uint64), int(key))
    return words.view(np.int64)


def _rounds(c0, key):
    c1 = c2 = c3 = np.zeros_like(c0)
    k0, k1 = key & _WORD, (key >> 32) & _WORD
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c2 = (p1 >> 32) ^ c1 ^ k0, (p0 >> 32) ^ c3 ^ k1
        c1, c3 = p1 & _WORD, p0 & _WORD
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD
    return c0, c1, c2, c3


def native_unit(key, *, shape, dtype):
    """Floats in [0, 1), from NumPy's default generator."""
    return np.asarray(_generator(key).random(shape, dtype.numpy))


def native_normal(key, *, shape, dtype):
    """Standard normal numbers, from NumPy's default generator."""
    return np.asarray(_generator(key).standard_normal(shape, dtype.numpy))


def _generator(key):
    return np.random.default_rng(int(key) % 2**64)


OPS = {
    "philox": philox,
    "random_words": random_words,
    "random_mask": random_mask,
    "native_unit": native_unit,
    "native_normal": native_normal,
}
