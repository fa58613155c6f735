"""What language models share: the check of their input, and the choice of the next token."""

# B batch, T time, V vocabulary

from __future__ import annotations

import math
from typing import Any

from unideep import ops, random
from unideep.block import Parameter
from unideep.dispatch import as_tensor, scope
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.tensor import Tensor

__all__ = ["as_tokens", "check_choice", "check_tokens", "choose"]


def as_tokens(tokens: Any, table: Parameter) -> Tensor:
    """The start of a text, as a tensor of int64 beside the table of embeddings.

    Raises:
        DTypeError, ShapeError: see `check_tokens`; there is no first token.
    """
    found = as_tensor(tokens, backend=table.data()._backend)
    if not found.size:
        raise ShapeError(
            "a text goes on from one token at least.",
            got=f"a prompt {found.shape}",
            fix="begin with a token that stands for the start of a text.",
        )
    check_tokens(found, (table.shape or (0,))[0])
    return found.astype("int64", copy=False)  # a narrower dtype may not hold the next tokens


def check_tokens(tokens: Tensor, vocabulary: int) -> None:
    """Complain about what is no batch of tokens. A compiled step knows the shape alone.

    Raises:
        DTypeError: they are no integers.
        ShapeError: they are not (B, T).
        ArgumentError: one lies outside the vocabulary.
    """
    if tokens.dtype.kind not in "iu":
        raise DTypeError("tokens are integers.", got=f"{tokens.shape} {tokens.dtype}")
    if tokens.ndim != 2:
        raise ShapeError(
            "texts are (batch, time).", got=f"{tokens.shape}", fix="one text is tokens[None]."
        )
    if scope.capture is not None or not tokens.size:
        return
    values = tokens.asnumpy()  # on a CPU this costs less than two operations
    least, greatest = values.min(), values.max()
    if least < 0 or greatest >= vocabulary:
        raise ArgumentError(
            f"the vocabulary has the tokens 0 to {vocabulary - 1}.",
            got=f"tokens from {least} to {greatest}",
        )


def check_choice(length: int, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> None:
    """Complain about settings of a generation that mean nothing.

    Raises:
        ArgumentError: see the conditions.
    """
    for name, value, is_wrong, wanted in (
        ("length", length, length < 0, "0 or more tokens"),
        ("temperature", temperature, not 0 <= temperature < math.inf, "0 (greedy) or more"),
        ("top_k", top_k, top_k < 0, "a number of tokens, or 0 for all"),
        ("top_p", top_p, not 0 < top_p <= 1, "a probability above 0, or 1 for all"),
    ):
        if is_wrong:
            raise ArgumentError(f"{name} is {value}.", fix=f"{wanted}.")


def choose(
    logits_BV: Tensor, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0
) -> Tensor:
    """The next token of each text: (B,), int64.

    Args:
        temperature: What the logits are divided by; 0 takes the most probable token.
        top_k: Only the k most probable tokens take part, and those as probable as the last of them.
        top_p: Only the most probable tokens take part, as many as are needed for this probability.

    Source:
        top_k: Fan et al., 2018, arXiv:1805.04833; top_p: Holtzman et al., 2019, arXiv:1904.09751.
    """
    if not temperature:
        return ops.argmax(logits_BV, axis=-1)
    logits_BV = logits_BV / temperature
    if 0 < top_k < logits_BV.shape[-1]:
        least_B1 = ops.sort(logits_BV, axis=-1)[:, -top_k, None]
        logits_BV = ops.where(logits_BV < least_B1, -math.inf, logits_BV)
    if top_p < 1:
        sorted_BV = ops.sort(logits_BV, axis=-1, descending=True)
        p_BV = ops.softmax(sorted_BV, -1)
        before_BV = ops.cumulative_sum(p_BV, axis=-1) - p_BV
        kept_BV = ops.where(before_BV < top_p, sorted_BV, math.inf)
        least_B1 = ops.min(kept_BV, axis=-1, keepdims=True)
        logits_BV = ops.where(logits_BV < least_B1, -math.inf, logits_BV)
    return random.categorical(logits_BV)
