"""A step that is run as it is, behind the interface of a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any


class Replay:
    """Calls `pure` itself."""

    def __init__(self, pure: Callable[..., Sequence[Any]]) -> None:
        self._pure = pure
        self.report: dict[str, Any] = {"engine": "eager"}

    def __call__(self, raws: list[Any]) -> Sequence[Any]:
        return self._pure(raws)
