"""The NumPy backend: the embedded default, and the oracle of all others in float64."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    from unideep.heap import keep_freed
    from unideep_numpy.backend import BACKEND

    keep_freed()
    return BACKEND
