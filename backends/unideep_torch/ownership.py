"""Which raws may be written in place: those that nobody sees but the one handle that holds them.

A raw is seen through Python references to it, through references of the engine to its TensorImpl
(a saved input of a graph, a DLPack capsule), and through other tensors on its storage (views, a
`detach()`). All three counts are exact, each has a least value, and a list of raws is owned when
the sum of its counts is the sum of the least ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from sys import getrefcount

import torch

LEAF = "_unideep_leaf"
"""Where a raw keeps the leaf that the tape made of it."""

_tensor_uses = torch.Tensor._use_count
_storage_of = torch.Tensor.untyped_storage
_address_of = attrgetter("_cdata")
_storage_uses = torch._C._storage_Use_Count
_is_torch_memory = torch.UntypedStorage.resizable  # False on memory of NumPy or DLPack
_dict_of = attrgetter("__dict__")

_LISTED = next(map(getrefcount, [torch.empty(0)]))  # held by one list, and seen from `map`


def owned(raws: Sequence[torch.Tensor], lists: int = 1) -> bool:
    """Whether each raw is seen by nobody but its handle and `lists` lists of the caller."""
    n = len(raws)
    storages = list(map(_storage_of, raws))
    leaves = [d[LEAF] for d in map(_dict_of, raws) if LEAF in d]
    return (
        sum(map(getrefcount, raws)) == n * (_LISTED + lists)
        and sum(map(_tensor_uses, raws)) == n
        and sum(map(_storage_uses, map(_address_of, storages))) == 2 * n + len(leaves)
        and all(map(_is_torch_memory, storages))
        # a leaf is held by its raw and, while a graph lives, by the graph's end; not by a save
        and all([leaf._use_count() <= 2 for leaf in leaves])
    )


def disown(raw: torch.Tensor) -> torch.Tensor:
    """A contiguous copy that nobody else sees."""
    return raw.clone(memory_format=torch.contiguous_format)
