"""Expert baselines, written by hand against each engine alone.

A module `native.<engine>_<model>` of the suite offers `VARIANTS`: name -> `build(task)`, a
`program.Program`. Variants may store weights and images as the engine likes them best: the loss
curve is the contract. The modules of one layer (attention, recurrent, dropout, operations) say in
`layers.py` and `overhead.py` what they offer.
"""

from __future__ import annotations

import importlib
from typing import Any

from program import Weights

__all__ = ["Weights", "load"]


def load(engine: str, model: str) -> Any:
    return importlib.import_module(f"native.{engine}_{model}")
