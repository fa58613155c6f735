"""The Transformer that translates."""

# B batch, S time of the source, T time of the target, V vocabulary, U units, F hidden_units,
# L layers

from __future__ import annotations

import math
from typing import Any

from unideep import nn, ops
from unideep.init import Normal
from unideep.model_zoo.tokens import check_tokens
from unideep.model_zoo.translator import Step, Translator
from unideep.tensor import Tensor

__all__ = ["Transformer"]


class Transformer(Translator):
    """Encoder and decoder, with a normalisation after each part and positions as waves.

    V U + L (12 U² + 4 U F + 24 U + 2 F) parameters, where source and target share the vocabulary:
    63,082,496 with the default sizes. A token of the source costs L (4 U² + 2 U F + 2 S U)
    multiply-adds, one of the target L (8 U² + 2 U F + 2 (S + T) U) + V U.

    Args:
        vocabulary: V, of the source.
        target_vocabulary: Of the target; 0: they share their vocabulary, and its table.
        units: U.
        num_layers: L, of the encoder and of the decoder.
        num_heads: Of each attention.
        hidden_units: F, of the feed-forward nets; 0 is 4 U.
        dropout: Probability of a zero, in training: in the embeddings and after each part.
        pre_norm: Normalise before each part, and once at the end.
        padding: The token that fills up sources; nothing looks at it.

    Shape:
        source (B, S) and target (B, T), integers -> logits (B, T, V): those at t are of token
        t + 1 of the target, the first of which stands for the start.

    Raises:
        ArgumentError: a token lies outside its vocabulary (in eager calls).

    Example:
        >>> net = ud.model_zoo.get_model(
        ...     "transformer", vocabulary=20, units=8, num_layers=2, num_heads=2)
        >>> net.initialize()
        >>> source = np.array([[5, 6, 7, 0]])
        >>> net(source, np.array([[1, 7, 6]])).shape
        (1, 3, 20)
        >>> net.translate(source, length=6).shape
        (1, 6)

    Source:
        Vaswani et al., 2017, arXiv:1706.03762. The table of the target's embeddings is the output
        layer's weight as well.
    """

    def __init__(
        self,
        vocabulary: int = 37000,
        target_vocabulary: int = 0,
        units: int = 512,
        num_layers: int = 6,
        num_heads: int = 8,
        hidden_units: int = 0,
        dropout: float = 0.1,
        pre_norm: bool = False,
        padding: int = 0,
    ) -> None:
        super().__init__(padding)
        self._scale = math.sqrt(units)
        self._cache: tuple[Any, Any] | None = None
        normal = Normal(1 / self._scale)
        self.embedding = nn.Embedding(vocabulary, units, weight_initializer=normal)
        self.target_embedding = None
        if target_vocabulary:
            self.target_embedding = nn.Embedding(
                target_vocabulary, units, weight_initializer=normal
            )
        self.positions = nn.SinusoidalPositionalEmbedding(units)
        self.dropout = nn.Dropout(dropout)
        options = {"hidden_units": hidden_units, "dropout": dropout, "pre_norm": pre_norm}
        self.encoder = nn.TransformerEncoder(num_layers, units, num_heads, **options)
        self.decoder = nn.TransformerDecoder(num_layers, units, num_heads, **options)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """The logits."""
        memory_BSU, seen_BS = self.encode(source)
        return self._decode(target, memory_BSU, seen_BS)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """What the decoder looks at (B, S, U), and where there is no padding (B, S)."""
        seen_BS = source != self._padding
        return self.encoder(self._embed(source, self.embedding, 0), key_mask=seen_BS), seen_BS

    def _decode(
        self, target: Tensor, memory_BSU: Tensor | None, seen_BS: Tensor, cache: Any = None
    ) -> Tensor:
        first = 0 if cache is None else cache[0][0].position
        table = self.embedding if self.target_embedding is None else self.target_embedding
        x_BTU = self._embed(target, table, first)
        y_BTU = self.decoder(x_BTU, memory_BSU, memory_key_mask=seen_BS, cache=cache)
        return ops.fully_connected(y_BTU, table.weight.data())

    def _embed(self, tokens: Tensor, table: nn.Embedding, first: int | Tensor) -> Tensor:
        check_tokens(tokens, (table.weight.shape or (0,))[0])
        return self.dropout(self.positions(table(tokens) * self._scale, first))

    def begin(self, source: Tensor, length: int) -> Step:
        """The decoder on this source, with a cache of `length` tokens."""
        memory_BSU, seen_BS = self.encode(source)
        cache = self._filled_cache(memory_BSU, length)
        return lambda new_B1: self._decode(new_B1, None, seen_BS, cache)

    def _filled_cache(self, memory_BSU: Tensor, length: int) -> Any:
        """The last cache if it fits, so that a hybridized decoder is not compiled anew."""
        x = memory_BSU
        kind = (x.shape, length, x.backend, x.dtype, x.device)
        if self._cache is None or self._cache[0] != kind:
            self._cache = kind, self.decoder.begin_cache(x, length)
        else:
            self.decoder.restart(self._cache[1], x)
        return self._cache[1]
