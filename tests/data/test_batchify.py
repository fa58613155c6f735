"""From samples to batches: values, dtypes, backend."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import unideep as ud
from unideep.data.batchify import Append, AsList, Group, Pad, Stack
from unideep.errors import DTypeError, ShapeError, UniDeepError


def check(tensor: ud.Tensor, values: Any, dtype: str, backend: str) -> None:
    assert isinstance(tensor, ud.Tensor)
    assert tensor.backend == backend and tensor.dtype == dtype
    assert tensor.tolist() == values


@pytest.mark.parametrize(
    ("samples", "dtype"),
    [
        ([1, 2], "int64"),
        ([1.5, 2], "float32"),
        ([2, 1.5], "float32"),
        ([True, False], "bool"),
        ([[1.0, 2.0], [3.0, 4.0]], "float32"),
        ([np.zeros(2), np.ones(2)], "float64"),
        ([np.float32(1), np.float32(2)], "float32"),
        ([np.zeros((2, 2), "uint8")], "uint8"),
        ([np.int32(1), 2], "int64"),
    ],
)
def test_stack(backend: str, samples: Sequence[Any], dtype: str) -> None:
    values = np.asarray([np.asarray(s) for s in samples]).tolist()
    check(Stack()(samples), values, dtype, backend)


def test_stack_of_tensors(backend: str) -> None:
    rows = [ud.np.array([1.0, 2.0]), ud.np.array([3.0, 4.0])]
    check(Stack()(rows), [[1, 2], [3, 4]], "float32", backend)
    with ud.use_backend("numpy"):
        check(Stack()(rows), [[1, 2], [3, 4]], "float32", "numpy")


def test_stack_refuses_shapes_that_differ(backend: str) -> None:
    with pytest.raises(ShapeError, match=r"(?s)\[\(2,\), \(3,\)\].*Fix: use batchify.Pad"):
        Stack()([np.zeros(2), np.zeros(3)])


@pytest.mark.parametrize("sample", ["text", np.str_("text"), None, [object()]])
def test_what_is_no_number_is_refused(sample: Any) -> None:
    with pytest.raises(DTypeError, match=r"(?s)holds numbers.*AsList"):
        Stack()([sample, sample])


def test_pad_one_axis(backend: str) -> None:
    samples = [np.array([1, 2, 3], "int32"), np.array([4], "int32"), np.zeros(0, "int32")]
    check(Pad()(samples), [[1, 2, 3], [4, 0, 0], [0, 0, 0]], "int32", backend)


def test_pad_several_axes_with_value_dtype_and_rounding(backend: str) -> None:
    batch = Pad(val=-1, dtype="float16", round_to=2)([np.zeros((1, 2)), np.ones((3, 1))])
    assert batch.shape == (2, 4, 2) and batch.dtype == "float16" and batch.backend == backend
    assert batch[1].tolist() == [[1, -1], [1, -1], [1, -1], [-1, -1]]


def test_pad_of_tensors_and_lists(backend: str) -> None:
    check(Pad()([ud.np.ones(2), [5.0]]), [[1, 1], [5, 0]], "float32", backend)


def test_append(backend: str) -> None:
    first, second = Append()([np.zeros((2, 3)), np.zeros(4)])
    assert first.shape == (1, 2, 3) and second.shape == (1, 4) and first.backend == backend
    assert [t.shape for t in Append(expand=False)([np.zeros(2), 1])] == [(2,), ()]
    assert Append(batch_axis=1)([np.zeros(2)])[0].shape == (2, 1)


@pytest.mark.parametrize("make", [Group, lambda *fns: Group(list(fns))], ids=["args", "list"])
def test_group(backend: str, make: Callable[..., Group]) -> None:
    ids, label, text = make(Pad(), Stack(), AsList())([([1, 2], 0, "ab"), ([3], 1, "c")])
    check(ids, [[1, 2], [3, 0]], "int64", backend)
    check(label, [0, 1], "int64", backend)
    assert text == ["ab", "c"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: Pad()([np.zeros(2), np.zeros((2, 2))]), ShapeError, "numbers of axes"),
        (lambda: Pad(round_to=0), UniDeepError, "round_to is 0"),
        (lambda: Group(Stack())([(1, 2)]), ShapeError, "1 functions and a sample has 2"),
    ],
)
def test_bad_use(call: Callable[[], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
