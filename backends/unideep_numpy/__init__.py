"""The NumPy backend: the embedded default, and the oracle of all others in float64."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    from unideep_numpy.backend import BACKEND

    return BACKEND
