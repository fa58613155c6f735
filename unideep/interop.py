"""Engine arrays in and out: which backend owns an array."""

from __future__ import annotations

import sys
from typing import Any

from unideep.backend import Backend, backend_names, current_backend, get_backend
from unideep.errors import BackendNotInstalledError, DTypeError

__all__ = ["backend_of"]


def backend_of(raw: Any) -> Backend:
    """The backend whose arrays `raw` is one of; the current one is asked first.

    Raises:
        DTypeError: no installed backend has arrays of that type.
    """
    current = current_backend()
    if isinstance(raw, current.raw_type):
        return current
    engine = type(raw).__module__.partition(".")[0]
    for name in sorted(backend_names(), key=lambda n: not engine.startswith(n)):
        try:
            backend = get_backend(name)
        except BackendNotInstalledError:
            continue
        if isinstance(raw, backend.raw_type):
            return backend
    raise DTypeError(
        f"{type(raw).__name__!r} is no array of an installed backend.",
        got=f"an object of module {sys.modules[type(raw).__module__].__name__!r}",
        fix="convert it with np.array.",
    )
