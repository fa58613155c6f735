"""Weight files: what goes in comes out, and a bad file is told apart and harms nothing."""

import io
import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import unideep as ud
from unideep.checkpoint import load_weights, save_weights, weights as module
from unideep.dtype import DTYPES
from unideep.errors import CheckpointError

STORED = [name for name in DTYPES if name != "complex128"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net.safetensors"


@pytest.mark.parametrize("dtype", STORED)
def test_every_dtype_round_trips(path: Path, dtype: str) -> None:
    saved = np.array([[0, 1, 2], [3, 4, 5]]).astype(DTYPES[dtype].numpy)
    save_weights(path, {"w": saved})
    arrays, metadata = load_weights(path)
    assert arrays["w"].dtype == saved.dtype
    np.testing.assert_array_equal(arrays["w"], saved)
    assert metadata == {}


@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "int64"])
def test_tensors_round_trip(path: Path, backend: str, dtype: str) -> None:
    tensor = ud.np.array(np.arange(6).reshape(2, 3), dtype=dtype)
    save_weights(path, {"net.0.weight": tensor}, {"epoch": "3"})
    arrays, metadata = load_weights(path)
    np.testing.assert_array_equal(arrays["net.0.weight"], tensor.asnumpy())
    assert ud.np.array(arrays["net.0.weight"]).dtype == dtype
    assert metadata == {"epoch": "3"}


@pytest.mark.parametrize(
    "array",
    [
        np.float32(3),
        np.zeros((0, 4), "float32"),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(12.0)[::-2],
        np.arange(3).astype(">i4"),
        np.full((2, 2), np.nan, ml_dtypes.bfloat16),
    ],
    ids=["0-d", "empty", "transposed", "strided", "big-endian", "nan"],
)
def test_any_memory_layout_round_trips(path: Path, array: Any) -> None:
    save_weights(path, {"w": array})
    loaded = load_weights(path)[0]["w"]
    assert loaded.shape == np.shape(array)
    np.testing.assert_array_equal(loaded.astype("float64"), np.asarray(array).astype("float64"))


def test_loaded_arrays_are_the_callers_own(path: Path) -> None:
    save_weights(path, {"w": np.zeros(3)})
    loaded = load_weights(path)[0]["w"]
    loaded[:] = 7
    assert load_weights(path)[0]["w"].tolist() == [0, 0, 0]
    save_weights(path, {"w": np.ones(3)})
    assert loaded.tolist() == [7, 7, 7]
    assert load_weights(path)[0]["w"].tolist() == [1, 1, 1]


def test_nothing_is_left_aside(path: Path) -> None:
    save_weights(path, {})
    save_weights(path, {"w": np.zeros(3)})
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.skipif(os.name != "posix", reason="modes and links as on POSIX")
def test_mode_follows_the_umask_and_a_link_is_followed(path: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    link = tmp_path / "latest"
    link.symlink_to(path)
    save_weights(link, {"w": np.zeros(3)})
    assert link.is_symlink() and path.is_file()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize("step", ["save_file", "fsync", "replace"])
def test_a_failed_save_keeps_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    save_weights(path, {"w": np.zeros(3)})
    monkeypatch.setattr(module if step == "save_file" else module.os, step, full)
    with pytest.raises(CheckpointError, match=r"(?s)net\.safetensors.*No space left.*Fix: "):
        save_weights(path, {"w": np.ones(3)})
    monkeypatch.undo()
    assert load_weights(path)[0]["w"].tolist() == [0, 0, 0]
    assert os.listdir(path.parent) == [path.name]


@pytest.mark.parametrize(
    ("tensors", "metadata", "message"),
    [
        ({"w": np.zeros(2, "complex128")}, None, "complex128"),
        ({"w": np.array(["text"])}, None, "does not store"),
        ({"__metadata__": np.zeros(2)}, None, "cannot name a tensor"),
        ({"w": np.zeros(2)}, {"epoch": 3}, "'epoch': 3"),
    ],
)
def test_what_cannot_be_stored_is_refused(
    path: Path, tensors: Any, metadata: Any, message: str
) -> None:
    with pytest.raises(CheckpointError, match=message):
        save_weights(path, tensors, metadata)
    assert not path.exists()


def test_save_into_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"(?s)No such file.*Fix: check that the folder"):
        save_weights(tmp_path / "none" / "net.safetensors", {"w": np.zeros(2)})
    with pytest.raises(CheckpointError, match="it is a folder"):
        save_weights(tmp_path, {"w": np.zeros(2)})


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("w.npy", "1")
    return buffer.getvalue()


def bad_header(header: dict[str, Any], data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "header too small"),
        (b"\x00" * 64, "no whole safetensors file"),
        (b"hello, these are my weights", "no whole safetensors file"),
        (zipped(), "ZIP archive"),
        (b"\x93NUMPY\x01\x00v", "single NumPy array"),
        (b"\x80\x04\x95", "pickle"),
        (b"\x12\x01\x00\x00\x00\x00\x00\x00", "MXNet"),
        (bad_header({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, b"1234"), ""),
        (bad_header({"w": {"dtype": "NONE", "shape": [1], "data_offsets": [0, 4]}}, b"1234"), ""),
        (bad_header({"w": {"dtype": "F4", "shape": [2], "data_offsets": [0, 1]}}, b"1"), "float4"),
    ],
)
def test_a_bad_file_is_explained(path: Path, content: bytes, reason: str) -> None:
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=rf"(?s)net\.safetensors.*{reason}.*Fix: "):
        load_weights(path)


@pytest.mark.parametrize("keep", [4, 9, 60, -1])
def test_a_truncated_file_is_explained(path: Path, keep: int) -> None:
    save_weights(path, {"w": np.arange(10.0)})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CheckpointError, match=r"(?s)no whole safetensors file.*bytes.*Fix: "):
        load_weights(path)


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"none\.safetensors' does not exist"):
        load_weights(tmp_path / "none.safetensors")
    with pytest.raises(CheckpointError, match="is a folder"):
        load_weights(tmp_path)
