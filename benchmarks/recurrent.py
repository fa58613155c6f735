"""An LSTM and a GRU layer, forward and backward: UniDeep beside hand-written native code.

    python benchmarks/recurrent.py --engine torch --json results.jsonl

Without --engine each installed engine gets its turn.
"""

from __future__ import annotations

from functools import partial

from layers import Suite, main
from native import recurrent as workload

from unideep.gluon import rnn

SUITES = [
    Suite(
        name,
        "recurrent",
        lambda module, name=name: module.VARIANTS[name],
        partial(layer, workload.SIZE),
        lambda layer, x: layer(x),
        partial(workload.initial_weights, name),
        workload.inputs,
    )
    for name, layer in (("lstm", rnn.LSTM), ("gru", rnn.GRU))
]

if __name__ == "__main__":
    raise SystemExit(main("recurrent.py", __doc__, SUITES))
