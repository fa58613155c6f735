"""Parts of a batch."""

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.gluon.utils import split_and_load, split_data


def test_parts(backend: str) -> None:
    x = np.arange(12).reshape(6, 2)
    assert [part.shape for part in split_data(x, 3)] == [(2, 2)] * 3
    assert [part.tolist() for part in split_data(x, 2, batch_axis=1)][1][0] == [1]
    with pytest.raises(ValueError, match="batch of 6 does not divide into 4"):
        split_data(x, 4)
    assert [len(part) for part in split_data(x, 4, even_split=False)] == [2, 2, 1, 1]
    assert len(split_data(x, 9, even_split=False)) == 6


def test_one_device(backend: str) -> None:
    x = numpy.ones((4, 2), "float32")
    (part,) = split_and_load(x, [ud.cpu()])
    assert part.backend == backend
    assert part.device == ud.cpu()
    numpy.testing.assert_array_equal(part.asnumpy(), x)
    assert [len(p) for p in split_and_load(x, [ud.cpu(), ud.cpu()])] == [2, 2]
