"""Random words in one kernel instead of a hundred."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted

_WORD = 0xFFFFFFFF


def philox(key, *, blocks):
    """Philox4x32-10 (Salmon et al., SC 2011) on uint32; its words as int64."""
    word = lambda v: (v & _WORD).astype(jnp.uint32)  # noqa: E731
    c0 = lax.iota(jnp.uint32, blocks)
    c1 = c2 = c3 = jnp.zeros_like(c0)
    k0, k1 = word(key), word(key >> 32)
    for _ in range(10):
        p0, p1 = (c.astype(jnp.uint64) * m for c, m in ((c0, 0xD2511F53), (c2, 0xCD9E8D57)))
        c0, c1 = word(p1 >> 32) ^ c1 ^ k0, word(p1)
        c2, c3 = word(p0 >> 32) ^ c3 ^ k1, word(p0)
        k0, k1 = k0 + jnp.uint32(0x9E3779B9), k1 + jnp.uint32(0xBB67AE85)
    return [c.astype(jnp.int64) for c in (c0, c1, c2, c3)]


OPS = all_jitted({"philox": philox})
