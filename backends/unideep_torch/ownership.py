"""Which raws may be written in place: those that nobody sees but the one handle that holds them.

A raw is seen through Python references to it, through references of the engine to its TensorImpl
(a saved input of a graph, a DLPack capsule), and through other tensors on its storage (views, a
`detach()`). Each count has a least value, so a list of raws is owned when the sum of all counts is
the sum of the least ones: 0.2 µs for a raw.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from sys import getrefcount

import torch

LEAF = "_unideep_leaf"
"""Where a raw keeps the leaf that the tape made of it: one more tensor on its storage."""

_tensor_uses = torch.Tensor._use_count
_storage_of = torch.Tensor.untyped_storage
_address_of = attrgetter("_cdata")
_storage_uses = torch._C._storage_Use_Count
_is_torch_memory = torch.UntypedStorage.resizable  # False on memory of NumPy or DLPack
_dict_of = attrgetter("__dict__")

_LISTED = next(map(getrefcount, [torch.empty(0)]))  # held by one list, and seen from `map`
_LEAST = _LISTED + 1 + 2  # the tensor's own use, and of its storage: the tensor and our look at it


def owned(raws: Sequence[torch.Tensor], lists: int = 1, leaves: int = 0) -> bool:
    """Whether each raw is seen by nobody but its handle, `lists` lists of the caller and leaves."""
    storages = list(map(_storage_of, raws))
    counts = chain(
        map(getrefcount, raws),
        map(_tensor_uses, raws),
        map(_storage_uses, map(_address_of, storages)),
    )
    least = (_LEAST + lists) * len(raws) + leaves
    return sum(counts) == least and all(map(_is_torch_memory, storages))


def owned_with_leaves(raws: Sequence[torch.Tensor], lists: int = 1) -> bool:
    """`owned` where raws may have a leaf that no live graph has saved."""
    leaves = [d[LEAF] for d in map(_dict_of, raws) if LEAF in d]
    # a leaf is used by Python and, while any graph lives, by the end of that graph
    return owned(raws, lists, len(leaves)) and all(leaf._use_count() <= 2 for leaf in leaves)


def own(raws: list[torch.Tensor], places: Sequence[int]) -> None:
    """Put a copy in these places of a list where somebody else sees the raw, or it has gaps."""
    for i in places:
        if not (owned_with_leaves([raws[i]], lists=2) and raws[i].is_contiguous()):
            raws[i] = raws[i].clone(memory_format=torch.contiguous_format)


def drop_leaves(raws: Sequence[torch.Tensor]) -> None:
    """Forget leaves: compiled steps need none, and are faster to check without."""
    for d in map(_dict_of, raws):
        d.pop(LEAF, None)
