"""Activation."""

import numpy as _np

from unideep.testing.cases.case import Case, N, attrs, rows

CASES = [
    *rows("relu leaky_relu sigmoid softplus log_sigmoid softsign silu mish elu selu gelu", N(3, 4)),
    *attrs("leaky_relu", (N(3, 4),), {"slope": 0.2}),
    *attrs("elu", (N(3, 4),), {"alpha": 0.5}),
    *attrs("gelu", (N(3, 4),), {"approximation": "tanh"}),
    *[
        c
        for op in ("softmax", "log_softmax", "logsumexp")
        for c in attrs(op, (N(2, 3, 4),), {}, {"axis": 0}, {"axis": 1})
    ],
    *attrs("logsumexp", (N(2, 3),), {"keepdims": True}),
    *rows("sigmoid softplus", lambda rng: _np.array([-200.0, -1.0, 0.5, 200.0])),
    Case("activation", (N(3, 4), "tanh")),
]
