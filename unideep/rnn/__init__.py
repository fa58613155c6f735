"""Recurrent layers and cells."""

from unideep.rnn.layer import GRU as GRU, LSTM as LSTM, RNN as RNN
