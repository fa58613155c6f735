"""The NumPy backend: the embedded default, and the oracle of all others in float64."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    from unideep_numpy.backend import BACKEND
    from unideep_numpy.memory import keep_freed_memory

    keep_freed_memory()
    return BACKEND
