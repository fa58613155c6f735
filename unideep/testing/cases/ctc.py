"""Connectionist temporal classification."""

from typing import Any

import numpy as _np

from unideep import ops
from unideep.testing.cases.case import B, Make, N, attrs, rows


def _fixed(*values: Any) -> Make:
    return lambda rng: _np.array(values)


def reached(op: Any, *args: Any) -> Any:
    """Paths into states that have any; the others hold no number of interest."""
    y = op(*args)
    return ops.where(y > -1e29, y, 0.0)


_LABELS = _fixed((1, 2), (3, 3), (2, 1))

CASES = [
    *attrs("ctc_loss", (N(6, 3, 4), _LABELS, _fixed(6, 5, 3), _fixed(2, 2, 1)), {}, slack=4.0),
    *attrs("ctc_loss", (N(4, 3, 4), _LABELS), {}, slack=4.0),
    *attrs("ctc_loss", (N(4, 2, 3), _fixed((0, 1, 1), (1, -1, -1)), None, _fixed(2, 0)),
            {"blank": 2}, slack=4.0),
    *rows("ctc_paths", N(4, 2, 5), B(2, 5), around=reached, slack=4.0),
    *rows("banded_recurrence", N(4, 2, 5), N(3, 4, 2, 5), slack=4.0),
]  # fmt: skip
