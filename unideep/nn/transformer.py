"""Transformer layers and stacks of them."""

# B batch, T time, S time of the memory, U units, L length of a cache

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unideep.block import HybridBlock
from unideep.dtype import DTypeLike
from unideep.errors import ArgumentError
from unideep.nn.attention import KeyValueCache, MultiHeadAttention
from unideep.nn.container import HybridSequential
from unideep.nn.dense import Dense
from unideep.nn.dropout import Dropout
from unideep.nn.normalization import LayerNorm
from unideep.nn.position import RotaryPositionalEmbedding
from unideep.tensor import Tensor

__all__ = [
    "TransformerDecoder", "TransformerDecoderCell", "TransformerEncoder", "TransformerEncoderCell",
]  # fmt: skip

Activation = str | Callable[[Tensor], Tensor]


class _FeedForward(HybridBlock):
    """Two dense layers applied to each step, with dropout after both."""

    def __init__(
        self, units: int, hidden_units: int, activation: Activation, dropout: float,
        use_bias: bool, dtype: DTypeLike,
    ) -> None:  # fmt: skip
        super().__init__()
        name = activation if isinstance(activation, str) else None
        self.hidden = Dense(hidden_units, name, use_bias, False, dtype, in_units=units)
        self.activation = None if name is not None else activation
        self.out = Dense(units, None, use_bias, False, dtype, in_units=hidden_units)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.hidden(x)
        if self.activation is not None:
            hidden = self.activation(hidden)  # pyright: ignore[reportCallIssue]
        return self.dropout(self.out(self.dropout(hidden)))


class _Cell(HybridBlock):
    """Parts that each add to x, with a normalisation before or after."""

    _looks_at_memory = False

    def __init__(
        self,
        units: int,
        num_heads: int,
        hidden_units: int = 0,
        dropout: float = 0.0,
        activation: Activation = "relu",
        pre_norm: bool = False,
        epsilon: float = 1e-5,
        use_bias: bool = True,
        num_key_heads: int | None = None,
        rotary: RotaryPositionalEmbedding | None = None,
        dtype: DTypeLike = "float32",
    ) -> None:
        super().__init__()
        self._pre_norm = pre_norm
        self.attention = MultiHeadAttention(
            units, num_heads, dropout, use_bias, units, units, units, num_key_heads, rotary, dtype
        )
        self.attention_norm = LayerNorm(epsilon=epsilon, in_channels=units)
        if self._looks_at_memory:
            self.memory_attention = MultiHeadAttention(
                units, num_heads, dropout, use_bias, 0, 0, units, num_key_heads, None, dtype
            )
            self.memory_norm = LayerNorm(epsilon=epsilon, in_channels=units)
        self.feed_forward = _FeedForward(
            units, hidden_units or 4 * units, activation, dropout, use_bias, dtype
        )
        self.feed_forward_norm = LayerNorm(epsilon=epsilon, in_channels=units)
        self.dropout = Dropout(dropout)

    def _add(self, x: Tensor, norm: LayerNorm, part: Callable[[Tensor], Tensor]) -> Tensor:
        return x + part(norm(x)) if self._pre_norm else norm(x + part(x))


class TransformerEncoderCell(_Cell):
    """Self-attention, then a feed-forward net, each added to its input and normalised.

    Args:
        units: U.
        num_heads: Heads of the attention; they divide the units.
        hidden_units: Size between the two layers of the feed-forward net; 0 is 4 U.
        dropout: Probability of an attention weight, of a hidden unit and of an element of each
            part's output to be dropped in training.
        activation: A name, or a Block.
        pre_norm: Normalise the input of each part (x + f(norm(x))), or the sum (norm(x + f(x))).
        epsilon: Of the normalisation.
        use_bias: Whether the projections have biases.
        num_key_heads, rotary: See `MultiHeadAttention`.

    Shape:
        x (B, T, U) -> like x.

    Source:
        Vaswani et al., 2017, arXiv:1706.03762; pre_norm: Xiong et al., 2020, arXiv:2002.04745.
    """

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        is_causal: bool = False,
        cache: KeyValueCache | None = None,
    ) -> Tensor:
        """The layer's output; the arguments are those of `MultiHeadAttention`."""

        def attend(h: Tensor) -> Tensor:
            y = self.attention(h, mask=mask, key_mask=key_mask, is_causal=is_causal, cache=cache)
            return self.dropout(y)

        x = self._add(x, self.attention_norm, attend)
        return self._add(x, self.feed_forward_norm, self.feed_forward)

    def begin_cache(self, batch_size: int, length: int) -> KeyValueCache:
        """An empty cache for `length` steps."""
        return self.attention.begin_cache(batch_size, length)


class TransformerDecoderCell(_Cell):
    """Self-attention, attention to a memory, a feed-forward net: each added and normalised.

    Args:
        As `TransformerEncoderCell`.

    Shape:
        x (B, T, U), memory (B, S, ·) -> like x.
    """

    _looks_at_memory = True

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None,
        mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        memory_key_mask: Tensor | None = None,
        is_causal: bool = True,
        cache: tuple[KeyValueCache, KeyValueCache] | None = None,
    ) -> Tensor:
        """The layer's output.

        Args:
            memory: What the encoder gave; None with a cache, which knows it.
            mask, key_mask, is_causal: Of the self-attention, see `MultiHeadAttention`.
            memory_mask, memory_key_mask: Of the attention to the memory.
            cache: From `begin_cache`.
        """
        if memory is None and cache is None:
            raise ArgumentError(
                "a decoder looks at a memory.", fix="pass the encoder's output, or a cache."
            )
        own, known = cache or (None, None)

        def attend(h: Tensor) -> Tensor:
            y = self.attention(h, mask=mask, key_mask=key_mask, is_causal=is_causal, cache=own)
            return self.dropout(y)

        def look(h: Tensor) -> Tensor:
            y = self.memory_attention(
                h, memory, mask=memory_mask, key_mask=memory_key_mask, cache=known
            )
            return self.dropout(y)

        x = self._add(x, self.attention_norm, attend)
        x = self._add(x, self.memory_norm, look)
        return self._add(x, self.feed_forward_norm, self.feed_forward)

    def begin_cache(self, memory: Tensor, length: int) -> tuple[KeyValueCache, KeyValueCache]:
        """An empty cache for `length` steps, and the memory's keys and values."""
        own = self.attention.begin_cache(memory.shape[0], length)
        return own, self.memory_attention.remember(memory)

    def restart(self, cache: tuple[KeyValueCache, KeyValueCache], memory: Tensor) -> None:
        """Begin anew in a cache, with another memory of the same shape."""
        cache[0].reset()
        self.memory_attention.remember(memory, cache[1])


class _Stack(HybridBlock):
    """Cells one after the other, and perhaps a normalisation."""

    _cell: type[_Cell]

    def __init__(
        self, num_layers: int, units: int, num_heads: int, *,
        pre_norm: bool = False, epsilon: float = 1e-5, final_norm: bool | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        if num_layers < 1:
            raise ArgumentError(
                f"num_layers is {num_layers}.", fix="a stack has one layer at least."
            )
        options |= {"pre_norm": pre_norm, "epsilon": epsilon}
        self.layers = HybridSequential(
            *(self._cell(units, num_heads, **options) for _ in range(num_layers))
        )
        is_normal = pre_norm if final_norm is None else final_norm
        self.norm = LayerNorm(epsilon=epsilon, in_channels=units) if is_normal else None

    def _cells(self) -> list[Any]:
        return list(self.layers)


class TransformerEncoder(_Stack):
    """Encoder cells one after the other. With is_causal=True, a decoder without a memory.

    Args:
        num_layers: How many.
        final_norm: Whether the output is normalised once more; default: as pre_norm.
        options: As `TransformerEncoderCell`.

    Shape:
        x (B, T, U) -> like x.

    Example:
        >>> net = nn.TransformerEncoder(2, units=8, num_heads=2, pre_norm=True)
        >>> net.initialize()
        >>> net(np.ones((1, 5, 8)), is_causal=True).shape
        (1, 5, 8)
    """

    _cell = TransformerEncoderCell

    def forward(
        self,
        x: Tensor,
        mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        is_causal: bool = False,
        cache: Sequence[KeyValueCache] | None = None,
    ) -> Tensor:
        """The output of the last layer; the arguments are those of `MultiHeadAttention`."""
        for i, cell in enumerate(self._cells()):
            x = cell(x, mask, key_mask, is_causal, None if cache is None else cache[i])
        return x if self.norm is None else self.norm(x)

    def begin_cache(self, batch_size: int, length: int) -> list[KeyValueCache]:
        """An empty cache for `length` steps, for each layer."""
        return [cell.begin_cache(batch_size, length) for cell in self._cells()]


class TransformerDecoder(_Stack):
    """Decoder cells one after the other, which all look at the same memory.

    Args:
        num_layers: How many.
        final_norm: Whether the output is normalised once more; default: as pre_norm.
        options: As `TransformerEncoderCell`.

    Shape:
        x (B, T, U), memory (B, S, ·) -> like x.

    Example:
        >>> net = nn.TransformerDecoder(2, units=8, num_heads=2)
        >>> net.initialize()
        >>> net(np.ones((1, 5, 8)), np.ones((1, 3, 6))).shape
        (1, 5, 8)
    """

    _cell = TransformerDecoderCell

    def forward(
        self,
        x: Tensor,
        memory: Tensor | None,
        mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        memory_mask: Tensor | None = None,
        memory_key_mask: Tensor | None = None,
        is_causal: bool = True,
        cache: Sequence[tuple[KeyValueCache, KeyValueCache]] | None = None,
    ) -> Tensor:
        """The output of the last layer; the arguments are those of `TransformerDecoderCell`."""
        for i, cell in enumerate(self._cells()):
            x = cell(
                x, memory, mask, key_mask, memory_mask, memory_key_mask, is_causal,
                None if cache is None else cache[i],
            )  # fmt: skip
        return x if self.norm is None else self.norm(x)

    def begin_cache(self, memory: Tensor, length: int) -> list[tuple[KeyValueCache, KeyValueCache]]:
        """For each layer an empty cache for `length` steps and the memory's keys and values."""
        return [cell.begin_cache(memory, length) for cell in self._cells()]

    def restart(self, cache: Sequence[tuple[KeyValueCache, KeyValueCache]], memory: Tensor) -> None:
        """Begin anew in a cache, with another memory of the same shape."""
        for cell, part in zip(self._cells(), cache, strict=True):
            cell.restart(part, memory)
