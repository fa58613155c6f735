"""The neural-network operations under Gluon's names. A list, no definitions."""

from unideep.backend import num_gpus as num_gpus, synchronize as synchronize
from unideep.checkpoint.arrays import load as load, save as save
from unideep.compiler.control import cond as cond, foreach as foreach, while_loop as while_loop
from unideep.device import cpu as cpu, gpu as gpu
from unideep.npx import random as random
from unideep.ops import (
    activation as activation,
    avg_pool as avg_pool,
    batch_dot as batch_dot,
    batch_norm as batch_norm,
    batch_norm_train as batch_norm_train,
    convolution as convolution,
    convolution_transpose as convolution_transpose,
    ctc_loss as ctc_loss,
    dropout as dropout,
    elu as elu,
    embedding as embedding,
    erf as erf,
    fully_connected as fully_connected,
    gelu as gelu,
    global_avg_pool as global_avg_pool,
    global_max_pool as global_max_pool,
    group_norm as group_norm,
    index_add as index_add,
    index_set as index_set,
    layer_norm as layer_norm,
    leaky_relu as leaky_relu,
    log_sigmoid as log_sigmoid,
    log_softmax as log_softmax,
    logsumexp as logsumexp,
    masked_softmax as masked_softmax,
    max_pool as max_pool,
    mish as mish,
    moving_average as moving_average,
    one_hot as one_hot,
    pick as pick,
    relu as relu,
    rms_norm as rms_norm,
    scaled_dot_product_attention as scaled_dot_product_attention,
    selu as selu,
    sigmoid as sigmoid,
    sigmoid_cross_entropy as sigmoid_cross_entropy,
    silu as silu,
    softmax as softmax,
    softmax_cross_entropy as softmax_cross_entropy,
    softplus as softplus,
    softsign as softsign,
    stop_gradient as stop_gradient,
    topk as topk,
)
from unideep.random import seed as seed

# The same under Gluon's names
waitall = synchronize
index_update = index_set
