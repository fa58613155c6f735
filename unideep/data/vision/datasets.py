"""The classic sets of small images: read where they lie, else downloaded once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from unideep.config import setting
from unideep.data.dataset import ArrayDataset, Dataset
from unideep.data.vision.formats import read_cifar, read_idx, read_members

__all__ = ["CIFAR10", "CIFAR100", "FashionMNIST", "MNIST"]

Array = np.ndarray[Any, np.dtype[Any]]
Transform = Callable[[Any, Any], Any]


class _Images(Dataset):
    """Images and labels in memory: a sample is (image, label), or what `transform` makes of it."""

    url: ClassVar[str]
    """Where the files are."""
    md5: ClassVar[Mapping[str, str]]
    """Checksums of the files, by name."""

    def __init__(
        self, root: str | Path | None = None, train: bool = True, transform: Transform | None = None
    ) -> None:
        home = Path(setting("home"), "datasets", type(self).__name__.lower())
        self._root = (home if root is None else Path(root)).expanduser()
        self._samples = ArrayDataset(*self._read(train))
        self._transform = transform

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> Any:
        sample = self._samples[index]
        return sample if self._transform is None else self._transform(*sample)

    def gather(self, indices: Array) -> Any | None:
        """Many samples at once, if no `transform` changes each."""
        return self._samples.gather(indices) if self._transform is None else None

    def _read(self, train: bool) -> tuple[Array, Array]:
        """Images (N, H, W, C) uint8 and labels (N,) int32."""
        raise NotImplementedError

    def _file(self, name: str) -> Path:
        """The file of that name, downloaded if it is not there."""
        path = self._root / name
        if path.is_file():
            return path
        from unideep.data.download import download  # 30 ms of imports, for the first time only

        return download(self.url + name, path, self.md5[name])


class MNIST(_Images):
    """Handwritten digits: 60000 images to train with and 10000 to test.

    Args:
        root: The folder of the files, packed or not; default: below UNIDEEP_HOME. What is missing
            is downloaded there.
        train: Which of the two parts.
        transform: From (image, label) to a sample.

    Shape:
        A sample is an image (28, 28, 1) uint8 and a label int32, of NumPy.

    Raises:
        DownloadError: a file is neither there nor to be had; the message says where to put it.
        DataError: a file is cut short, or not what its name says.

    Source:
        LeCun, Cortes and Burges; files and MD5 as in torchvision.datasets.MNIST, the mirror of
        http://yann.lecun.com/exdb/mnist.
    """

    url = "https://ossci-datasets.s3.amazonaws.com/mnist/"
    md5: ClassVar = {
        "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
        "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
        "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
    }

    def _read(self, train: bool) -> tuple[Array, Array]:
        part = "train" if train else "t10k"
        images = read_idx(self._idx(f"{part}-images-idx3-ubyte"), ndim=3)
        labels = read_idx(self._idx(f"{part}-labels-idx1-ubyte"), ndim=1)
        return images[..., None], labels.astype("int32")

    def _idx(self, name: str) -> Path:
        unpacked = self._root / name
        return unpacked if unpacked.is_file() else self._file(f"{name}.gz")


class FashionMNIST(MNIST):
    """Pictures of clothes in ten classes, in the form of `MNIST`.

    Source:
        Xiao, Rasul and Vollgraf, 2017, arXiv:1708.07747; files and MD5 of
        https://github.com/zalandoresearch/fashion-mnist.
    """

    url = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"
    md5: ClassVar = {
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    }


class CIFAR10(_Images):
    """Colour pictures in ten classes: 50000 images to train with and 10000 to test.

    Args:
        root: The folder of the archive, or of its files; default: below UNIDEEP_HOME. If it holds
            neither, the archive is downloaded there (162 MB).
        train: Which of the two parts.
        transform: From (image, label) to a sample.

    Shape:
        A sample is an image (32, 32, 3) uint8 and a label int32, of NumPy.

    Raises:
        DownloadError: the archive is neither there nor to be had.
        DataError: a file is cut short, or not what its name says.

    Source:
        Krizhevsky, 2009, https://www.cs.toronto.edu/~kriz/cifar.html, also for the MD5.
    """

    url = "https://www.cs.toronto.edu/~kriz/"
    md5: ClassVar = {"cifar-10-binary.tar.gz": "c32a1d4ab5d03f1284b67883e8d87530"}
    _folder = "cifar-10-batches-bin"
    _train, _test = tuple(f"data_batch_{i}.bin" for i in range(1, 6)), ("test_batch.bin",)
    _classes: ClassVar = (10,)
    _label = 0

    def _read(self, train: bool) -> tuple[Array, Array]:
        names = self._train if train else self._test
        pairs = zip(names, self._contents(names), strict=True)
        parts = [read_cifar(content, self._classes, name) for name, content in pairs]
        images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return images, labels[:, self._label]

    def _contents(self, names: tuple[str, ...]) -> list[bytes]:
        for folder in (self._root, self._root / self._folder):
            if all((folder / name).is_file() for name in names):
                return [(folder / name).read_bytes() for name in names]
        (archive,) = self.md5
        return read_members(self._file(archive), [f"{self._folder}/{name}" for name in names])


class CIFAR100(CIFAR10):
    """Pictures as in `CIFAR10` of 100 classes, which are grouped into 20.

    Args:
        root: As for `CIFAR10` (161 MB).
        fine_label: True for the class, below 100; False for its group, below 20.
        train: Which of the two parts.
        transform: From (image, label) to a sample.

    Source:
        As for `CIFAR10`.
    """

    md5: ClassVar = {"cifar-100-binary.tar.gz": "03b5dce01913d631647c71ecec9e9cb8"}
    _folder, _train, _test = "cifar-100-binary", ("train.bin",), ("test.bin",)
    _classes: ClassVar = (20, 100)

    def __init__(
        self,
        root: str | Path | None = None,
        fine_label: bool = False,
        train: bool = True,
        transform: Transform | None = None,
    ) -> None:
        self._label = int(fine_label)
        super().__init__(root, train, transform)
