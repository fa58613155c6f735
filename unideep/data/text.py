"""Characters as numbers, and a text without a download: the help that Python ships."""

from __future__ import annotations

from typing import Any

import numpy as np

from unideep.errors import ArgumentError

__all__ = ["Characters", "help_text"]

ASCII = "\n" + "".join(map(chr, range(32, 127)))


class Characters:
    """The vocabulary of a model that reads characters: each has its place in a string as number.

    Args:
        characters: Default: the 96 of ASCII, the end of a line first.

    Example:
        >>> characters = gluon.data.Characters("abc")
        >>> characters.encode("cab").tolist()
        [2, 0, 1]
        >>> characters.decode(np.array([2, 0, 1]))
        'cab'
    """

    def __init__(self, characters: str = ASCII) -> None:
        self._characters = characters
        self._numbers = {c: i for i, c in enumerate(characters)}

    def __len__(self) -> int:
        return len(self._characters)

    def encode(self, text: str) -> np.ndarray:
        """The numbers of the characters of `text`: (len(text),) int64.

        Raises:
            ArgumentError: a character is not in the vocabulary.
        """
        if unknown := sorted(set(text) - set(self._numbers)):
            raise ArgumentError(
                "the vocabulary lacks characters of the text.",
                got=repr("".join(unknown)),
                fix="leave them out of the text, or add them to the vocabulary.",
            )
        return np.array([self._numbers[c] for c in text], "int64")

    def decode(self, numbers: Any) -> str:
        """The text of an array (N,) of numbers, NumPy's or a tensor."""
        return "".join(self._characters[i] for i in numbers.tolist())


def help_text(length: int) -> tuple[np.ndarray, np.ndarray]:
    """Python's own help in pieces, to train and to test with; the last 5 % are for testing.

    It is the text of `help("assert")` and all other topics, some 465,000 characters; it changes a
    little from one version of Python to the next. Characters outside ASCII become "?".

    Args:
        length: Of a piece. The last character of a piece is the first of the next, so that
            the characters to predict, `pieces[:, 1:]`, are all those of the text.

    Returns:
        (N, length) and (M, length), int64: numbers of `Characters()`.

    Source:
        The module pydoc_data.topics of the standard library.
    """
    from pydoc_data.topics import topics  # half a megabyte: only for those who use it

    text = "\n".join(topics[name] for name in sorted(topics))
    text = text.encode("ascii", "replace").decode("ascii").replace("\t", " ")
    numbers = Characters().encode(text)
    count = (len(numbers) - 1) // (length - 1)
    starts = np.arange(count)[:, None] * (length - 1)
    pieces = numbers[starts + np.arange(length)]
    tested = max(1, count // 20)
    return pieces[:-tested], pieces[-tested:]
