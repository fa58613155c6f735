"""Lists, tuples and dicts of tensors, as loops and branches take and return them."""

# What is in a user's structure has no type here.
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unideep.backend import Backend
from unideep.compiler.signature import Place, unflatten
from unideep.dispatch import as_tensor
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.tensor import Tensor

__all__ = ["Structure"]


class Structure:
    """A value of nested lists, tuples and dicts, taken apart.

    Attributes:
        name: The name of the whole.
        tensors: What stands in the places. Numbers and NumPy arrays have become tensors.
        paths: The name of each place, such as `states[0]['h']`.
    """

    def __init__(self, name: str, value: Any, backend: Backend) -> None:
        self.name = name
        self.tensors: list[Tensor] = []
        self.paths: list[str] = []
        self._backend = backend
        self._form = self._take(name, value)

    def _take(self, path: str, value: Any) -> Any:
        if value is None:
            return None
        if type(value) is list or type(value) is tuple:
            return type(value)([self._take(f"{path}[{i}]", v) for i, v in enumerate(value)])
        if type(value) is dict:
            return {k: self._take(f"{path}[{k!r}]", v) for k, v in value.items()}
        self.tensors.append(as_tensor(value, backend=self._backend))
        self.paths.append(path)
        return Place(len(self.paths) - 1)

    def like(self, tensors: Sequence[Tensor]) -> Any:
        """The structure with other tensors in the places."""
        return unflatten(self._form, tensors)

    def check(self, new: Structure, what: str) -> None:
        """Raise unless `new` has the same places, shapes and dtypes. Lists may become tuples."""
        if new.paths != self.paths:
            raise ArgumentError(
                f"{what} returned another structure.",
                got=f"{', '.join(new.paths) or 'nothing'} for {', '.join(self.paths) or 'nothing'}",
            )
        for path, a, b in self._pairs(new):
            if b.shape != a.shape:
                raise ShapeError(f"{what} changed the shape of {path}.", got=_change(a, b))
            if b.dtype is not a.dtype:
                raise DTypeError(
                    f"{what} changed the dtype of {path}.",
                    got=_change(a, b),
                    fix=f"convert it: .astype({str(a.dtype)!r}), or begin with {b.dtype}.",
                )

    def _pairs(self, new: Structure) -> Iterator[tuple[str, Tensor, Tensor]]:
        return zip(self.paths, self.tensors, new.tensors, strict=True)


def _change(a: Tensor, b: Tensor) -> str:
    return f"{b.shape} {b.dtype} after {a.shape} {a.dtype}"
