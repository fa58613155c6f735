"""Translation by recurrent layers with attention."""

# B batch, S time of the source, T time of the target, V vocabulary, E embedding_size,
# H hidden_size, L layers

from __future__ import annotations

from unideep import nn, ops, rnn
from unideep.model_zoo.tokens import check_tokens
from unideep.model_zoo.translator import Step, Translator
from unideep.tensor import Tensor

__all__ = ["Seq2Seq"]


class Seq2Seq(Translator):
    """A GRU reads the source; another one writes the target and looks at the steps of the first.

    2 V E + 2 (3 H (E + H + 2) + (L - 1) 3 H (2 H + 2)) + 3 H² + H + V (H + 1) parameters, where
    both vocabularies have V tokens: 1,302,760 with the default sizes. With L = 1 a token of the
    source costs 3 H (E + H) multiply-adds, one of the target 3 H (E + H) + 3 H² + 2 S H + V H.

    Args:
        vocabulary: V, of the source.
        target_vocabulary: Of the target; 0: as many.
        embedding_size: E.
        hidden_size: H.
        num_layers: L, of each GRU.
        dropout: Probability of a zero, in training: in the embeddings and between the layers.
        padding: The token that fills up sources; nothing looks at it.

    Shape:
        source (B, S) and target (B, T), integers -> logits (B, T, V): those at t are of token
        t + 1 of the target, the first of which stands for the start.

    Raises:
        ArgumentError: a token lies outside its vocabulary (in eager calls).

    Example:
        >>> net = ud.model_zoo.get_model("seq2seq", vocabulary=20, hidden_size=16)
        >>> net.initialize()
        >>> source = np.array([[5, 6, 7, 0]])
        >>> net(source, np.array([[1, 7, 6]])).shape
        (1, 3, 20)
        >>> net.translate(source, length=6).shape
        (1, 6)

    Source:
        Luong et al., 2015, arXiv:1508.04025: global attention, its score h W m, no input feeding;
        with GRUs: Cho et al., 2014, arXiv:1406.1078.
    """

    def __init__(
        self,
        vocabulary: int = 1000,
        target_vocabulary: int = 0,
        embedding_size: int = 128,
        hidden_size: int = 256,
        num_layers: int = 1,
        dropout: float = 0.0,
        padding: int = 0,
    ) -> None:
        super().__init__(padding)
        targets = target_vocabulary or vocabulary
        self.embedding = nn.Embedding(vocabulary, embedding_size)
        self.target_embedding = nn.Embedding(targets, embedding_size)
        self.dropout = nn.Dropout(dropout)
        self.encoder, self.decoder = (
            rnn.GRU(hidden_size, num_layers, "NTC", dropout, input_size=embedding_size)
            for _ in range(2)
        )
        self.score = nn.Dense(hidden_size, None, False, False, in_units=hidden_size)
        self.mix = nn.Dense(hidden_size, "tanh", flatten=False, in_units=2 * hidden_size)
        self.output = nn.Dense(targets, flatten=False, in_units=hidden_size)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """The logits."""
        memory_BSH, seen_BS, states = self.encode(source)
        return self._decode(target, memory_BSH, seen_BS, states)[0]

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
        """What the decoder looks at (B, S, H), where there is no padding (B, S), its states."""
        seen_BS = source != self._padding
        lengths_B = ops.sum(seen_BS.astype("int64"), axis=1)
        x_BSE = self._embed(source, self.embedding)
        memory_BSH, states = self.encoder(
            x_BSE, self.encoder.begin_state(source.shape[0]), lengths_B
        )
        return memory_BSH, seen_BS, states

    def _decode(
        self, target: Tensor, memory_BSH: Tensor, seen_BS: Tensor, states: list[Tensor]
    ) -> tuple[Tensor, list[Tensor]]:
        h_BTH, states = self.decoder(self._embed(target, self.target_embedding), states)
        scores_BTS = ops.matmul(self.score(h_BTH), ops.matrix_transpose(memory_BSH))
        weights_BTS = ops.masked_softmax(scores_BTS, seen_BS[:, None])
        context_BTH = ops.matmul(weights_BTS, memory_BSH)
        return self.output(self.mix(ops.concat([context_BTH, h_BTH], -1))), states

    def _embed(self, tokens: Tensor, table: nn.Embedding) -> Tensor:
        check_tokens(tokens, (table.weight.shape or (0,))[0])
        return self.dropout(table(tokens))

    def begin(self, source: Tensor, length: int) -> Step:
        """The decoder on this source, whose states go on."""
        memory_BSH, seen_BS, states = self.encode(source)

        def step(new_B1: Tensor) -> Tensor:
            nonlocal states
            logits_B1V, states = self._decode(new_B1, memory_BSH, seen_BS, states)
            return logits_B1V

        return step
