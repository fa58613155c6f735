"""Automatic differentiation: what is computed inside `record()` can be differentiated."""

from unideep.autograd.function import Function as Function
from unideep.autograd.gradcheck import gradcheck as gradcheck
from unideep.autograd.scope import (
    is_recording as is_recording,
    is_training as is_training,
    pause as pause,
    predict_mode as predict_mode,
    record as record,
    set_recording as set_recording,
    set_training as set_training,
    train_mode as train_mode,
)
from unideep.autograd.tape import (
    backward as backward,
    grad as grad,
    mark_variables as mark_variables,
)
