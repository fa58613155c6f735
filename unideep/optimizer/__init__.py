"""Optimizers: one class a file.

Where engines have kernels for all parameters at once the mathematics is in `unideep.ops.update`,
else in the class.
"""

from unideep.optimizer.adabelief import AdaBelief as AdaBelief
from unideep.optimizer.adadelta import AdaDelta as AdaDelta
from unideep.optimizer.adagrad import AdaGrad as AdaGrad
from unideep.optimizer.adam import Adam as Adam
from unideep.optimizer.adamax import Adamax as Adamax
from unideep.optimizer.adamw import AdamW as AdamW
from unideep.optimizer.base import Optimizer as Optimizer, create as create, register as register
from unideep.optimizer.ftml import FTML as FTML
from unideep.optimizer.ftrl import Ftrl as Ftrl
from unideep.optimizer.lamb import LAMB as LAMB
from unideep.optimizer.lars import LARS as LARS
from unideep.optimizer.lion import Lion as Lion
from unideep.optimizer.nadam import Nadam as Nadam
from unideep.optimizer.nag import NAG as NAG
from unideep.optimizer.rmsprop import RMSProp as RMSProp
from unideep.optimizer.sgd import SGD as SGD
from unideep.optimizer.sgld import SGLD as SGLD
from unideep.optimizer.signum import Signum as Signum
