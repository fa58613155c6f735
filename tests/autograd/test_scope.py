"""The recording and training flags."""

import threading

import pytest

import unideep as ud
from unideep import autograd, np


def flags() -> tuple[bool, bool]:
    return autograd.is_recording(), autograd.is_training()


def test_record_trains_by_default_and_restores() -> None:
    assert flags() == (False, False)
    with autograd.record():
        assert flags() == (True, True)
        with autograd.pause():
            assert flags() == (False, False)
        with autograd.predict_mode():
            assert flags() == (True, False)
        assert flags() == (True, True)
    with autograd.record(train_mode=False):
        assert flags() == (True, False)
    with autograd.train_mode():
        assert flags() == (False, True)
    assert flags() == (False, False)


def test_an_exception_restores_the_flags() -> None:
    with pytest.raises(ValueError, match="boom"), autograd.record():
        raise ValueError("boom")
    assert flags() == (False, False)


def test_scopes_are_re_entrant_and_belong_to_their_thread() -> None:
    scope = autograd.record()
    seen: list[tuple[bool, bool]] = []
    with scope, scope:
        thread = threading.Thread(target=lambda: seen.append(flags()))
        thread.start()
        thread.join()
        assert flags() == (True, True)
    assert seen == [(False, False)]
    assert flags() == (False, False)


def test_setters_return_the_previous_state() -> None:
    assert autograd.set_training(True) is False
    assert autograd.set_training(False) is True
    assert autograd.set_recording(True) is False
    assert autograd.set_recording(False) is True


def test_pause_inside_record_gives_untracked_values(backend: str) -> None:
    x = np.array([1.0, 2.0])
    x.attach_grad()
    with autograd.record():
        y = x * 2
        with autograd.pause():
            z = y * 3
        loss = (y * z).sum()
    loss.backward()
    assert x.grad.tolist() == [12.0, 24.0]  # 2 z, z constant


def test_nothing_is_recorded_outside(backend: str) -> None:
    x = np.array([1.0, 2.0])
    x.attach_grad()
    y = (x * x).sum()
    with pytest.raises(ud.errors.GradientError, match="record"):
        y.backward()
