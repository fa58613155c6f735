"""Every setting that an environment variable can make, in one table.

| variable        | default          | meaning                                           |
|-----------------|------------------|---------------------------------------------------|
| UNIDEEP_BACKEND | numpy            | backend of new tensors: an entry point's name     |
| UNIDEEP_DEVICE  | auto             | device of new tensors: auto, cpu, gpu, gpu:1      |
| UNIDEEP_COMPILE | 1                | 0 runs every `ud.compile` and `hybridize` eagerly |
| UNIDEEP_HOME    | ~/.cache/unideep | where downloaded data sets are kept               |
"""

from __future__ import annotations

import os

__all__ = ["defaults", "setting"]

_DEFAULTS = {"backend": "numpy", "device": "auto", "compile": "1", "home": "~/.cache/unideep"}


def setting(name: str) -> str:
    """The value of `UNIDEEP_<NAME>`, or its default. Read when asked, so tests can change it."""
    return os.environ.get(f"UNIDEEP_{name.upper()}") or _DEFAULTS[name]


def defaults() -> dict[str, str]:
    """All settings with their defaults, by name."""
    return dict(_DEFAULTS)
