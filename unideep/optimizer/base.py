"""What all optimizers share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from unideep.op import Scalar
from unideep.ops.update import rate_of, rescaled
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
    """Base of optimizers: `slots` names the state of a parameter, `update_one` is the mathematics.

    An optimizer with kernels of the engines' behind it defines `update` instead, for all parameters
    at once.

    Args:
        learning_rate: The rate; default: the scheduler's `base_lr`, else the optimizer's own.
        wd: Weight decay, on every parameter whose `wd_mult` is not 0.
        rescale_grad: Factor on gradients, before clipping.
        clip_gradient: Limit of each element of a gradient, or None.
        lr_scheduler: A function from the number of updates to the rate.
        begin_num_update: The number of updates already done.

    Example:
        >>> @ud.optimizer.register
        ... class SignDescent(ud.optimizer.Optimizer):
        ...     def update_one(self, w, g, wd, slots, rate):
        ...         return w - rate * np.sign(g), []
        >>> trainer = gluon.Trainer({}, "signdescent", {"learning_rate": 0.1})
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

    def rate(self, num_update: int) -> float | tuple[float, ...]:
        """What depends on the number of updates alone: the rate, or the rate and more numbers."""
        return self.learning_rate_at(num_update)

    def update_one(
        self, w: Tensor, g: Tensor, wd: float, slots: Sequence[Tensor], rate: Scalar,
        *numbers: Scalar,
    ) -> tuple[Tensor, list[Tensor]]:  # fmt: skip
        """The new weight and the new slots of one parameter.

        Args:
            w: The weight.
            g: Its gradient, rescaled and clipped; without the decay.
            wd: λ, the decay.
            slots: The state, zero at first.
            rate: η, the parameter's `lr_mult` in it.
            numbers: The further numbers of `self.rate`.
        """
        raise NotImplementedError(f"{type(self).__name__} defines neither update_one nor update")

    def update(
        self, weights: Tensors, gradients: Tensors, slots: list[Tensors], rate: Scalar,
        common: Common,
    ) -> tuple[Tensors, list[Tensors]]:  # fmt: skip
        """New weights and new slots, one list for each name in `slots`."""
        states = zip(*slots, strict=True) if slots else [()] * len(weights)
        rows = zip(weights, gradients, states, common.wd, common.lr_mult, strict=True)
        new: list[tuple[Tensor, list[Tensor]]] = []
        for w, g, state, wd, scale in rows:
            first, *numbers = _several(rate, w)
            g = rescaled(g, common.rescale, common.clip)
            new.append(self.update_one(w, g, wd, state, rate_of(first, w, scale), *numbers))
        columns = zip(*[state for _, state in new], strict=True)
        return [w for w, _ in new], [list(column) for column in columns]

    def __repr__(self) -> str:
        return f"{type(self).__name__}(learning_rate={self.lr}, wd={self.wd})"


def _several(rate: Scalar | tuple[float, ...], w: Tensor) -> Sequence[Scalar]:
    """What `Optimizer.rate` returned, as a sequence of numbers; of tensors in a capture."""
    if isinstance(rate, Tensor):
        return list(rate.astype(w.dtype, copy=False)) if rate.ndim else [rate]
    return rate if isinstance(rate, tuple) else [rate]


register = _registry.register()
"""Class decorator: makes an optimizer known by its lower-case name."""
