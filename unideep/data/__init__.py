"""Data sets, the order of their samples, and batches of tensors."""

from unideep.data import batchify as batchify, vision as vision
from unideep.data.dataset import (
    ArrayDataset as ArrayDataset,
    Dataset as Dataset,
    SimpleDataset as SimpleDataset,
)
from unideep.data.digits import digits as digits
from unideep.data.loader import DataLoader as DataLoader
from unideep.data.sampler import (
    BatchSampler as BatchSampler,
    FilterSampler as FilterSampler,
    IntervalSampler as IntervalSampler,
    RandomSampler as RandomSampler,
    Sampler as Sampler,
    SequentialSampler as SequentialSampler,
)
from unideep.data.text import Characters as Characters, help_text as help_text
