"""MNIST and CIFAR from files of the same formats, local ones and served ones, and what goes wrong.

All files are made here: nothing comes from the network.
"""

import gzip
import hashlib
import http.server
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import unideep as ud
from unideep.data import DataLoader
from unideep.data.vision import CIFAR10, CIFAR100, MNIST, FashionMNIST
from unideep.errors import DataError, DownloadError, ShapeError

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 256, (5, 28, 28), "uint8")
DIGIT_LABELS = np.array([3, 1, 4, 1, 5], "uint8")
PICTURES = RNG.integers(0, 256, (10, 32, 32, 3), "uint8")
GROUPS, CLASSES = np.arange(10, dtype="uint8"), np.arange(90, 100, dtype="uint8")


def idx(array: Array) -> bytes:
    sizes = b"".join(size.to_bytes(4) for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def zipped(content: bytes) -> bytes:
    """Compressed, without the time: two test processes must name their cases alike."""
    return gzip.compress(content, mtime=0)


def records(pictures: Array, *labels: Array) -> bytes:
    flat = pictures.transpose(0, 3, 1, 2).reshape(len(pictures), -1)
    return np.concatenate([*[label[:, None] for label in labels], flat], axis=1).tobytes()


def tar(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def write_digits(folder: Path, part: str = "train") -> None:
    for name, array in (("images-idx3", DIGITS), ("labels-idx1", DIGIT_LABELS)):
        (folder / f"{part}-{name}-ubyte.gz").write_bytes(zipped(idx(array)))


def cifar10_files() -> dict[str, bytes]:
    """Two pictures in each of the five files for training; the last two for testing."""
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    cuts = [slice(2 * i, 2 * i + 2) for i in (0, 1, 2, 3, 4, 4)]
    return {
        f"cifar-10-batches-bin/{name}.bin": records(PICTURES[cut], GROUPS[cut])
        for name, cut in zip(names, cuts, strict=True)
    }


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder, and the address where its files are served."""
    monkeypatch.setenv("no_proxy", "*")
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: Any) -> None: ...

        def copyfile(self, source: Any, outputfile: Any) -> None:
            data = source.read()
            outputfile.write(data[:-3] if "short" in self.path else data)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as it:
        thread = threading.Thread(target=it.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield folder, f"http://127.0.0.1:{it.server_port}/"
        it.shutdown()
        thread.join()


def served(kind: type, server: tuple[Path, str]) -> type:
    """The data set `kind` of what lies in the served folder."""
    folder, url = server
    sums = {f.name: hashlib.md5(f.read_bytes()).hexdigest() for f in folder.iterdir()}
    return type(kind.__name__, (kind,), {"url": url, "md5": sums})


@pytest.mark.parametrize("kind", [MNIST, FashionMNIST])
@pytest.mark.parametrize("train", [True, False])
def test_digits_from_local_files(tmp_path: Path, kind: type[MNIST], train: bool) -> None:
    write_digits(tmp_path, "train" if train else "t10k")
    data = kind(tmp_path, train)
    image, label = data[2]
    assert len(data) == 5
    assert image.shape == (28, 28, 1) and image.dtype == np.uint8
    assert label == 4 and label.dtype == np.int32
    np.testing.assert_array_equal(image[..., 0], DIGITS[2])


def test_unpacked_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(DIGITS))
    (tmp_path / "t10k-labels-idx1-ubyte").write_bytes(idx(DIGIT_LABELS))
    assert [label for _, label in MNIST(tmp_path, train=False)] == [3, 1, 4, 1, 5]


def test_the_default_folder_follows_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNIDEEP_HOME", str(tmp_path))
    folder = tmp_path / "datasets" / "mnist"
    folder.mkdir(parents=True)
    write_digits(folder)
    assert len(MNIST()) == 5


def test_batches_of_digits(backend: str, tmp_path: Path) -> None:
    write_digits(tmp_path)
    x, y = next(iter(DataLoader(MNIST(tmp_path), 4)))
    assert (x.shape, x.dtype, x.backend) == ((4, 28, 28, 1), "uint8", backend)
    assert (y.tolist(), y.dtype) == ([3, 1, 4, 1], "int32")


def test_transform_gets_image_and_label(tmp_path: Path) -> None:
    write_digits(tmp_path)
    data = MNIST(tmp_path, transform=lambda image, label: (image.mean(), -label))
    assert data[4] == (DIGITS[4].mean(), -5)
    x, _ = next(iter(DataLoader(data.transform_first(lambda mean: mean + 1), 5)))
    np.testing.assert_allclose(x.asnumpy(), DIGITS.mean(axis=(1, 2)) + 1)
    assert len(ud.gluon.data.vision.MNIST(tmp_path).take(2)) == 2


@pytest.mark.parametrize("unpacked", [False, True])
def test_cifar10(tmp_path: Path, unpacked: bool) -> None:
    if unpacked:
        (tmp_path / "cifar-10-batches-bin").mkdir()
        for name, content in cifar10_files().items():
            (tmp_path / name).write_bytes(content)
    else:
        tar(tmp_path / "cifar-10-binary.tar.gz", cifar10_files())
    data = CIFAR10(tmp_path)
    images, labels = cast(list[Array], data.gather(np.arange(10)))
    np.testing.assert_array_equal(images, PICTURES)
    assert images.dtype == np.uint8 and labels.dtype == np.int32
    assert labels.tolist() == list(range(10))
    assert [label for _, label in CIFAR10(tmp_path, train=False)] == [8, 9]


@pytest.mark.parametrize(("fine", "expected"), [(False, GROUPS), (True, CLASSES)])
def test_cifar100_has_classes_and_groups(tmp_path: Path, fine: bool, expected: Array) -> None:
    files = {"cifar-100-binary/train.bin": records(PICTURES, GROUPS, CLASSES)}
    tar(tmp_path / "cifar-100-binary.tar.gz", files)
    data = CIFAR100(tmp_path, fine_label=fine)
    assert [label for _, label in data] == expected.tolist()
    np.testing.assert_array_equal(data[9][0], PICTURES[9])


def test_an_archive_cannot_write_outside(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    tar(root / "cifar-10-binary.tar.gz", {"../escaped": b"!", **cifar10_files()})
    assert len(CIFAR10(root)) == 10
    assert [path.name for path in tmp_path.rglob("*")] == ["root", "cifar-10-binary.tar.gz"]


def test_what_is_missing_is_downloaded_once(tmp_path: Path, server: tuple[Path, str]) -> None:
    folder, _ = server
    write_digits(folder)
    kind, root = served(MNIST, server), tmp_path / "a" / "b"
    assert len(kind(root)) == 5
    assert sorted(f.name for f in root.iterdir()) == sorted(f.name for f in folder.iterdir())
    for file in folder.iterdir():
        file.unlink()
    assert len(kind(root)) == 5


def test_another_checksum_leaves_no_file(tmp_path: Path, server: tuple[Path, str]) -> None:
    folder, url = server
    tar(folder / "cifar-10-binary.tar.gz", cifar10_files())
    kind = served(CIFAR10, server)
    (folder / "cifar-10-binary.tar.gz").write_bytes(b"<html>not found</html>")
    root = tmp_path / "root"
    with pytest.raises(DownloadError, match=rf"(?s)MD5 .* in place of .*{url}.*Fix: .*{root}"):
        kind(root)
    assert not list(root.iterdir())


def test_a_transfer_cut_short_leaves_no_file(tmp_path: Path, server: tuple[Path, str]) -> None:
    folder, url = server
    (folder / "short").mkdir()
    write_digits(folder / "short")
    kind = type("MNIST", (MNIST,), {"url": url + "short/"})
    with pytest.raises(DownloadError, match=r"Got \d+ of \d+ bytes"):
        kind(tmp_path / "root")
    assert not list((tmp_path / "root").iterdir())


def test_offline(tmp_path: Path, server: tuple[Path, str]) -> None:
    gone = type("MNIST", (MNIST,), {"url": "http://127.0.0.1:9/"})
    with pytest.raises(
        DownloadError, match=r"(?s)127\.0\.0\.1:9/train.*Fix: fetch.*ubyte\.gz"
    ) as e:
        gone(tmp_path)
    assert isinstance(e.value, OSError) and str(tmp_path) in e.value.fix
    missing = type("MNIST", (MNIST,), {"url": server[1]})
    with pytest.raises(DownloadError, match="404"):
        missing(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(idx(DIGITS))[:-9], "EOFError"),
        (b"<html>", "BadGzipFile"),
        (zipped(b"<html>"), "magic number 0x3c68746d, expected 0x00000803"),
        (zipped(idx(DIGITS[0])), "magic number 0x00000802"),
        (zipped(b""), "magic number 0x,"),
        (zipped(idx(DIGITS)[:-1]), r"3919 bytes after the header, which says \(5, 28, 28\)"),
    ],
)
def test_damaged_digits(tmp_path: Path, content: bytes, message: str) -> None:
    write_digits(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        MNIST(tmp_path)
    assert isinstance(caught.value, ValueError)
    assert str(tmp_path / "train-images-idx3-ubyte.gz") in str(caught.value)


def test_images_and_labels_must_agree(tmp_path: Path) -> None:
    write_digits(tmp_path)
    labels = zipped(idx(DIGIT_LABELS[:3]))
    (tmp_path / "train-labels-idx1-ubyte.gz").write_bytes(labels)
    with pytest.raises(ShapeError, match=r"lengths \[5, 3\]"):
        MNIST(tmp_path)


def test_damaged_archives(tmp_path: Path) -> None:
    path = tmp_path / "cifar-10-binary.tar.gz"
    tar(path, {"cifar-10-batches-py/data_batch_1": b""})
    with pytest.raises(DataError, match=r"(?s)no cifar-10-batches-bin/data_batch_1.bin.*-py/data"):
        CIFAR10(tmp_path)
    tar(path, cifar10_files())
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(DataError, match="cannot be read"):
        CIFAR10(tmp_path)
    path.write_bytes(b"<html>")
    with pytest.raises(DataError, match="ReadError"):
        CIFAR10(tmp_path)


def test_records_of_another_data_set(tmp_path: Path) -> None:
    path = tmp_path / "test_batch.bin"
    path.write_bytes(records(PICTURES, GROUPS)[:-1])
    with pytest.raises(DataError, match="no multiple of 3073"):
        CIFAR10(tmp_path, train=False)
    path.write_bytes(records(PICTURES, CLASSES))
    with pytest.raises(DataError, match=r"labels up to \[99\], expected below \[10\]"):
        CIFAR10(tmp_path, train=False)
