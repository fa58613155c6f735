"""A training run as one file: nets, optimizers, tensors, random numbers, the place in the data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from unideep import random
from unideep.block import Block
from unideep.checkpoint.match import check_match
from unideep.checkpoint.weights import PathLike, load_weights, save_weights
from unideep.dispatch import as_tensor
from unideep.errors import CheckpointError
from unideep.tensor import Tensor

__all__ = ["load_training", "save_training"]

_KEY: Final = "unideep.training"
Parts = Mapping[str, Any]


def save_training(path: PathLike, parts: Parts, facts: Any = None) -> None:
    """Write what a run needs to go on after the process has ended.

    Args:
        parts: By name: blocks, trainers, data loaders, tensors, and whatever else has
            `state_dict()` with tensors, NumPy arrays and what JSON holds.
        facts: More that JSON holds; `load_training` returns it.

    Raises:
        CheckpointError: the file cannot be written. An older one of that name stays.

    Example:
        >>> import pathlib, tempfile
        >>> from unideep.gluon import nn
        >>> net = nn.Dense(2, in_units=3); net.initialize()
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "run.safetensors"
        >>> ud.checkpoint.save_training(path, {"net": net}, {"epoch": 7})
        >>> ud.checkpoint.load_training(path, {"net": net})
        {'epoch': 7}
    """
    arrays: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for name, part in parts.items():
        told[name] = {}
        for key, value in _state_of(part).items():
            if isinstance(value, (Tensor, np.ndarray)):
                arrays[f"{name}/{key}"] = value
            else:
                told[name][key] = value
    content = {"parts": told, "random": random.get_state(), "facts": facts}
    save_weights(path, arrays, {_KEY: json.dumps(content)})


def load_training(path: PathLike, parts: Parts, check: Callable[[Any], None] | None = None) -> Any:
    """Go on where `save_training` wrote the file: parts and random numbers become what they were.

    Args:
        parts: The same names; nets need not have been initialised.
        check: Called with the facts before anything is changed; it may raise.

    Returns:
        The facts.

    Raises:
        CheckpointError: the file is corrupt, is no file of a run, or does not match a part, which
            the message names; parts in front of it are loaded already.
    """
    arrays, metadata = load_weights(path)
    try:
        content = json.loads(metadata[_KEY])
    except (KeyError, ValueError) as error:
        raise CheckpointError(
            f"{str(path)!r} holds no training run.", fix="pick a file of save_training()."
        ) from error
    if check is not None:
        check(content["facts"])
    _check_names(path, parts, content["parts"])
    for name, part in parts.items():
        inside = {k.removeprefix(f"{name}/"): a for k, a in arrays.items() if _is_of(k, name)}
        _load(part, {**inside, **content["parts"][name]}, f"{str(path)!r}, {name!r},")
    random.set_state(content["random"])
    return content["facts"]


def _is_of(key: str, name: str) -> bool:
    return key.startswith(f"{name}/")


def _check_names(path: PathLike, parts: Parts, found: Mapping[str, Any]) -> None:
    if set(parts) != set(found):
        raise CheckpointError(
            f"{str(path)!r} is of a run with other parts.",
            got=f"{', '.join(sorted(found))}; expected {', '.join(sorted(parts))}",
            fix="resume with the script that wrote it.",
        )


def _state_of(part: Any) -> Mapping[str, Any]:
    if isinstance(part, Block):
        return {path: p.data() for path, p in part.collect_params().items()}
    return {"": part} if isinstance(part, Tensor) else part.state_dict()


def _load(part: Any, state: dict[str, Any], source: str) -> None:
    if isinstance(part, Block):
        part.load_dict(state, source=source)
    elif isinstance(part, Tensor):
        check_match({"": (part.shape, part.dtype)}, state, source=source)
        part[...] = as_tensor(state[""], backend=part._backend)  # pyright: ignore[reportPrivateUsage]
    else:
        try:
            part.load_state_dict(state)
        except CheckpointError:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CheckpointError(f"{source} cannot be loaded: {error!r}") from error
