"""The TensorFlow backend."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator

from unideep.backend import Backend


def load() -> Backend:
    """The one instance."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    with _stderr_held_back():
        from unideep_tensorflow.backend import BACKEND

    return BACKEND


@contextlib.contextmanager
def _stderr_held_back() -> Iterator[None]:
    """Keep what TensorFlow's C++ logs while it is imported, which no setting stops; show it if
    the import fails."""
    with tempfile.TemporaryFile() as log:
        sys.stderr.flush()
        stderr = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield
        except BaseException:
            log.seek(0)
            os.write(stderr, log.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
