"""Arguments as a flat list of tensors and a key: calls with equal keys share one program."""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as _np

from unideep.dispatch import as_tensor
from unideep.tensor import Tensor

__all__ = ["Place", "difference", "flatten", "key_of", "unflatten"]


class Place:
    """Stands where tensor number `position` was."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position


def flatten(value: Any, tensors: list[Tensor]) -> Any:
    """Append the tensors in `value` to `tensors`; return `value` with a Place for each."""
    if isinstance(value, Tensor):
        tensors.append(value)
        return Place(len(tensors) - 1)
    if isinstance(value, _np.ndarray):
        return flatten(as_tensor(value), tensors)
    if type(value) is tuple or type(value) is list:
        return type(value)([flatten(v, tensors) for v in value])
    if type(value) is dict:
        return {k: flatten(v, tensors) for k, v in value.items()}
    return value


def unflatten(value: Any, tensors: Sequence[Any]) -> Any:
    """The inverse of `flatten`."""
    if type(value) is Place:
        return tensors[value.position]
    if type(value) is tuple or type(value) is list:
        return type(value)([unflatten(v, tensors) for v in value])
    if type(value) is dict:
        return {k: unflatten(v, tensors) for k, v in value.items()}
    return value


def key_of(value: Any) -> Any:
    """A hashable form of a flattened value: places are anonymous, the rest counts by value."""
    if type(value) is Place:
        return Place
    if type(value) is tuple or type(value) is list:
        return (type(value), *map(key_of, value))
    if type(value) is dict:
        return (dict, *((k, key_of(v)) for k, v in value.items()))
    try:
        hash(value)
    except TypeError:
        return (type(value), id(value))
    return (type(value), value)


def describe(tensors: Iterable[Tensor]) -> str:
    """The tensors of a signature, for people."""
    return ", ".join(f"{t.shape} {t.dtype}" for t in tensors) or "no tensors"


def difference(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Why two signatures differ: the cause of a retrace."""
    changed = [f"{name}: {old[name]} -> {new[name]}" for name in new if old[name] != new[name]]
    return "; ".join(changed) or "the state of the step changed"
