"""Recurrent layers and cells."""

from unideep.rnn.cell import (
    GRUCell as GRUCell,
    LSTMCell as LSTMCell,
    RecurrentCell as RecurrentCell,
    RNNCell as RNNCell,
)
from unideep.rnn.conv_cell import (
    Conv1DGRUCell as Conv1DGRUCell,
    Conv1DLSTMCell as Conv1DLSTMCell,
    Conv1DRNNCell as Conv1DRNNCell,
    Conv2DGRUCell as Conv2DGRUCell,
    Conv2DLSTMCell as Conv2DLSTMCell,
    Conv2DRNNCell as Conv2DRNNCell,
    Conv3DGRUCell as Conv3DGRUCell,
    Conv3DLSTMCell as Conv3DLSTMCell,
    Conv3DRNNCell as Conv3DRNNCell,
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
