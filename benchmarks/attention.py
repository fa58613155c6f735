"""A pre-norm encoder layer, forward and backward: UniDeep beside hand-written native code.

    python benchmarks/attention.py --engine torch --json results.jsonl

Without --engine each installed engine gets its turn.
"""

from __future__ import annotations

from layers import Suite, main
from native import attention as workload

from unideep.gluon import nn

SUITE = Suite(
    "encoder layer",
    "attention",
    lambda module: module.VARIANTS,
    lambda: nn.TransformerEncoderCell(
        workload.UNITS, workload.HEADS, workload.HIDDEN, activation="gelu", pre_norm=True
    ),
    lambda layer, x: layer(x, is_causal=True),
    workload.initial_weights,
    workload.inputs,
)

if __name__ == "__main__":
    raise SystemExit(main("attention.py", __doc__, [SUITE]))
