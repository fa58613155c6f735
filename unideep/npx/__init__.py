"""The neural-network operations under Gluon's names. A list, no definitions."""

from unideep.backend import num_gpus as num_gpus
from unideep.backend import synchronize as waitall
from unideep.device import cpu as cpu
from unideep.device import gpu as gpu
from unideep.ops import (
    activation, avg_pool, batch_dot, batch_norm, batch_norm_train, convolution,
    convolution_transpose, dropout, elu, embedding, erf, fully_connected, gelu, global_avg_pool,
    index_add, layer_norm, leaky_relu, log_sigmoid, log_softmax, logsumexp, max_pool, mish, one_hot,
    pick, relu, selu, sigmoid, sigmoid_cross_entropy, silu, softmax, softmax_cross_entropy,
    softplus, softsign, stop_gradient,
)  # fmt: skip
from unideep.ops import index_set as index_update
from unideep.random import seed as seed
