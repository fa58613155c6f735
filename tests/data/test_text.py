"""Characters as numbers, and the help that Python ships."""

import numpy as np
import pytest

import unideep as ud
from unideep.data import Characters, help_text
from unideep.errors import ArgumentError


def test_a_text_comes_back(backend: str) -> None:
    characters, text = Characters(), "while True:\n  print(1)"
    numbers = characters.encode(text)
    assert numbers.dtype == np.int64 and numbers.max() < len(characters) == 96
    assert characters.decode(numbers) == characters.decode(ud.np.array(numbers)) == text


def test_an_unknown_character_is_named() -> None:
    with pytest.raises(ArgumentError, match="'é'"):
        Characters().encode("café")


def test_pieces_are_the_text() -> None:
    train, test = help_text(33)
    assert train.dtype == test.dtype == np.int64
    assert train.shape[1] == test.shape[1] == 33
    assert len(train) > 10000 and 0.045 < len(test) / (len(train) + len(test)) <= 0.05
    both = np.concatenate([train, test])
    np.testing.assert_array_equal(both[:-1, -1], both[1:, 0])
    assert "assignment" in Characters().decode(both[:, 1:].reshape(-1))
