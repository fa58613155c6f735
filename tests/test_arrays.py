"""Functions of NumPy around arrays, and those written on ops, against NumPy."""

from pathlib import Path

import numpy
import pytest

from unideep import np, npx
from unideep.errors import CheckpointError


def test_sizes(backend: str) -> None:
    x = np.zeros((2, 0, 3))
    assert (np.shape(x), np.ndim(x), np.size(x), np.size(x, 2)) == ((2, 0, 3), 3, 0, 3)
    assert (np.shape([[1], [2]]), np.ndim(3.0), np.size([1, 2])) == ((2, 1), 0, 2)


def test_copyto(backend: str) -> None:
    x = np.zeros((2, 2))
    np.copyto(x, [1, 2])
    np.copyto(x, 7.0, where=np.array([[True, False], [False, False]]))
    assert x.tolist() == [[7, 2], [1, 2]]


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("sizes", [(5, 2), (5, 3), (3, 4), (2, 5), (1, 1)])
@pytest.mark.parametrize("op", ["convolve", "correlate"])
def test_convolve(op: str, sizes: tuple[int, int], mode: str, backend: str) -> None:
    a, v = (numpy.arange(1.0, n + 1) ** 2 for n in sizes)
    want = getattr(numpy, op)(a, v, mode)
    assert getattr(np, op)(np.array(a), np.array(v), mode).tolist() == want.tolist()


def test_known_numbers(backend: str) -> None:
    for found, want in (
        (np.logspace(0, 3, 4), numpy.logspace(0, 3, 4)),
        (np.geomspace(-1, -8, 4), numpy.geomspace(-1, -8, 4)),
        (np.tri(3, 4, -1), numpy.tri(3, 4, -1)),
        (np.identity(2), numpy.identity(2)),
        (np.vander(np.array([1.0, 2.0, 3.0])), numpy.vander([1.0, 2.0, 3.0])),
        (np.nanargmax(np.array([1.0, numpy.nan, 3.0])), numpy.array(2)),
    ):
        assert found.shape == want.shape
        assert numpy.allclose(found.asnumpy(), want)


def test_text_is_read(tmp_path: Path, backend: str) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4.5\n")
    found = np.genfromtxt(tmp_path / "table.csv", delimiter=",", skip_header=1)
    assert found.tolist() == [[1, 2], [3, 4.5]]
    assert found.dtype == "float32"


def test_printing_follows_the_options() -> None:
    before = numpy.get_printoptions()["precision"]
    np.set_printoptions(precision=2)
    try:
        assert "0.33" in repr(np.array([1 / 3])) and "0.333" not in repr(np.array([1 / 3]))
    finally:
        np.set_printoptions(precision=before)


def test_tensors_go_to_a_file_and_back(tmp_path: Path, backend: str) -> None:
    x, y = np.arange(3), np.ones((2, 1), dtype="bfloat16")
    npx.save(tmp_path / "list", [x, y])
    first, second = npx.load(tmp_path / "list")
    assert (first.tolist(), second.dtype) == ([0, 1, 2], "bfloat16")
    npx.save(tmp_path / "names", {"x": x})
    assert npx.load(tmp_path / "names")["x"].backend == backend
    npx.save(tmp_path / "one", x)
    assert len(npx.load(tmp_path / "one")) == 1
    with pytest.raises(CheckpointError):
        npx.load(tmp_path / "missing")
