"""Recurrent layers."""

from unideep.ops.recurrent import GATES
from unideep.testing.cases.case import Case, I, N

_T, _N, _C, _H = 4, 3, 2, 5


def _layer(mode: str, *lengths: object) -> Case:
    size = GATES[mode] * _H
    states = (N(_N, _H), N(_N, _H) if mode == "lstm" else None)
    weights = (N(size, _C), N(size, _H), N(size), N(size))
    return Case("recurrent", (N(_T, _N, _C), *states, *weights, *lengths), {"mode": mode}, slack=4)


CASES = [_layer(mode) for mode in GATES] + [_layer(m, I(_T + 1, _N)) for m in ("gru", "lstm")]
