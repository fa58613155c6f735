"""What all optimizers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from unideep.op import Scalar
from unideep.registry import Registry
from unideep.tensor import Tensor

__all__ = ["Common", "Optimizer", "create", "register"]

_registry: Registry[Optimizer] = Registry("optimizer")
create = _registry.create

Tensors = Sequence[Tensor]


class Common(NamedTuple):
    """What every update takes besides its own numbers.

    Attributes:
        wd, lr_mult: One for each parameter.
        rescale: Factor on gradients: 1 / batch size.
        clip: Limit of each element of the rescaled gradient, or None.
    """

    wd: tuple[float, ...]
    lr_mult: tuple[float, ...]
    rescale: float
    clip: float | None


class Optimizer:
    """Base of optimizers: `slots` names the state of a parameter, `update` is the mathematics.

    Args:
        learning_rate: The rate; default: the scheduler's `base_lr`, else the optimizer's own.
        wd: Weight decay, on every parameter whose `wd_mult` is not 0.
        rescale_grad: Factor on gradients, before clipping.
        clip_gradient: Limit of each element of a gradient, or None.
        lr_scheduler: A function from the number of updates to the rate.
        begin_num_update: The number of updates already done.
    """

    slots: tuple[str, ...] = ()
    default_learning_rate = 0.01

    def __init__(
        self,
        learning_rate: float | None = None,
        wd: float = 0.0,
        rescale_grad: float = 1.0,
        clip_gradient: float | None = None,
        lr_scheduler: Callable[[int], float] | None = None,
        begin_num_update: int = 0,
    ) -> None:
        if learning_rate is not None and hasattr(lr_scheduler, "base_lr"):
            lr_scheduler.base_lr = learning_rate  # pyright: ignore
        self.lr = self.default_learning_rate if learning_rate is None else learning_rate
        self.wd, self.rescale_grad, self.clip_gradient = wd, rescale_grad, clip_gradient
        self.lr_scheduler, self.begin_num_update = lr_scheduler, begin_num_update

    def learning_rate_at(self, num_update: int) -> float:
        """The scheduled rate of update number `num_update`, counted from 1."""
        return self.lr if self.lr_scheduler is None else float(self.lr_scheduler(num_update))

    def rate(self, num_update: int) -> float:
        """The rate with the corrections that depend on the number of updates alone."""
        return self.learning_rate_at(num_update)

    def update(
        self, weights: Tensors, gradients: Tensors, slots: list[Tensors], rate: Scalar,
        common: Common,
    ) -> tuple[Tensors, list[Tensors]]:  # fmt: skip
        """New weights and new slots, one list for each name in `slots`."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(learning_rate={self.lr}, wd={self.wd})"


register = _registry.register()
"""Class decorator: makes an optimizer known by its lower-case name."""
