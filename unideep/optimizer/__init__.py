"""Optimizers: one class a file, the mathematics in `unideep.ops.update`."""

from unideep.optimizer.adam import Adam as Adam
from unideep.optimizer.adamw import AdamW as AdamW
from unideep.optimizer.base import Optimizer as Optimizer, create as create, register as register
from unideep.optimizer.sgd import SGD as SGD
