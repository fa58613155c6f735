"""All exceptions of UniDeep. Each says what is wrong, what was received, and what to do.

UniDeepError(Exception)
|-- ShapeError(ValueError)                 shapes do not fit an operation or a layer
|   `-- AxisError(IndexError)              an axis out of range
|-- DTypeError(TypeError)                  a dtype that an operation does not take
|-- LinAlgError(numpy's own, ValueError)   a singular matrix, an iteration that does not converge
|-- DeviceError(ValueError)                unknown or missing device
|-- BackendError
|   |-- BackendNotInstalledError(ImportError)
|   |-- UnknownBackendError(ValueError)
|   |-- MixedBackendError                  tensors of two backends in one call
|   `-- UnsupportedOpError(NotImplementedError)
|-- UnknownNameError(ValueError)           a name that a registry does not hold
|-- DeferredInitializationError            a parameter read before its shape is known
|-- UninitializedParameterError            a parameter read before initialize()
|-- GradientError                          no graph, freed graph, no leaf, stale gradient
|-- CompileError                           a step that cannot be captured
|-- CheckpointError                        a file that is corrupt or does not match
|-- DataError(ValueError)                  a data set's file that is corrupt or of another format
`-- DownloadError(OSError)                 a file that cannot be had, or not as it was published
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

import numpy as _np

__all__ = [
    "ArgumentError",
    "AxisError",
    "BackendError",
    "BackendNotInstalledError",
    "CheckpointError",
    "CompileError",
    "DTypeError",
    "DataError",
    "DeferredInitializationError",
    "DeviceError",
    "DownloadError",
    "GradientError",
    "LinAlgError",
    "MixedBackendError",
    "ShapeError",
    "UniDeepError",
    "UninitializedParameterError",
    "UnknownBackendError",
    "UnknownNameError",
    "UnsupportedOpError",
]


class UniDeepError(Exception):
    """Root of the hierarchy.

    Args:
        what: What is wrong, one sentence.
        got: What was received (shapes, dtypes, values).
        fix: What the caller can do about it.

    Attributes:
        where: The Block in which it happened, with its path.
        is_of_engine: Whether an engine's failure is behind it.
    """

    def __init__(self, what: str, *, got: str = "", fix: str = "") -> None:
        self.what, self.got, self.fix = what, got, fix
        self.where = ""
        self.is_of_engine = False
        super().__init__(what)

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        lines = [where + self.what]
        if self.got:
            lines.append(f"  Got {self.got}.")
        if self.fix:
            lines.append(f"  Fix: {self.fix}")
        return "\n".join(lines)


class ArgumentError(UniDeepError, ValueError):
    """A value that an argument does not take."""


class ShapeError(UniDeepError, ValueError):
    """Shapes do not fit an operation or a layer."""


class AxisError(ShapeError, IndexError):
    """An axis out of range: a ValueError and an IndexError, as NumPy's."""


class DTypeError(UniDeepError, TypeError):
    """A dtype that an operation does not take."""


class LinAlgError(UniDeepError, _np.linalg.LinAlgError):
    """A matrix that is singular, or not positive definite, where that has no result."""


class DeviceError(UniDeepError, ValueError):
    """An unknown or missing device."""


class BackendError(UniDeepError):
    """Something about a backend."""


class BackendNotInstalledError(BackendError, ImportError):
    """The engine behind a known backend cannot be imported."""


class UnknownBackendError(BackendError, ValueError):
    """No backend of that name is registered."""


class MixedBackendError(BackendError):
    """Tensors of two backends met in one call."""


class UnsupportedOpError(BackendError, NotImplementedError):
    """The backend does not supply an operation."""


class UnknownNameError(UniDeepError, ValueError):
    """A registry (optimizers, initializers, ...) does not hold that name."""


class DeferredInitializationError(UniDeepError, RuntimeError):
    """A parameter was read before its shape is known."""


class UninitializedParameterError(UniDeepError, RuntimeError):
    """A parameter was read before `initialize()`."""


class GradientError(UniDeepError, RuntimeError):
    """Backward without a graph, on a freed graph, without a leaf, or a stale gradient."""


class CompileError(UniDeepError, RuntimeError):
    """A step that cannot be captured."""


class CheckpointError(UniDeepError, ValueError):
    """A weights file that is corrupt or does not match the net."""


class DataError(UniDeepError, ValueError):
    """A data set's file that is corrupt or of another format."""


class DownloadError(UniDeepError, OSError):
    """A file that cannot be had, or not as it was published."""


def known_names(name: str, known: Iterable[str]) -> str:
    """The sentence that lists the known names and suggests the nearest to `name`."""
    names = sorted(known)
    nearest = difflib.get_close_matches(str(name).lower(), names, n=1, cutoff=0.5)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"{hint}Known: {', '.join(names)}."


def check_one_of(name: str, value: object, choices: Collection[object]) -> None:
    """Refuse what an argument of a few values does not take.

    Raises:
        ArgumentError: lists what it takes.
    """
    if value not in choices:
        *others, last = map(repr, choices)
        raise ArgumentError(f"{name} is {value!r}.", fix=f"use {', '.join(others)} or {last}.")
