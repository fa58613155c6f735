"""Multi-head attention, and the keys and values that it remembers while it generates."""

# B batch, T queries in time, S keys in time, U units, H heads, G heads of keys, D size of a head,
# L length of a cache

from __future__ import annotations

import contextlib
import math
from typing import Any

from unideep import ops
from unideep.backend import use_backend
from unideep.block import HybridBlock
from unideep.compiler.feed import Counter, feed
from unideep.dispatch import scope
from unideep.dtype import DTypeLike
from unideep.errors import ArgumentError, ShapeError
from unideep.nn.dense import Dense
from unideep.nn.position import RotaryPositionalEmbedding
from unideep.ops.attention import check_mask_type
from unideep.tensor import Tensor

__all__ = ["KeyValueCache", "MultiHeadAttention"]


class KeyValueCache:
    """The keys and values of past steps, with room for `length` of them.

    Made by `begin_cache` of a layer or a stack. Its shapes never change and its position is fed to
    compiled steps, so one that generates a token at a time is compiled once. `reset` starts the
    next text in it.

    Args:
        grows: False for a memory, which stays as it is.

    Attributes:
        key, value: (B, G, L, D).
    """

    def __init__(self, key: Tensor, value: Tensor, grows: bool = True) -> None:
        self.key, self.value, self.grows = key, value, grows
        self._calls: dict[int, Counter] = {}  # of extend, by the number of steps appended

    @property
    def position(self) -> int | Tensor:
        """How many steps are in it: a number, or a 0-d tensor while a step is compiled."""
        return feed(Counter(), lambda _: self._used(), "int64", self.key._backend)

    def _used(self) -> int:
        return sum(length * calls.value for length, calls in self._calls.items())

    def reset(self) -> None:
        """Forget the past."""
        for calls in self._calls.values():
            calls.value = 0

    def advance(self, key: Tensor) -> int | Tensor:
        """Make room for the T steps of a key; the position of the first of them.

        Raises:
            ShapeError: the cache is full, or for another batch. Nothing has been done by then, in
                a compiled step neither.
        """
        batch, _, length, _ = key.shape
        if batch != self.key.shape[0]:
            raise ShapeError(
                f"the cache is for a batch of {self.key.shape[0]}.", got=f"a batch of {batch}"
            )
        calls = self._calls.setdefault(length, Counter())
        if scope.capture is None:
            self._check(self._used(), length)

        def first(_: int) -> int:
            before = self._used() - length
            self._check(before, length)
            return before

        return feed(calls, first, "int64", self.key._backend)

    def _check(self, used: int, length: int) -> None:
        room = self.key.shape[2]
        if used + length > room:
            raise ShapeError(
                f"the cache has room for {room} steps.",
                got=f"{length} more after {used}",
                fix="begin_cache with a greater length, or reset() it.",
            )

    def write(self, key: Tensor, value: Tensor, first: int | Tensor) -> Tensor:
        """Put T steps at the positions from `first` on.

        Returns:
            The mask (T, L): True where a step sees a key, which is its own or an earlier one.
        """
        places_T = ops.iota(key, length=key.shape[2], dtype="int64") + first
        self.key[:, :, places_T] = key
        self.value[:, :, places_T] = value
        places_L = ops.iota(key, length=self.key.shape[2], dtype="int64")
        return places_L <= ops.expand_dims(places_T, 1)


class MultiHeadAttention(HybridBlock):
    """Attention of several heads, each with its own projection of queries, keys and values.

    Args:
        units: U, the size of the output; the heads divide it among themselves.
        num_heads: H.
        dropout: Probability of an attention weight to be dropped in training.
        use_bias: Whether the four projections have biases.
        kdim, vdim: Sizes of key and value; 0 infers them at the first call.
        in_units: Size of the query; 0 infers it at the first call.
        num_key_heads: G: each head of keys and values serves H / G heads in a row; default H.
        rotary: Positions to turn queries and keys by.
        dtype: Of weights and biases.
        weight_initializer, bias_initializer: See `unideep.init`.

    Shape:
        query (B, T, ·), key (B, S, ·) and value (B, S, ·), by default the query and the key
        -> (B, T, U); with need_weights also the weights (B, H, T, S), as before dropout.

    State:
        query.weight (U, ·), key.weight and value.weight (G·U/H, ·), out.weight (U, U), and biases.

    Source:
        Vaswani et al., 2017, arXiv:1706.03762. A mask is True where PyTorch's layer has False.

    Example:
        >>> layer = nn.MultiHeadAttention(8, num_heads=2)
        >>> layer.initialize()
        >>> layer(np.ones((1, 5, 8)), is_causal=True).shape
        (1, 5, 8)
    """

    def __init__(
        self,
        units: int,
        num_heads: int,
        dropout: float = 0.0,
        use_bias: bool = True,
        kdim: int = 0,
        vdim: int = 0,
        in_units: int = 0,
        num_key_heads: int | None = None,
        rotary: RotaryPositionalEmbedding | None = None,
        dtype: DTypeLike = "float32",
        weight_initializer: Any = None,
        bias_initializer: Any = "zeros",
    ) -> None:
        super().__init__()
        groups = num_heads if num_key_heads is None else num_key_heads
        _check_heads(units, num_heads, groups)
        if not 0 <= dropout < 1:
            raise ArgumentError(
                f"dropout is {dropout}.", fix="a probability from 0 up to, not with, 1."
            )
        self._units, self._num_heads, self._groups = units, num_heads, groups
        self._head_size, self._dropout, self._rotary = units // num_heads, dropout, rotary

        def dense(size: int, inputs: int) -> Dense:
            return Dense(
                size, None, use_bias, False, dtype, weight_initializer, bias_initializer, inputs
            )

        self.query = dense(units, in_units)
        self.key = dense(groups * self._head_size, kdim)
        self.value = dense(groups * self._head_size, vdim)
        self.out = dense(units, units)

    def forward(
        self,
        query: Tensor,
        key: Tensor | None = None,
        value: Tensor | None = None,
        mask: Tensor | None = None,
        key_mask: Tensor | None = None,
        is_causal: bool = False,
        need_weights: bool = False,
        cache: KeyValueCache | None = None,
    ) -> Any:
        """The layer's output.

        Args:
            mask: (T, S), (B, T, S) or (B, H, T, S). Booleans, True where a query may see a key; or
                numbers to be added to the scores. A query that sees no key takes part with 0.
            key_mask: (B, S) booleans, True for keys that are no padding.
            is_causal: Query t sees the keys 0 ... t only.
            need_weights: Return the weights as well.
            cache: From `begin_cache`: the steps are appended to those in it and see these (so
                S = L, and is_causal has no effect). Or from `remember`, in place of a key.
        """
        _check_inputs(query, key, value)
        q_BHTD = _split(self.query(query), self._num_heads)
        if cache is not None and not cache.grows:
            q_BHTD, k_BGSD, v_BGSD = self._turn(q_BHTD, 0), cache.key, cache.value
        else:
            k_BGSD, v_BGSD = self._project(query if key is None else key, value)
            first = 0 if cache is None else cache.advance(k_BGSD)
            q_BHTD, k_BGSD = self._turn(q_BHTD, first), self._turn(k_BGSD, first)
            if cache is not None:
                mask, is_causal = _both(_four(mask), cache.write(k_BGSD, v_BGSD, first)), False
                k_BGSD, v_BGSD = cache.key, cache.value
        if key_mask is not None:
            _check_key_mask(key_mask, (query.shape[0], k_BGSD.shape[2]))
            key_mask = ops.reshape(key_mask, (key_mask.shape[0], 1, 1, -1))
        found = ops.scaled_dot_product_attention(
            q_BHTD, k_BGSD, v_BGSD, _both(_four(mask), key_mask), is_causal, self._dropout,
            need_weights=need_weights,
        )  # fmt: skip
        y_BHTD, weights_BHTS = found if need_weights else (found, None)
        y_BTU = ops.reshape(ops.permute_dims(y_BHTD, (0, 2, 1, 3)), (*query.shape[:2], self._units))
        return (self.out(y_BTU), weights_BHTS) if need_weights else self.out(y_BTU)

    def _project(self, key: Tensor, value: Tensor | None) -> tuple[Tensor, Tensor]:
        """The heads of keys and values."""
        k_BGSD = _split(self.key(key), self._groups)
        return k_BGSD, _split(self.value(key if value is None else value), self._groups)

    def _turn(self, x_BHTD: Tensor, first: int | Tensor) -> Tensor:
        return x_BHTD if self._rotary is None else self._rotary(x_BHTD, first)

    def begin_cache(self, batch_size: int, length: int) -> KeyValueCache:
        """An empty cache for `length` steps of self-attention."""
        shape = (batch_size, self._groups, length, self._head_size)
        dtype, known = self.key.weight.dtype, self.key.weight._data
        with use_backend(known.backend) if known is not None else contextlib.nullcontext():
            device = None if known is None else known.device
            key, value = (ops.zeros(shape, dtype, device=device) for _ in range(2))
        return KeyValueCache(key, value)

    def remember(self, memory: Tensor, cache: KeyValueCache | None = None) -> KeyValueCache:
        """The keys and values of a memory, projected once for all steps that look at it.

        Args:
            memory: (B, S, ·).
            cache: An earlier result of the same shape, to be overwritten.
        """
        key, value = self._project(memory, None)
        key = self._turn(key, 0)
        if cache is None:
            return KeyValueCache(key, value, grows=False)
        cache.key[...], cache.value[...] = key, value
        return cache

    def _facts(self) -> str:
        return f"{self._units} units, {self._num_heads} heads"


def _split(x_BTU: Tensor, heads: int) -> Tensor:
    """The heads beside the batch."""
    batch, time, _ = x_BTU.shape
    return ops.permute_dims(ops.reshape(x_BTU, (batch, time, heads, -1)), (0, 2, 1, 3))


def _four(mask: Tensor | None) -> Tensor | None:
    """A mask of each item is one for all its heads."""
    if mask is None:
        return None
    check_mask_type(mask)
    return ops.expand_dims(mask, 1) if mask.ndim == 3 else mask


def _both(a: Tensor | None, b: Tensor | None) -> Tensor | None:
    """Two masks as one, where b is of booleans."""
    if a is None or b is None:
        return b if a is None else a
    return ops.logical_and(a, b) if a.dtype.kind == "b" else ops.where(b, a, -math.inf)


def _check_heads(units: int, heads: int, groups: int) -> None:
    if heads < 1 or units % heads:
        raise ArgumentError(
            f"{heads} heads cannot share {units} units.",
            fix="units has to be a multiple of num_heads.",
        )
    if groups < 1 or heads % groups:
        raise ArgumentError(
            f"{groups} heads of keys cannot serve {heads} heads.",
            fix="num_heads has to be a multiple of num_key_heads.",
        )


def _check_inputs(*inputs: Tensor | None) -> None:
    if any(x is not None and x.ndim != 3 for x in inputs):
        raise ShapeError(
            "attention takes sequences of vectors: (batch, time, units).",
            got=", ".join(str(x.shape) for x in inputs if x is not None),
        )


def _check_key_mask(mask: Tensor, shape: tuple[int, int]) -> None:
    if mask.shape != shape or mask.dtype.kind != "b":
        raise ShapeError(
            f"key_mask tells of each of the keys {shape} whether it is none of the padding.",
            got=f"{mask.shape} {mask.dtype}",
            fix="give booleans of shape (batch, keys), True for what may be seen.",
        )
