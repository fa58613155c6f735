"""Weights and runs on disk: safetensors files, written whole or not at all, checked before use."""

from unideep.checkpoint.match import check_match as check_match
from unideep.checkpoint.training import (
    load_training as load_training,
    save_training as save_training,
)
from unideep.checkpoint.weights import load_weights as load_weights, save_weights as save_weights
