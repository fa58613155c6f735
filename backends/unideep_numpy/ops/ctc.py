"""Recurrences over the states of a label, step by step."""

import numpy as np

LOW = -1e30


def ctc_paths(emitted, jumps):
    """The log-probability of all paths that end in each state, at each step."""
    t, n, s = emitted.shape
    wide = np.full((t + 1, n, s + 2), LOW, emitted.dtype)
    wide[0, :, 1] = 0.0  # the way in
    for before, after, added in zip(wide, wide[1:], emitted, strict=False):
        here = np.logaddexp(before[:, 2:], before[:, 1:-1])
        two = np.where(jumps, before[:, :-2], LOW)
        np.add(np.logaddexp(here, two), added, out=after[:, 2:], casting="same_kind")
    return wide[1:, :, 2:].copy()


def banded_recurrence(x, bands):
    """yₜ[s] = xₜ[s] + bands[0]ₜ[s] yₜ₋₁[s] + bands[1]ₜ[s] yₜ₋₁[s-1] + bands[2]ₜ[s] yₜ₋₁[s-2]."""
    t, n, s = x.shape
    wide = np.zeros((t + 1, n, s + 2), x.dtype)
    for i in range(t):
        before, after = wide[i], wide[i + 1, :, 2:]
        after += x[i]
        for j in range(3):
            after += bands[j, i] * before[:, 2 - j : s + 2 - j]
    return wide[1:, :, 2:].copy()


OPS = {"banded_recurrence": banded_recurrence, "ctc_paths": ctc_paths}
