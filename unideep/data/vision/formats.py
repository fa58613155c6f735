"""The file formats of the classic image sets: IDX, and the records of CIFAR."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from unideep.errors import DataError

__all__ = ["read_cifar", "read_idx", "read_members"]

Array = np.ndarray[Any, np.dtype[Any]]

_PIXELS = 3 * 32 * 32
_IDX_BYTES = 8  # the code of unsigned bytes
_DAMAGE = (OSError, EOFError, zlib.error, tarfile.TarError)


def read_idx(path: Path, ndim: int) -> Array:
    """The unsigned bytes of an IDX file, plain or packed by gzip (named *.gz).

    Raises:
        DataError: it is cut short, no IDX file, or of another number of axes.

    Source:
        LeCun, Cortes and Burges, "The MNIST database", section on the file formats.
    """
    try:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    magic = bytes([0, 0, _IDX_BYTES, ndim])
    if content[:4] != magic:
        raise DataError(
            f"{path} is no IDX file of bytes along {ndim} axes.",
            got=f"the magic number 0x{content[:4].hex()}, expected 0x{magic.hex()}",
            fix="look at how it was obtained: a page of HTML, another file under this name?",
        )
    header = 4 + 4 * ndim
    shape = tuple(int.from_bytes(content[i : i + 4]) for i in range(4, header, 4))
    rest = np.frombuffer(content[header:], "uint8")
    if rest.size != np.prod(shape):
        raise DataError(
            f"{path} is cut short, or too long.",
            got=f"{rest.size} bytes after the header, which says {shape}",
            fix="delete it, and it is downloaded anew.",
        )
    return rest.reshape(shape)


def read_members(path: Path, names: Sequence[str]) -> list[bytes]:
    """Files out of a tar archive, read in place: nothing is unpacked to the disk.

    Raises:
        DataError: the archive is damaged, or lacks one of them.
    """
    found: dict[str, bytes] = {}
    others: list[str] = []
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                file = archive.extractfile(member) if member.name in names else None
                if file is None:
                    others.append(member.name)
                else:
                    found[member.name] = file.read()
    except _DAMAGE as error:
        raise _damaged(path, error) from error
    if missing := [name for name in names if name not in found]:
        raise DataError(
            f"{path} is another archive: it has no {missing[0]}.",
            got=f"an archive with {', '.join(others[:8]) or 'no other files'}",
            fix="take the binary version of the data set, not the one for Python or Matlab.",
        )
    return [found[name] for name in names]


def read_cifar(content: bytes, classes: Sequence[int], where: str) -> tuple[Array, Array]:
    """Images and labels of CIFAR's binary records: label bytes, then red, green, blue.

    Args:
        content: The records, one after the other.
        classes: The number of classes that each label byte of a record counts.
        where: The file's name, for messages.

    Returns:
        images (N, 32, 32, 3) uint8, labels (N, len(classes)) int32.

    Raises:
        DataError: no whole number of records, or a label that is no class.

    Source:
        Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html, "binary version".
    """
    size = len(classes) + _PIXELS
    if not content or len(content) % size:
        raise DataError(
            f"{where} is cut short, or of another data set.",
            got=f"{len(content)} bytes, which is no multiple of {size}, a record's",
        )
    records = np.frombuffer(content, "uint8").reshape(-1, size)
    labels = records[:, : len(classes)].astype("int32")
    if (labels >= classes).any():
        raise DataError(
            f"{where} is of another data set.",
            got=f"labels up to {labels.max(axis=0).tolist()}, expected below {list(classes)}",
        )
    images = records[:, len(classes) :].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), labels


def _damaged(path: Path, error: BaseException) -> DataError:
    return DataError(
        f"{path} cannot be read.",
        got=f"{type(error).__name__}: {error}",
        fix="delete it, and it is downloaded anew.",
    )
