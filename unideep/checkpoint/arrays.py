"""Tensors in a file without a net around them: what `npx.save` and `npx.load` do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unideep.checkpoint.weights import PathLike, load_weights, save_weights
from unideep.dispatch import as_tensor
from unideep.tensor import Tensor

__all__ = ["load", "save"]

_KEY = "unideep.list"


def save(file: PathLike, arr: Tensor | Sequence[Tensor] | Mapping[str, Tensor]) -> None:
    """Write a tensor, a list of tensors, or tensors by name to a safetensors file.

    Raises:
        CheckpointError: the file cannot be written. An older one of that name stays.

    Example:
        >>> import pathlib, tempfile
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "two"
        >>> npx.save(path, {"a": np.ones(2), "b": np.zeros((3, 1))})
        >>> {name: x.shape for name, x in npx.load(path).items()}
        {'a': (2,), 'b': (3, 1)}
    """
    if isinstance(arr, Mapping):
        save_weights(file, arr)
        return
    parts = [arr] if isinstance(arr, Tensor) else arr
    save_weights(file, {str(i): x for i, x in enumerate(parts)}, {_KEY: "yes"})


def load(file: PathLike) -> list[Tensor] | dict[str, Tensor]:
    """Read what `save` wrote: a list, or a dict; of any other safetensors file a dict.

    Raises:
        CheckpointError: the file is missing, corrupt or of another format.
    """
    arrays, metadata = load_weights(file)
    tensors: dict[str, Any] = {name: as_tensor(a) for name, a in arrays.items()}
    return [tensors[str(i)] for i in range(len(tensors))] if _KEY in metadata else tensors
