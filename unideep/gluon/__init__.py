"""The names that Gluon code imports. A list, no definitions."""

#from unideep import data as data
from unideep import loss as loss
#from unideep import metric as metric
from unideep import nn as nn
from unideep.block import Block as Block
from unideep.block import HybridBlock as HybridBlock
from unideep.block import Parameter as Parameter
from unideep.block import ParameterDict as ParameterDict
from unideep.trainer import Trainer as Trainer
