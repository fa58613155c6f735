"""GPT-2, a language model of one decoder."""

# B batch, T time, V vocabulary, P positions, U units, L layers

from __future__ import annotations

import math
from typing import Any

from unideep import autograd, nn, ops
from unideep.errors import ShapeError
from unideep.init import Normal
from unideep.model_zoo.tokens import as_tokens, check_choice, check_tokens, choose
from unideep.nn.attention import KeyValueCache
from unideep.tensor import Tensor

__all__ = ["GPT"]

SIGMA = 0.02
"""Standard deviation of the initial weights."""


class GPT(nn.HybridBlock):
    """A Transformer decoder with a normalisation before each part, and learned positions.

    V U + P U + L (12 U² + 13 U) + 2 U parameters: 124,439,808 with the default sizes. A token costs
    L (12 U² + 2 T U) + V U multiply-adds: 142 million where it sees 1024 tokens.

    Weights begin as those of GPT-2, whatever `initialize` is given: normal with standard deviation
    0.02, those of positions with 0.01, and of the layers that end a residual branch with
    0.02 / √(2 L).

    Args:
        vocabulary: V.
        max_length: P, the tokens of the longest text.
        units: U.
        num_layers: L.
        num_heads: Of each attention.
        dropout: Probability of a zero, in training: in the embedding and after each part.

    Shape:
        tokens (B, T), integers -> logits (B, T, V): those at t are of token t + 1.

    Raises:
        ArgumentError: a token lies outside the vocabulary (in eager calls).
        ShapeError: the text is longer than max_length.

    Example:
        >>> net = ud.model_zoo.get_model(
        ...     "gpt", vocabulary=50, max_length=16, units=8, num_layers=2, num_heads=2)
        >>> net.initialize()
        >>> net(np.array([[1, 2, 3]])).shape
        (1, 3, 50)
        >>> net.generate(np.array([[1, 2, 3]]), length=5, temperature=0).shape
        (1, 8)

    Source:
        Radford et al., 2019, "Language models are unsupervised multitask learners". The table of
        embeddings is the output layer's weight as well.
    """

    def __init__(
        self,
        vocabulary: int = 50257,
        max_length: int = 1024,
        units: int = 768,
        num_layers: int = 12,
        num_heads: int = 12,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        self._max_length = max_length
        self._cache: tuple[Any, list[KeyValueCache]] | None = None
        self.embedding = nn.Embedding(vocabulary, units, weight_initializer=Normal(SIGMA))
        self.positions = nn.LearnedPositionalEmbedding(
            max_length, units, weight_initializer=Normal(0.01)
        )
        self.dropout = nn.Dropout(dropout)
        self.decoder = nn.TransformerEncoder(
            num_layers, units, num_heads, dropout=dropout, activation=nn.GELU("tanh"), pre_norm=True
        )
        # 2 L branches add up in the residual stream: with this factor to the variance of one.
        usual, last = Normal(SIGMA), Normal(SIGMA / math.sqrt(2 * num_layers))
        for name, weight in self.decoder.collect_params(r".*\.weight").items():
            weight.init = last if name.endswith("out.weight") else usual

    def forward(self, tokens: Tensor, cache: list[KeyValueCache] | None = None) -> Tensor:
        """The logits.

        Args:
            cache: From `begin_cache`: the tokens go on after those in it.
        """
        table_VU = self.embedding.weight.data()
        check_tokens(tokens, table_VU.shape[0])
        first = 0 if cache is None else cache[0].position
        x_BTU = self.dropout(self.positions(self.embedding(tokens), first))
        y_BTU = self.decoder(x_BTU, is_causal=True, cache=cache)
        return ops.fully_connected(y_BTU, table_VU)

    def begin_cache(self, batch_size: int, length: int) -> list[KeyValueCache]:
        """An empty cache for `length` tokens."""
        return self.decoder.begin_cache(batch_size, length)

    def generate(
        self,
        prompt: Any,
        length: int,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
        use_cache: bool = True,
    ) -> Tensor:
        """The prompt and the tokens that the model adds to it, one after the other.

        Args:
            prompt: (B, T), integers.
            length: How many tokens to add.
            temperature: Above 1 is more daring, below less; 0 takes the most probable token.
            top_k, top_p: Only the k most probable tokens take part, or only as many of these as
                reach the probability p; 0 and 1 leave all.
            use_cache: Whether to keep the keys and values of earlier tokens. The result is the
                same without, and it takes longer.

        Returns:
            (B, T + length), int64.

        Raises:
            ArgumentError: a setting that means nothing, or a token outside the vocabulary.
            ShapeError: an empty prompt, or more than max_length tokens with it.
        """
        check_choice(length, temperature, top_k, top_p)
        text = new = as_tokens(prompt, self.embedding.weight)
        batch, total = text.shape[0], text.shape[1] + length
        if total > self._max_length:
            raise ShapeError(
                f"the table of positions ends at {self._max_length}.",
                got=f"a prompt {text.shape} and {length} more",
                fix=f"GPT(max_length={total}), or generate from the end of the text.",
            )
        with autograd.pause():
            cache = self._empty_cache(batch, total) if use_cache else None
            for _ in range(length):
                logits_BV = self(new if use_cache else text, cache)[:, -1]
                new = choose(logits_BV, temperature, top_k, top_p)[:, None]
                text = ops.concat([text, new], 1)
        return text

    def _empty_cache(self, batch: int, length: int) -> list[KeyValueCache]:
        """The last cache if it fits, so that a hybridized net is not compiled anew."""
        table = self.embedding.weight.data()
        kind = (batch, length, table.backend, table.dtype, table.device)
        if self._cache is None or self._cache[0] != kind:
            self._cache = kind, self.begin_cache(batch, length)
        for part in self._cache[1]:
            part.reset()
        return self._cache[1]
