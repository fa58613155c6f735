"""Parts of a batch, one for each device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import ops
from unideep.device import DeviceLike
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError
from unideep.tensor import Tensor

__all__ = ["split_and_load", "split_data"]


def split_data(
    data: Tensor, num_slice: int, batch_axis: int = 0, even_split: bool = True
) -> list[Tensor]:
    """A batch in `num_slice` parts along its batch axis.

    Args:
        data: The batch.
        num_slice: The number of parts.
        batch_axis: The axis of the samples.
        even_split: Whether the parts have to be of one size. Else the first ones are larger by
            one, and there are never more parts than samples.

    Raises:
        ShapeError: the batch does not divide into parts of one size.

    Example:
        >>> [part.shape for part in gluon.utils.split_data(np.ones((5, 2)), 2, even_split=False)]
        [(3, 2), (2, 2)]
    """
    size = data.shape[batch_axis]
    if even_split and size % num_slice:
        raise ShapeError(
            f"a batch of {size} does not divide into {num_slice} parts of one size.",
            got=f"shape {data.shape}, batch_axis={batch_axis}",
            fix="choose a multiple as batch size, or pass even_split=False.",
        )
    return ops.array_split(data, max(1, min(num_slice, size)), batch_axis)


def split_and_load(
    data: Any, ctx_list: Sequence[DeviceLike], batch_axis: int = 0, even_split: bool = True
) -> list[Tensor]:
    """`split_data` with one part for each device, each on its device.

    Args:
        data: A tensor, or what becomes one: a NumPy array, a list.
        ctx_list: Devices.
        batch_axis, even_split: See `split_data`.
    """
    parts = split_data(as_tensor(data), len(ctx_list), batch_axis, even_split)
    return [x.to_device(device) for x, device in zip(parts, ctx_list, strict=False)]
