"""What models that translate share."""

# B batch, S time of the source, V vocabulary

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unideep import autograd, nn, ops
from unideep.model_zoo.tokens import as_tokens, check_choice
from unideep.tensor import Tensor

__all__ = ["Step", "Translator"]

Step = Callable[[Tensor], Tensor]
"""From tokens (B, 1) to the logits of the next ones (B, 1, V)."""


class Translator(nn.HybridBlock):
    """Reads a source, then writes a target token by token."""

    embedding: nn.Embedding

    def __init__(self, padding: int) -> None:
        super().__init__()
        self._padding = padding

    def begin(self, source: Tensor, length: int) -> Step:
        """Read the source; what it returns goes on for at most `length` tokens."""
        raise NotImplementedError

    def translate(self, source: Any, length: int, start: int = 1, end: int = 2) -> Tensor:
        """The target, token by token, each the most probable one.

        Args:
            source: (B, S), integers.
            length: How many tokens at most.
            start, end: The tokens before the first one and after the last.

        Returns:
            (B, length), int64: without the start; padding follows the end.

        Raises:
            ArgumentError: length is negative, or a token lies outside the vocabulary.
            ShapeError: the source is empty.
        """
        check_choice(length)
        source_BS = as_tokens(source, self.embedding.weight)
        with autograd.pause():
            step = self.begin(source_BS, length)
            new = ops.fill(source_BS, shape=(source_BS.shape[0], 1), value=start, dtype="int64")
            ended, rest = new != start, new * 0 + self._padding
            found: list[Tensor] = []
            for done in range(length):
                new = ops.where(ended, self._padding, ops.argmax(step(new), axis=-1))
                found.append(new)
                ended = ops.logical_or(ended, new == end)
                if bool(ops.all(ended)):
                    found += [rest] * (length - done - 1)
                    break
        return ops.concat(found, 1) if found else rest[:, :0]
