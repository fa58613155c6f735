"""Automatic differentiation: what is computed inside `record()` can be differentiated."""

from unideep.autograd.gradcheck import gradcheck as gradcheck
from unideep.autograd.scope import is_recording as is_recording
from unideep.autograd.scope import is_training as is_training
from unideep.autograd.scope import pause as pause
from unideep.autograd.scope import predict_mode as predict_mode
from unideep.autograd.scope import record as record
from unideep.autograd.scope import set_recording as set_recording
from unideep.autograd.scope import set_training as set_training
from unideep.autograd.scope import train_mode as train_mode
from unideep.autograd.tape import backward as backward
from unideep.autograd.tape import grad as grad
from unideep.autograd.tape import mark_variables as mark_variables
