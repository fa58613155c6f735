"""One safetensors file in and out."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import ml_dtypes  # noqa: F401  registers bfloat16 with NumPy, which safetensors looks up by name
import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from unideep.dtype import as_dtype
from unideep.errors import CheckpointError, DTypeError
from unideep.tensor import Tensor

__all__ = ["load_weights", "save_weights"]

PathLike = str | os.PathLike[str]
Array = np.ndarray[Any, Any]

# How other files of weights begin, to tell the user what was picked by mistake.
_OTHER_FORMATS: Final = {
    b"PK\x03\x04": "a ZIP archive, as .npz and .pt files are",
    b"\x93NUMPY": "a single NumPy array (.npy)",
    b"\x89HDF": "an HDF5 file",
    b"\x80": "a Python pickle",
    b"\x12\x01\x00\x00": "a .params file of MXNet",
    b"version https://git-lfs": "a Git LFS pointer: run `git lfs pull`",
}


def save_weights(
    path: PathLike,
    tensors: Mapping[str, Tensor | Array],
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write named tensors to a safetensors file.

    The file is written aside, flushed to the disk and renamed: whatever happens on the way, `path`
    holds either the old file or the whole new one. A symbolic link is followed.

    Args:
        path: The file; its folder has to exist.
        tensors: Tensors of any backend, or NumPy arrays. Every dtype but complex128.
        metadata: Text by name, returned by `load_weights`.

    Raises:
        CheckpointError: the file cannot be written, or something in it cannot be stored.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "net.safetensors"
        >>> ud.checkpoint.save_weights(path, {"bias": np.zeros(3)}, {"epoch": "7"})
        >>> arrays, metadata = ud.checkpoint.load_weights(path)
        >>> arrays["bias"].shape, metadata
        ((3,), {'epoch': '7'})
    """
    arrays = {name: _storable(name, tensor) for name, tensor in tensors.items()}
    text = dict(metadata or {})
    for name, value in text.items():
        if not (isinstance(name, str) and isinstance(value, str)):
            raise CheckpointError(
                "metadata is text by name.",
                got=f"{name!r}: {value!r}",
                fix="convert it, for instance with str() or json.dumps().",
            )
    try:
        _write(Path(path).resolve(), arrays, text)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"{os.fspath(path)!r} cannot be written: {error}",
            fix="check that the folder exists, may be written, and that the disk has room.",
        ) from error


def _storable(name: str, tensor: Tensor | Array) -> Array:
    """A native C-ordered array: safetensors writes memory as it lies, whatever the strides."""
    if not isinstance(name, str) or name == "__metadata__":
        raise CheckpointError(
            f"{name!r} cannot name a tensor.", fix="use text other than '__metadata__'."
        )
    array = tensor.asnumpy() if isinstance(tensor, Tensor) else np.asarray(tensor)
    array = array.astype(array.dtype.newbyteorder("="), order="C", copy=False)
    try:
        kept = as_dtype(array.dtype) != "complex128"
    except DTypeError:
        kept = False
    if not kept:
        raise CheckpointError(
            f"{name!r} has a dtype that safetensors does not store.",
            got=f"{array.dtype}, shape {array.shape}",
            fix="convert it: numbers of a UniDeep dtype, complex128 as real and imaginary part.",
        )
    return array


def _write(path: Path, arrays: dict[str, Array], metadata: dict[str, str]) -> None:
    if path.is_dir():
        raise IsADirectoryError("it is a folder")
    aside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        aside.touch()
        mode = aside.stat().st_mode  # as the umask wants it; safetensors makes its files private
        save_file(arrays, aside, metadata or None)
        aside.chmod(mode)
        with open(aside, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a rename survive a power cut, where a folder can be opened: not on Windows."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def load_weights(path: PathLike) -> tuple[dict[str, Array], dict[str, str]]:
    """The arrays and the metadata of a safetensors file.

    The header and the length of the file are verified; safetensors keeps no checksum of the values.

    Raises:
        CheckpointError: the file is missing, truncated, corrupt or of another format.
    """
    name = os.fspath(path)
    if not os.path.isfile(path):
        what = "is a folder" if os.path.isdir(path) else "does not exist"
        raise CheckpointError(f"{name!r} {what}.", fix="give the path of a .safetensors file.")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            return {key: file.get_tensor(key) for key in file.keys()}, metadata  # noqa: SIM118
    except OSError as error:
        raise CheckpointError(
            f"{name!r} cannot be read: {error}", fix="check its permissions."
        ) from error
    except AttributeError as error:  # safetensors asks NumPy for the type by name
        raise CheckpointError(
            f"{name!r} holds a dtype that NumPy has not: {error}.",
            fix="save the weights as bfloat16 or a wider type.",
        ) from error
    except (SafetensorError, TypeError, ValueError) as error:
        raise _unreadable(name, error) from error


def _unreadable(name: str, error: Exception) -> CheckpointError:
    with open(name, "rb") as file:
        start = file.read(32)
    for magic, kind in _OTHER_FORMATS.items():
        if start.startswith(magic):
            return CheckpointError(
                f"{name!r} is no safetensors file: it looks like {kind}.",
                fix="load it with the library that wrote it, then save_weights its arrays.",
            )
    return CheckpointError(
        f"{name!r} is no whole safetensors file: {error}.",
        got=f"{os.path.getsize(name)} bytes",
        fix="it was truncated, damaged or not written by save_parameters: copy or save it anew.",
    )
