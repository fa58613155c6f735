"""The names that Gluon code imports. A list, no definitions."""

from unideep.block import (
    Block as Block,
    HybridBlock as HybridBlock,
    Parameter as Parameter,
    ParameterDict as ParameterDict,
)
from unideep.gluon import (
    data as data,
    loss as loss,
    metric as metric,
    model_zoo as model_zoo,
    nn as nn,
    rnn as rnn,
    utils as utils,
)
from unideep.trainer import Trainer as Trainer
