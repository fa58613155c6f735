"""Connectionist temporal classification: labels of a sequence without their places in time.

A path gives each step a label or the blank; it reads as what is left when repetitions, then blanks
are taken out. The loss sums over all paths that read as the label, state by state: the states are
the labels with a blank before, between and behind them.
"""

# T time, N batch, K classes with the blank, L length of labels, S states: 2 L + 1

from __future__ import annotations

from unideep import ops
from unideep.op import Index, composite
from unideep.tensor import Tensor

__all__ = ["banded_recurrence", "ctc_loss", "ctc_paths"]

LOW = -1e30
"""The logarithm of no probability: finite, so that differences of two are numbers."""


@composite(to_float=True)
def ctc_loss(
    logits: Tensor,
    labels: Index,
    lengths: Index | None = None,
    label_lengths: Index | None = None,
    /,
    blank: int = 0,
) -> Tensor:
    """-log p(label) with p = softmax(logits), summed over all places of the labels in time.

    A label that no path of its length can read costs infinity, and has no gradient.

    Args:
        lengths: How many steps each item has, at least 1; None: all T.
        label_lengths: How many labels each item has; None: all L. What follows is not read.
        blank: The class that stands for no label.

    Shape:
        logits (T, N, K), labels (N, L), lengths (N,), label_lengths (N,) -> (N,).

    Source:
        Graves et al., 2006, "Connectionist temporal classification".
    """
    dtype = logits.dtype
    log_p_TNK = ops.log_softmax(logits.astype("float32") if dtype.itemsize < 4 else logits, -1)
    t, n, _ = logits.shape
    item_N = ops.iota(logits, length=n, dtype="int64")
    last_N = item_N * 0 + t if lengths is None else lengths.astype("int64", copy=False)
    count_N = item_N * 0 + labels.shape[1] if label_lengths is None else label_lengths
    count_N = count_N.astype("int64", copy=False)
    states_NS, jumps_NS = _states(labels.astype("int64", copy=False), count_N, blank)
    emitted_TNS = log_p_TNK[:, ops.expand_dims(item_N, 1), states_NS]
    paths_TNS = ctc_paths(emitted_TNS, jumps_NS)
    in_blank = paths_TNS[last_N - 1, item_N, 2 * count_N]
    in_label = paths_TNS[last_N - 1, item_N, ops.maximum(2 * count_N - 1, 0)]
    ends_2N = ops.stack([in_blank, ops.where(count_N > 0, in_label, LOW)])
    loss = -ops.logsumexp(ends_2N, 0)
    return ops.where(loss < -0.1 * LOW, loss, float("inf")).astype(dtype, copy=False)


def _states(labels_NL: Tensor, count_N: Tensor, blank: int) -> tuple[Tensor, Tensor]:
    """The class of each state, and whether the blank before it may be left out."""
    n, length = labels_NL.shape
    is_label_NL = ops.iota(labels_NL, length=length, dtype="int64") < ops.expand_dims(count_N, 1)
    labels_NL = ops.where(is_label_NL, labels_NL, blank)
    before_NL = ops.pad(labels_NL[:, :-1], ((0, 0), (1, 0)), constant_values=blank)
    pairs_NL2 = ops.stack([ops.full_like(labels_NL, blank), labels_NL], -1)
    jumps_NL2 = ops.stack([ops.full_like(is_label_NL, False), labels_NL != before_NL], -1)
    ends = ((0, 0), (0, 1))
    states_NS = ops.pad(ops.reshape(pairs_NL2, (n, -1)), ends, constant_values=blank)
    return states_NS, ops.pad(ops.reshape(jumps_NL2, (n, -1)), ends, constant_values=False)


def _transposed(g_TNS: Tensor, bands_3TNS: Tensor) -> Tensor:
    """The adjoint of `banded_recurrence`: the same, backward in time and from the last state."""
    later = [
        ops.pad(b[1:, :, i:], ((0, 1), (0, 0), (0, i)))
        for i, b in enumerate(ops.unstack(bands_3TNS))
    ]
    bands = ops.stack([ops.flip(b, (0, 2)) for b in later])
    return ops.flip(banded_recurrence(ops.flip(g_TNS, (0, 2)), bands), (0, 2))


def _shifted(wide: Tensor) -> list[Tensor]:
    """What stays in its state, comes from the one before, and from two before."""
    return [wide[..., 2:], wide[..., 1:-1], wide[..., :-2]]


@composite(
    lambda g, y, x, bands: _transposed(g, bands),
    lambda g, y, x, bands: ops.stack(
        [_transposed(g, bands) * v for v in _shifted(ops.pad(y, ((1, 0), (0, 0), (2, 0)))[:-1])]
    ),
)
def banded_recurrence(x: Tensor, bands: Tensor, /) -> Tensor:
    """yₜ[s] = xₜ[s] + bands[0]ₜ[s] yₜ₋₁[s] + bands[1]ₜ[s] yₜ₋₁[s-1] + bands[2]ₜ[s] yₜ₋₁[s-2].

    Shape:
        x (T, N, S), bands (3, T, N, S) -> like x.
    """
    y = ops.zeros_like(x[0])
    steps: list[Tensor] = []
    for t, x_NS in enumerate(ops.unstack(x)):
        parts = _shifted(ops.pad(y, ((0, 0), (2, 0))))
        y = x_NS + sum(
            band * part for band, part in zip(ops.unstack(bands[:, t]), parts, strict=True)
        )
        steps.append(y)
    return ops.stack(steps)


def _entry(low_NS: Tensor) -> Tensor:
    """Before the first step: two states more in front, with all paths in the second."""
    wide = ops.pad(low_NS, ((0, 0), (1, 0)), constant_values=0.0)
    return ops.pad(wide, ((0, 0), (1, 0)), constant_values=LOW)


def _shares(paths_TNS: Tensor, emitted_TNS: Tensor, jumps_NS: Tensor) -> Tensor:
    """How much of the paths into a state comes from each of the three: bands."""
    wide = ops.pad(paths_TNS[:-1], ((0, 0), (0, 0), (2, 0)), constant_values=LOW)
    entry = ops.expand_dims(_entry(ops.full_like(paths_TNS[0], LOW)), 0)
    stay, one, two = _shifted(ops.concat([entry, wide]))
    ways = ops.stack([stay, one, ops.where(jumps_NS, two, LOW)])
    return ops.exp(ops.minimum(ways + emitted_TNS - paths_TNS, 0.0))


@composite(lambda g, y, x, jumps: _transposed(g, _shares(y, x, jumps)), None)
def ctc_paths(emitted: Tensor, jumps: Index, /) -> Tensor:
    """The log-probability of all paths that end in each state, at each step.

    Args:
        emitted: The log-probability of each state's class.
        jumps: Whether a path may come from two states before, and leave out a blank.

    Shape:
        emitted (T, N, S), jumps (N, S) -> (T, N, S).
    """
    wide = _entry(ops.full_like(emitted[0], LOW))
    steps: list[Tensor] = []
    for emitted_NS in ops.unstack(emitted):
        stay, one, two = _shifted(wide)
        two = ops.where(jumps, two, LOW)
        steps.append(ops.logaddexp(ops.logaddexp(stay, one), two) + emitted_NS)
        wide = ops.pad(steps[-1], ((0, 0), (2, 0)), constant_values=LOW)
    return ops.stack(steps)
