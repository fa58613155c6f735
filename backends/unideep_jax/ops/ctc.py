"""Recurrences over the states of a label, as scans over time."""

import jax.numpy as jnp
from jax import lax

from unideep_jax.jitted import all_jitted

LOW = -1e30


def _shifted(wide):
    """What stays in its state, comes from the one before, and from two before."""
    return wide[:, 2:], wide[:, 1:-1], wide[:, :-2]


def ctc_paths(emitted, jumps):
    """The log-probability of all paths that end in each state, at each step."""
    _, n, s = emitted.shape

    def step(wide, emitted):
        stay, one, two = _shifted(wide)
        here = jnp.logaddexp(stay, one)
        paths = jnp.logaddexp(here, jnp.where(jumps, two, LOW)) + emitted
        return wide.at[:, :2].set(LOW).at[:, 2:].set(paths), paths

    entry = jnp.full((n, s + 2), LOW, emitted.dtype).at[:, 1].set(0.0)
    return lax.scan(step, entry, emitted)[1]


def banded_recurrence(x, bands):
    """yₜ[s] = xₜ[s] + bands[0]ₜ[s] yₜ₋₁[s] + bands[1]ₜ[s] yₜ₋₁[s-1] + bands[2]ₜ[s] yₜ₋₁[s-2]."""

    def step(wide, now):
        x, *bands = now
        y = x + sum(band * part for band, part in zip(bands, _shifted(wide), strict=True))
        return wide.at[:, 2:].set(y), y

    _, n, s = x.shape
    return lax.scan(step, jnp.zeros((n, s + 2), x.dtype), (x, *bands))[1]


OPS = all_jitted({"banded_recurrence": banded_recurrence, "ctc_paths": ctc_paths})
