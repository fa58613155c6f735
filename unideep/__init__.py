"""UniDeep: write deep-learning code once, run it on NumPy, PyTorch, JAX or TensorFlow.

    import unideep as ud
    from unideep import autograd, gluon, init, np, npx
    from unideep.gluon import nn

No engine is imported before a backend is first used.
"""

from unideep import backend as backend, dtype as dtype, errors as errors

from unideep.tensor import Tensor as Tensor  # isort: skip
from unideep import (
    autograd as autograd,
    checkpoint as checkpoint,
    gluon as gluon,
    init as init,
    lr_scheduler as lr_scheduler,
    model_zoo as model_zoo,
    np as np,
    npx as npx,
    optimizer as optimizer,
    random as random,
)
from unideep.backend import (
    register_backend as register_backend,
    set_backend as set_backend,
    use_backend as use_backend,
)
from unideep.compiler import compile as compile
from unideep.device import Device as Device, as_device as as_device, cpu as cpu, gpu as gpu
from unideep.dtype import (
    bfloat16 as bfloat16,
    bool_ as bool_,
    complex64 as complex64,
    complex128 as complex128,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
)
