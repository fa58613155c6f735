"""Native calls of common operations, one table an engine, for `overhead.py`.

Each takes the operands `t` (see `overhead.operands`) and calls what a user of the engine would.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

Operation = Callable[[Any], Any]

# Python's own syntax is the same on every engine and on UniDeep.
SYNTAX: dict[str, Operation] = {
    "add": lambda t: t.a + t.b,
    "add scalar": lambda t: t.a + 1.5,
    "add broadcast": lambda t: t.a + t.v,
    "subtract": lambda t: t.a - t.b,
    "multiply": lambda t: t.a * t.b,
    "divide": lambda t: t.a / t.b,
    "power": lambda t: t.a**2,
    "negative": lambda t: -t.a,
    "matmul": lambda t: t.a @ t.b,
    "less": lambda t: t.a < t.b,
    "getitem row": lambda t: t.a[2],
    "getitem slice": lambda t: t.a[1:5],
    "getitem two slices": lambda t: t.a[1:5, ::2],
    "getitem newaxis": lambda t: t.v[:, None],
}


def native_operations(engine: str) -> dict[str, Operation]:
    return SYNTAX | importlib.import_module(f"native.{engine}_operations").OPERATIONS
