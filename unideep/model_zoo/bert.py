"""BERT, an encoder that guesses the tokens which are hidden from it."""

# B batch, T time, V vocabulary, P positions, K token types, U units, F hidden_units, L layers

from __future__ import annotations

from unideep import nn, ops
from unideep.block import Parameter
from unideep.init import Normal
from unideep.model_zoo.tokens import check_tokens
from unideep.tensor import Tensor

__all__ = ["BERT"]

EPSILON = 1e-12


class BERT(nn.HybridBlock):
    """A Transformer encoder with a normalisation after each part, and a masked language model.

    (V + P + K + 2) U + L (4 U² + 2 U F + 9 U + F) + U² + 3 U + V parameters: 109,514,298 with the
    default sizes. A token costs L (4 U² + 2 U F + 2 T U) + U² + V U multiply-adds: 118 million in
    a text of 512.

    Args:
        vocabulary: V.
        max_length: P, the tokens of the longest text.
        units: U.
        num_layers: L.
        num_heads: Of each attention.
        hidden_units: F, of the feed-forward nets; 0 is 4 U.
        token_types: K: which of the sentences of a text a token belongs to.
        dropout: Probability of a zero, in training: in the embedding and after each part.

    Shape:
        tokens (B, T), integers -> logits (B, T, V).

    Raises:
        ArgumentError: a token lies outside the vocabulary (in eager calls).
        ShapeError: the text is longer than max_length.

    Example:
        >>> net = ud.model_zoo.get_model(
        ...     "bert", vocabulary=50, max_length=16, units=8, num_layers=2, num_heads=2)
        >>> net.initialize()
        >>> tokens = np.array([[1, 2, 3, 0]])
        >>> net(tokens, key_mask=tokens != 0).shape
        (1, 4, 50)

    Source:
        Devlin et al., 2018, arXiv:1810.04805. The table of embeddings is the output layer's
        weight as well.
    """

    def __init__(
        self,
        vocabulary: int = 30522,
        max_length: int = 512,
        units: int = 768,
        num_layers: int = 12,
        num_heads: int = 12,
        hidden_units: int = 0,
        token_types: int = 2,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        normal = Normal(0.02)
        self.embedding = nn.Embedding(vocabulary, units, weight_initializer=normal)
        self.token_types = nn.Embedding(token_types, units, weight_initializer=normal)
        self.positions = nn.LearnedPositionalEmbedding(max_length, units, weight_initializer=normal)
        self.norm = nn.LayerNorm(epsilon=EPSILON, in_channels=units)
        self.dropout = nn.Dropout(dropout)
        self.encoder = nn.TransformerEncoder(
            num_layers, units, num_heads, hidden_units=hidden_units, dropout=dropout,
            activation="gelu", epsilon=EPSILON,
        )  # fmt: skip
        self.hidden = nn.Dense(units, "gelu", flatten=False, in_units=units)
        self.hidden_norm = nn.LayerNorm(epsilon=EPSILON, in_channels=units)
        self.bias = Parameter("bias", shape=(vocabulary,), init="zeros")

    def forward(
        self, tokens: Tensor, token_types: Tensor | None = None, key_mask: Tensor | None = None
    ) -> Tensor:
        """The logits; the arguments are those of `encode`."""
        h_BTU = self.hidden_norm(self.hidden(self.encode(tokens, token_types, key_mask)))
        return ops.fully_connected(h_BTU, self.embedding.weight.data(), self.bias.data())

    def encode(
        self, tokens: Tensor, token_types: Tensor | None = None, key_mask: Tensor | None = None
    ) -> Tensor:
        """A vector for each token (B, T, U), for other tasks than guessing it.

        Args:
            token_types: (B, T), integers; default 0.
            key_mask: (B, T) booleans, True for tokens that are no padding.
        """
        check_tokens(tokens, (self.embedding.weight.shape or (0,))[0])
        if token_types is None:
            types = self.token_types.weight.data()[0]
        else:
            check_tokens(token_types, (self.token_types.weight.shape or (0,))[0])
            types = self.token_types(token_types)
        x_BTU = self.positions(self.embedding(tokens) + types)
        return self.encoder(self.dropout(self.norm(x_BTU)), key_mask=key_mask)
