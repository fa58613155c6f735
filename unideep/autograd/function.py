"""`Function`: operations whose gradient their author writes."""

# The slots of a Tensor belong to the package; raws are the engine's and have no type here.
# pyright: reportPrivateUsage=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unideep import dispatch
from unideep.autograd.tape import _flags
from unideep.dispatch import as_tensor, find_backend, scope
from unideep.errors import GradientError, ShapeError
from unideep.op import OPS
from unideep.tensor import Tensor

__all__ = ["Function"]


class Function:
    """An operation with a gradient of your own. Make a new instance for each call.

    `forward` gets tensors and returns one or several; it is not recorded. `backward` gets a
    gradient for each output and returns one for each input, None where there is none. What
    `forward` passes to `save_for_backward` is there as `saved_tensors`.

    `backward` may itself be differentiated if it is written on tensors. It sees the history of
    inputs and outputs that were saved, but not that of other values: save what it needs, and
    compute the rest again. In compiled code only what was saved has a value in `backward`.

    Raises:
        GradientError, ShapeError: an instance is called again, or `backward` returns another
            number of gradients than there are inputs, or one of another shape.

    Example:
        >>> from unideep import autograd, np
        >>> class Sigmoid(autograd.Function):
        ...     def forward(self, x):
        ...         y = 1 / (1 + np.exp(-x))
        ...         self.save_for_backward(y)
        ...         return y
        ...     def backward(self, dy):
        ...         (y,) = self.saved_tensors
        ...         return dy * y * (1 - y)
        >>> x = np.array(0.0)
        >>> x.attach_grad()
        >>> with autograd.record():
        ...     y = Sigmoid()(x)
        >>> y.backward()
        >>> y.item(), x.grad.item()
        (0.5, 0.25)
    """

    _is_used = False
    _saved: tuple[Tensor, ...] = ()

    def forward(self, *inputs: Any) -> Any:
        """The outputs, a tensor or several, from the inputs."""
        raise NotImplementedError

    def backward(self, *output_grads: Any) -> Any:
        """The gradients of the inputs from those of the outputs."""
        raise NotImplementedError

    def save_for_backward(self, *tensors: Tensor) -> None:
        """Keep tensors for `backward`."""
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Tensor, ...]:
        """What `forward` saved."""
        return self._saved

    def __call__(self, *inputs: Any) -> Any:
        """Run `forward`, and hang `backward` on what it returns."""
        if self._is_used:
            raise GradientError(
                f"this {type(self).__name__} was called before.",
                fix=f"make one for each call: {type(self).__name__}()(x).",
            )
        self._is_used = True
        backend = find_backend(inputs)
        xs = [as_tensor(x, backend=backend) for x in inputs]
        with _flags(recording=False):
            out = self.forward(*xs)
        if not (scope.recording or scope.capture):
            return out
        return self._hang(out, xs)

    def _hang(self, out: Any, xs: list[Tensor]) -> Any:
        """The outputs with their history. What was saved goes along, as values of the graph."""
        outs = list(out) if isinstance(out, (list, tuple)) else [out]
        places = {id(t): ("output", i) for i, t in enumerate(outs)}
        places |= {id(t): ("input", i) for i, t in enumerate(xs)}
        others = [t for t in self._saved if id(t) not in places]
        places |= {id(t): ("other", i) for i, t in enumerate(others)}
        self._places = [places[id(t)] for t in self._saved]
        self._saved = ()
        args, attrs = (outs, xs, others), {"function": self}
        found = dispatch.execute(OPS["custom_gradient"], args, attrs)
        return type(out)(found) if isinstance(out, (list, tuple)) else found[0]

    def pull(
        self, grads: Sequence[Tensor], outs: Sequence[Tensor], xs: Sequence[Tensor],
        others: Sequence[Tensor],
    ) -> list[Tensor | None]:  # fmt: skip
        """Run `backward` with the values and histories that the tape has kept."""
        kept = {"output": outs, "input": xs, "other": others}
        self._saved = tuple([kept[kind][i] for kind, i in self._places])
        try:
            found = self.backward(*grads)
        finally:
            self._saved = ()
        found = list(found) if isinstance(found, (list, tuple)) else [found]
        if len(found) != len(xs):
            raise GradientError(
                f"backward of {type(self).__name__} has to return one gradient for each input.",
                got=f"{len(found)} for {len(xs)}",
                fix="return None for an input without gradient.",
            )
        for i, (g, x) in enumerate(zip(found, xs, strict=True)):
            if g is not None and g.shape != x.shape:
                raise ShapeError(
                    f"backward of {type(self).__name__} returned another shape for input {i}.",
                    got=f"{g.shape} for {x.shape}",
                )
        return found
