"""Philox a few thousand words at a time, so that they stay in the cache; NumPy's generator."""

import numpy as np

_CHUNK = 4096
_WORD = 0xFFFFFFFF


def philox(key, *, blocks):
    """Philox4x32-10 (Salmon et al., SC 2011) on uint64; its words as int64."""
    words = np.empty((4, blocks), np.uint64)
    for start in range(0, blocks, _CHUNK):
        part = words[:, start : start + _CHUNK]
        part[0] = np.arange(start, start + part.shape[1], dtype=np.uint64)
        part[1:] = 0
        _rounds(part, int(key))
    return list(words.view(np.int64))


def _rounds(c, key):
    k0, k1 = key & _WORD, (key >> 32) & _WORD
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c[0] = (p1 >> 32) ^ c[1] ^ k0
        c[2] = (p0 >> 32) ^ c[3] ^ k1
        np.bitwise_and(p1, _WORD, out=c[1])
        np.bitwise_and(p0, _WORD, out=c[3])
        k0, k1 = (k0 + 0x9E3779B9) & _WORD, (k1 + 0xBB67AE85) & _WORD


def native_unit(key, *, shape, dtype):
    """Floats in [0, 1), from NumPy's default generator."""
    return np.asarray(_generator(key).random(shape, dtype.numpy))


def native_normal(key, *, shape, dtype):
    """Standard normal numbers, from NumPy's default generator."""
    return np.asarray(_generator(key).standard_normal(shape, dtype.numpy))


def _generator(key):
    return np.random.default_rng(int(key) % 2**64)


OPS = {"philox": philox, "native_unit": native_unit, "native_normal": native_normal}
