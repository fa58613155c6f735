"""Gluon's helpers. A list, no definitions."""

from unideep.data.splitting import split_and_load as split_and_load, split_data as split_data
from unideep.optimizer.clipping import clip_global_norm as clip_global_norm
