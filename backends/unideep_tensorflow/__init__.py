"""The TensorFlow backend."""

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from unideep_tensorflow.backend import BACKEND

    return BACKEND
