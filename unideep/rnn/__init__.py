"""Recurrent layers and cells."""

from unideep.rnn.cell import (
    GRUCell as GRUCell,
    LSTMCell as LSTMCell,
    RecurrentCell as RecurrentCell,
    RNNCell as RNNCell,
)
from unideep.rnn.layer import GRU as GRU, LSTM as LSTM, RNN as RNN
from unideep.rnn.modifier import (
    BidirectionalCell as BidirectionalCell,
    DropoutCell as DropoutCell,
    ResidualCell as ResidualCell,
    SequentialRNNCell as SequentialRNNCell,
    VariationalDropoutCell as VariationalDropoutCell,
    ZoneoutCell as ZoneoutCell,
)
from unideep.rnn.projection import LSTMPCell as LSTMPCell

HybridRecurrentCell, HybridSequentialRNNCell = RecurrentCell, SequentialRNNCell
