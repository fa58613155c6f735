"""Clipping gradients by their common norm."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence

from unideep import ops
from unideep.dispatch import rebind_all, scope
from unideep.errors import ArgumentError
from unideep.tensor import Tensor

__all__ = ["clip_global_norm"]


def clip_global_norm(
    arrays: Sequence[Tensor], max_norm: float, check_isfinite: bool = True
) -> float | Tensor:
    """Scale tensors, in place, so that the norm of all of them together is at most `max_norm`.

    Each becomes itself times min(1, max_norm / (norm + 1e-8)). The norm is taken in float32 or
    wider.

    Args:
        arrays: Gradients: `[p.grad() for p in net.collect_params().values()]`.
        max_norm: The greatest norm.
        check_isfinite: Whether to wait for the norm and to warn if it is not a number or infinite.

    Returns:
        The norm before, as a number; as a 0-d tensor without `check_isfinite` and in a compiled
        step, which cannot wait.

    Example:
        >>> gradients = [np.array([3.0]), np.array([0.0, 4.0])]
        >>> gluon.utils.clip_global_norm(gradients, 1.0)
        5.0
        >>> gradients[1].tolist()
        [0.0, 0.800000011920929]

    Source:
        Pascanu, Mikolov and Bengio, 2012, arXiv:1211.5063, algorithm 1.
    """
    if not arrays:
        raise ArgumentError("there is nothing to clip.", got="no arrays", fix="pass gradients.")
    norm = ops.sqrt(sum([_sum_of_squares(x) for x in arrays[1:]], _sum_of_squares(arrays[0])))
    scale = ops.minimum(max_norm / (norm + 1e-8), 1.0)
    rebind_all(arrays, [x * scale.astype(x.dtype, copy=False) for x in arrays])
    if not check_isfinite or scope.capture is not None:
        return norm
    found = float(norm)
    if not math.isfinite(found):
        warnings.warn(f"the norm of the gradients is {found}: clipping them made nan of some.",
                      stacklevel=2)  # fmt: skip
    return found


def _sum_of_squares(x: Tensor) -> Tensor:
    wide = x if x.dtype.itemsize >= 4 else x.astype("float32")
    return ops.sum(wide * wide)
