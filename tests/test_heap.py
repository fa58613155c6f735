"""The heap of the C library."""

from collections.abc import Iterator

import pytest

from unideep import heap


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    heap._library.cache_clear()
    yield
    heap._library.cache_clear()


def test_a_heap_that_the_user_has_set_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "2")
    assert heap._library() is None
    heap.keep_freed()
    heap.give_back()


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    assert heap._library() is None
    heap.give_back()
