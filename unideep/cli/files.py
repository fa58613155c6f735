"""Files of results: each is written aside, then renamed, so no reader meets half of one."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

__all__ = ["write_aside", "write_json"]


def write_aside(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` fill a file beside `path`, then give it its name."""
    aside = path.with_name(f".{os.getpid()}.{path.name}")  # keeps the suffix: it tells the format
    try:
        write(aside)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """JSON with null where a number is not finite, as the standard has no NaN."""
    text = json.dumps(_finite(content), indent=1, allow_nan=False)
    write_aside(path, lambda aside: aside.write_text(text + "\n", encoding="utf-8"))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
