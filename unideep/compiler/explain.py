"""What a compiled step tells about itself."""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

__all__ = ["History", "calling_line"]


def calling_line() -> str:
    """`file.py:12` of the innermost line that is not UniDeep's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith("unideep"):
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return "an unknown line"


@dataclass
class Version:
    """One signature of a step."""

    signature: str
    cause: str
    calls: int = 0
    compile_s: float = 0.0
    report: dict[str, Any] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """This version, for people."""
        facts = ", ".join(f"{k} {v}" for k, v in self.report.items())
        state = f"compiled in {self.compile_s:.2f} s ({facts})" if facts else "ran eagerly so far"
        return [f"  {self.signature}", f"    because {self.cause}; {self.calls} calls; {state}"]


@dataclass
class History:
    """All signatures of a step, in the order in which they came."""

    name: str
    versions: list[Version] = field(default_factory=list)
    warned: bool = False

    def __str__(self) -> str:
        head = f"{self.name}: {len(self.versions)} signatures"
        return "\n".join([head, *(line for v in self.versions for line in v.lines())])

    @property
    def retraces(self) -> int:
        """How often a new signature came after the first."""
        return max(0, len(self.versions) - 1)

    @property
    def compile_s(self) -> float:
        """Seconds spent in tracing and compiling."""
        return sum(v.compile_s for v in self.versions)
