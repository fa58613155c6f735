"""The PyTorch backend."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    from unideep_torch.backend import BACKEND

    return BACKEND
