"""The Trainer: applies an optimizer to parameters after backward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unideep import ops
from unideep.autograd.tape import _flags, set_fresh
from unideep.block import Parameter
from unideep.compiler.capture import outside
from unideep.compiler.entry import Compiled, invalidate
from unideep.compiler.feed import Counter, feed
from unideep.dispatch import rebind_all, scope
from unideep.errors import ArgumentError, GradientError
from unideep.optimizer import Optimizer, create as create_optimizer
from unideep.optimizer.base import Common, Tensors
from unideep.tensor import Tensor

__all__ = ["Trainer"]


class Trainer:
    """Updates parameters by their gradients.

    Args:
        params: `net.collect_params()`, or a list of Parameters. Shared ones count once.
        optimizer: A name ("sgd", "adam", ...) or an Optimizer.
        optimizer_params: The optimizer's arguments, with a name.
        kvstore, compression_params, update_on_kvstore: Gluon's; one device needs none.

    Example:
        >>> net = nn.Dense(1)
        >>> net.initialize()
        >>> trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})
        >>> with autograd.record():
        ...     loss = net(np.ones((2, 3))).mean()
        >>> loss.backward()
        >>> trainer.step(1)
        >>> trainer.num_update
        1
    """

    def __init__(
        self,
        params: Mapping[str, Parameter] | Iterable[Parameter],
        optimizer: str | Optimizer,
        optimizer_params: Mapping[str, Any] | None = None,
        kvstore: Any = "device",
        compression_params: Any = None,
        update_on_kvstore: Any = None,
    ) -> None:
        named = (
            params.items()
            if isinstance(params, Mapping)
            else ((getattr(p, "name", ""), p) for p in params)
        )
        unique: dict[int, tuple[str, Parameter]] = {}
        for i, (name, p) in enumerate(named):
            if not isinstance(p, Parameter):
                raise ArgumentError(
                    "a Trainer takes Parameters.",
                    got=f"{type(p).__name__}",
                    fix="pass net.collect_params().",
                )
            label = name if isinstance(params, Mapping) else f"{i}.{name}"
            unique.setdefault(id(p), (label, p))
        self._named = list(unique.values())
        self._optimizer = create_optimizer(optimizer, **dict(optimizer_params or {}))
        self._count = Counter(self._optimizer.begin_num_update)
        self._slots: dict[int, list[Tensor]] = {}
        self._compiled = Compiled(self._apply)

    @property
    def optimizer(self) -> Optimizer:
        """The optimizer."""
        return self._optimizer

    @property
    def num_update(self) -> int:
        """How many steps were taken."""
        return self._count.value

    @property
    def learning_rate(self) -> float:
        """The rate of the step just taken, or of the first one."""
        return self._optimizer.learning_rate_at(max(self._count.value, 1))

    def set_learning_rate(self, lr: float) -> None:
        """Set the rate. Takes effect in compiled steps without a new compilation.

        Raises:
            ArgumentError: a schedule decides the rate.
        """
        if self._optimizer.lr_scheduler is not None:
            raise ArgumentError(
                "the learning rate follows a schedule.", fix="set lr_scheduler.base_lr instead."
            )
        self._optimizer.lr = lr

    # A step

    def step(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """Reduce gradients over devices and update all parameters.

        Args:
            batch_size: Gradients are divided by it: the number of items if the loss was summed
                over them, 1 if it was averaged.
            ignore_stale_grad: Skip parameters that no backward has reached since the last step.

        Raises:
            GradientError: such a parameter, not ignored. Names them.
        """
        self.allreduce_grads()
        self.update(batch_size, ignore_stale_grad)

    def allreduce_grads(self) -> None:
        """Sum the gradients over processes. One process: nothing to do."""

    def update(self, batch_size: float, ignore_stale_grad: bool = False) -> None:
        """`step` without the reduction over devices."""
        rescale = self._optimizer.rescale_grad / float(batch_size)
        active = self._active(ignore_stale_grad)
        if not active:
            return
        self._prepare_slots(active)
        backend = self._named[active[0]][1].data()._backend
        with _flags(recording=False):
            if backend.fuses and scope.capture is None:
                self._compiled(active, rescale)
            else:
                self._apply(active, rescale)

    def _active(self, ignore_stale: bool) -> tuple[int, ...]:
        """The parameters that have a fresh gradient, by number."""
        active: list[int] = []
        stale: list[str] = []
        for i, (name, p) in enumerate(self._named):
            leaf = p.data()._leaf
            if leaf is None:
                continue
            if leaf.fresh:
                active.append(i)
            else:
                stale.append(name)
        if stale and not ignore_stale:
            raise GradientError(
                f"no backward has computed the gradient of {', '.join(stale)} since the last step.",
                fix="check that the loss depends on it and call backward(); or set its grad_req "
                'to "null"; or pass ignore_stale_grad=True.',
            )
        return tuple(active)

    def _apply(self, active: tuple[int, ...], rescale: float) -> None:
        optimizer, params = self._optimizer, [self._named[i][1] for i in active]
        weights = [p.data() for p in params]
        state = [self._slots[i] for i in active]
        slots: list[Tensors] = [list(column) for column in zip(*state, strict=True)]
        rate = feed(self._count, optimizer.rate, _widest(weights), weights[0]._backend)
        common = Common(
            tuple([optimizer.wd * p.wd_mult for p in params]),
            tuple([p.lr_mult for p in params]),
            rescale,
            optimizer.clip_gradient,
        )
        gradients: list[Any] = [w._leaf.gradient for w in weights]  # pyright: ignore
        new, new_slots = optimizer.update(weights, gradients, slots, rate, common)
        for handles, values in zip([weights, *slots], [new, *new_slots], strict=True):
            rebind_all(handles, values)
        for w in weights:
            set_fresh(w._leaf, False)  # pyright: ignore[reportArgumentType]

    def _prepare_slots(self, active: tuple[int, ...]) -> None:
        """Make the optimizer's state where it is missing; it follows its parameter's backend."""
        for i in active:
            w, found = self._named[i][1].data(), self._slots.get(i)
            if found is None:
                with outside():
                    self._slots[i] = [ops.zeros_like(w) for _ in self._optimizer.slots]
            elif found and found[0]._backend is not w._backend:
                for slot in found:
                    moved = slot.to_backend(w.backend)
                    slot._raw, slot._backend = moved._raw, moved._backend

    # Files

    def save_states(self, fname: Any) -> None:
        """Write the optimizer's state and the number of updates to a safetensors file."""
        from unideep.checkpoint import save_weights

        state = self.state_dict()
        save_weights(fname, state, {"num_update": str(state.pop("num_update"))})

    def load_states(self, fname: Any) -> None:
        """Read what `save_states` wrote.

        Raises:
            CheckpointError: the file is corrupt or does not match; nothing is changed.
        """
        from unideep.checkpoint import load_weights

        arrays, metadata = load_weights(fname)
        self.load_state_dict({**arrays, **metadata}, str(fname))

    def state_dict(self) -> dict[str, Any]:
        """The number of updates as "num_update", and the optimizer's state, by names such as
        "0.weight/mean"; the same tensors, not copies."""
        tensors = {
            f"{self._named[i][0]}/{slot}": t
            for i, state in self._slots.items()
            for slot, t in zip(self._optimizer.slots, state, strict=True)
        }
        return {**tensors, "num_update": self.num_update}

    def load_state_dict(self, state: Mapping[str, Any], source: str = "the dictionary") -> None:
        """Go on where `state_dict` was called.

        Raises:
            CheckpointError: it does not match; nothing is changed.
        """
        from unideep.checkpoint import check_match

        arrays = {name: a for name, a in state.items() if name != "num_update"}
        expected = {
            f"{name}/{slot}": (p.shape, p.dtype)
            for name, p in self._named
            if p.grad_req != "null"
            for slot in self._optimizer.slots
        }
        check_match(
            expected, arrays, allow_missing=False, ignore_extra=False, cast_dtype=False,
            source=source,
        )  # fmt: skip
        for i, (name, p) in enumerate(self._named):
            if p.grad_req != "null":
                self._slots[i] = [
                    ops.array(arrays[f"{name}/{slot}"]).to_backend(p.data().backend)
                    for slot in self._optimizer.slots
                ]
        self._count.value = int(state.get("num_update", 0))
        invalidate()


def _widest(weights: list[Tensor]) -> str:
    """The dtype of a rate that is precise enough for all weights; eager ones take a number."""
    wide = scope.capture is not None and any(w.dtype.itemsize > 4 for w in weights)
    return "float64" if wide else "float32"
