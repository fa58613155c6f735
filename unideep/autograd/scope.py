"""The two flags of a thread, recording and training, and the scopes that set them."""

from __future__ import annotations

from types import TracebackType

from unideep.dispatch import scope

__all__ = [
    "is_recording", "is_training", "pause", "predict_mode", "record", "set_recording",
    "set_training", "train_mode",
]  # fmt: skip


class _Flags:
    """Sets the flags that are not None, and restores both on exit. Re-entrant."""

    def __init__(self, recording: bool | None, training: bool | None) -> None:
        self._recording, self._training = recording, training
        self._saved: list[tuple[bool, bool, bool]] = []

    def __enter__(self) -> None:
        opens = bool(self._recording) and scope.tapes is None
        self._saved.append((scope.recording, scope.training, opens))
        if opens:
            scope.tapes = {}
        if self._recording is not None:
            scope.recording = self._recording
            scope.settle()
        if self._training is not None:
            scope.training = self._training

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        scope.recording, scope.training, opened = self._saved.pop()
        scope.settle()
        if opened:
            _close_tapes()


def _close_tapes() -> None:
    tapes, scope.tapes = scope.tapes, None
    for tape in reversed(list((tapes or {}).values())):
        tape.stop()


def record(train_mode: bool = True) -> _Flags:
    """Record what is computed inside, in training mode unless `train_mode` is False.

    Example:
        >>> from unideep import autograd, np
        >>> x = np.array([1.0, 2.0])
        >>> x.attach_grad()
        >>> with autograd.record():
        ...     y = (x * x).sum()
        >>> y.backward()
        >>> x.grad.tolist()
        [2.0, 4.0]
    """
    return _Flags(True, train_mode)


def pause(train_mode: bool = False) -> _Flags:
    """Do not record what is computed inside, in inference mode unless `train_mode`."""
    return _Flags(False, train_mode)


def train_mode() -> _Flags:
    """Training mode inside: Dropout drops, BatchNorm uses the batch. Recording stays as it is."""
    return _Flags(None, True)


def predict_mode() -> _Flags:
    """Inference mode inside. Recording stays as it is."""
    return _Flags(None, False)


def is_recording() -> bool:
    """Whether this thread records."""
    return scope.recording


def is_training() -> bool:
    """Whether this thread is in training mode."""
    return scope.training


def set_recording(is_record: bool) -> bool:
    """Switch recording; returns the previous state. Prefer `record()`."""
    before = scope.recording
    if is_record and scope.tapes is None:
        scope.tapes = {}
    scope.recording = is_record
    scope.settle()
    if before and not is_record:
        _close_tapes()
    return before


def set_training(train: bool) -> bool:
    """Switch training mode; returns the previous state. Prefer `train_mode()`."""
    before, scope.training = scope.training, train
    return before
