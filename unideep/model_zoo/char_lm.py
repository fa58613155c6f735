"""A language model of recurrent layers, as used for characters."""

# B batch, T time, V vocabulary, E embedding_size, H hidden_size, L layers

from __future__ import annotations

from typing import Any

from unideep import autograd, nn, ops, rnn
from unideep.errors import check_one_of
from unideep.model_zoo.tokens import as_tokens, check_choice, check_tokens, choose
from unideep.tensor import Tensor

__all__ = ["CharLM"]

LAYERS = {"lstm": (rnn.LSTM, 4), "gru": (rnn.GRU, 3)}
"""Name -> layer and its number of gates."""


class CharLM(nn.HybridBlock):
    """Embedding, recurrent layers, a dense layer.

    V E + g H (E + H + 2) + (L - 1) g H (2 H + 2) + V (H + 1) parameters with g = 4 gates for an
    LSTM, 3 for a GRU: 370,816 and 288,384 with the default sizes. A token costs as many
    multiply-adds, less V E and the biases.

    Args:
        vocabulary: V.
        embedding_size: E.
        hidden_size: H.
        num_layers: L.
        cell: "lstm" or "gru".
        dropout: Probability of a zero before, between and after the recurrent layers, in training.

    Shape:
        tokens (B, T), integers -> logits (B, T, V): those at t are of token t + 1.
        With states also the last ones: a list of (L, B, H), two for an LSTM.

    Raises:
        ArgumentError: a token lies outside the vocabulary (in eager calls).

    Example:
        >>> net = ud.model_zoo.get_model("char_lm", vocabulary=30, hidden_size=16)
        >>> net.initialize()
        >>> logits, states = net(np.array([[1, 2, 3]]), net.begin_state(1))
        >>> logits.shape
        (1, 3, 30)
        >>> net.sample(np.array([[1, 2, 3]]), length=5).shape
        (1, 8)

    Source:
        Graves, 2013, arXiv:1308.0850, section 3.
    """

    def __init__(
        self,
        vocabulary: int = 128,
        embedding_size: int = 64,
        hidden_size: int = 256,
        num_layers: int = 1,
        cell: str = "lstm",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        check_one_of("cell", cell, LAYERS)
        layer, _ = LAYERS[cell]
        self.embedding = nn.Embedding(vocabulary, embedding_size)
        self.dropout = nn.Dropout(dropout)
        self.layers = layer(hidden_size, num_layers, "NTC", dropout, input_size=embedding_size)
        self.output = nn.Dense(vocabulary, flatten=False, in_units=hidden_size)

    def forward(self, tokens: Tensor, states: list[Tensor] | None = None) -> Any:
        """The logits; with the last states as well where first ones are given."""
        check_tokens(tokens, (self.embedding.weight.shape or (0,))[0])
        x_BTE = self.dropout(self.embedding(tokens))
        if states is None:
            return self.output(self.dropout(self.layers(x_BTE)))
        y_BTH, last = self.layers(x_BTE, states)
        return self.output(self.dropout(y_BTH)), last

    def begin_state(self, batch_size: int) -> list[Tensor]:
        """States of zeros, for the start of a text."""
        return self.layers.begin_state(batch_size)

    def sample(
        self,
        prompt: Any,
        length: int,
        temperature: float = 1.0,
        top_k: int = 0,
        top_p: float = 1.0,
    ) -> Tensor:
        """The prompt and the tokens that the model adds to it, one after the other.

        Args:
            prompt: (B, T), integers.
            length: How many tokens to add.
            temperature: Above 1 is more daring, below less; 0 takes the most probable token.
            top_k, top_p: Only the k most probable tokens take part, or only as many of these as
                reach the probability p; 0 and 1 leave all.

        Returns:
            (B, T + length), int64.

        Raises:
            ArgumentError: a setting that means nothing, or a token outside the vocabulary.
            ShapeError: an empty prompt.
        """
        check_choice(length, temperature, top_k, top_p)
        text = new = as_tokens(prompt, self.embedding.weight)
        states = self.begin_state(text.shape[0])
        found = [text]
        with autograd.pause():
            for _ in range(length):
                logits_BTV, states = self(new, states)
                new = choose(logits_BTV[:, -1], temperature, top_k, top_p)[:, None]
                found.append(new)
        return ops.concat(found, 1)
