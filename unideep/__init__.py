"""UniDeep: write deep-learning code once, run it on NumPy, PyTorch, JAX or TensorFlow.

    import unideep as ud
    from unideep import autograd, gluon, init, np, npx
    from unideep.gluon import nn

No engine is imported before a backend is first used.
"""

from unideep import backend as backend
from unideep import dtype as dtype
from unideep import errors as errors
from unideep.tensor import Tensor as Tensor  # isort: skip
from unideep import autograd as autograd
from unideep import gluon as gluon
from unideep import init as init
from unideep import lr_scheduler as lr_scheduler
from unideep import np as np
from unideep import npx as npx
from unideep import optimizer as optimizer
from unideep import random as random
from unideep.backend import register_backend as register_backend
from unideep.backend import set_backend as set_backend
from unideep.backend import use_backend as use_backend
from unideep.compiler import compile as compile
from unideep.device import Device as Device
from unideep.device import as_device as as_device
from unideep.device import cpu as cpu
from unideep.device import gpu as gpu
from unideep.dtype import bfloat16 as bfloat16
from unideep.dtype import bool_ as bool_
from unideep.dtype import complex64 as complex64
from unideep.dtype import complex128 as complex128
from unideep.dtype import float16 as float16
from unideep.dtype import float32 as float32
from unideep.dtype import float64 as float64
from unideep.dtype import int8 as int8
from unideep.dtype import int16 as int16
from unideep.dtype import int32 as int32
from unideep.dtype import int64 as int64
from unideep.dtype import uint8 as uint8
from unideep.dtype import uint16 as uint16
from unideep.dtype import uint32 as uint32
from unideep.dtype import uint64 as uint64
