"""Compiled steps: a captured graph that writes its state in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import torch
from torch._C._dynamo.guards import TensorGuards

from unideep.errors import DeviceError
from unideep_torch.capture import Pure, capture, count_ops, write_state
from unideep_torch.inductor import compile_graph, is_usable
from unideep_torch.ownership import drop_leaves, own, owned

Raws = list[Any]


def compile_step(
    pure: Pure, examples: Sequence[torch.Tensor], updates: Callable[[], Mapping[int, int]]
) -> Step:
    """`pure` as a program. State that nobody else sees is overwritten."""
    graph, examples = capture(pure, examples, lower=is_usable())
    n_outputs = len(graph.graph.output_node().args[0])  # pyright: ignore
    written = write_state(graph, updates())
    compiled = compile_graph(graph)
    report = {"engine": compiled.engine, "ops": count_ops(graph)}
    return Step(compiled.run, Layout(examples), written, n_outputs, report)


class Layout:
    """What compiled code takes for granted of its inputs: metadata, device and dense rows."""

    def __init__(self, examples: Sequence[torch.Tensor]) -> None:
        self.devices = [x.device for x in examples]
        self.fits = TensorGuards(
            *examples,
            dynamic_dims_sizes=[list(x.shape) for x in examples],
            dynamic_dims_strides=[list(x.stride()) for x in examples],
        ).check

    def arrange(self, raws: Raws) -> None:
        """Put raws of another layout into the one that was compiled."""
        for i, (raw, device) in enumerate(zip(raws, self.devices, strict=True)):
            if raw.device != device:
                raise DeviceError(
                    f"a step compiled for {device} got a tensor on {raw.device}.",
                    fix="move it first: x.to_device(...).",
                )
            raws[i] = raw.contiguous()


class Step:
    """A compiled step.

    Args:
        run: The compiled graph.
        layout: What it expects of its inputs.
        written: {output: input} for outputs that are written into an input's memory.
        n_outputs: How many outputs `pure` has.
        report: What `explain()` prints.
    """

    def __init__(
        self,
        run: Callable[[Raws], Sequence[Any]],
        layout: Layout,
        written: Mapping[int, int],
        n_outputs: int,
        report: dict[str, Any],
    ) -> None:
        self.report = report
        self._run, self._layout, self._fits = run, layout, layout.fits
        self._places = tuple(written.values())
        self._state_of = pick(self._places)
        fresh = [o for o in range(n_outputs) if o not in written]
        order = {o: i for i, o in enumerate([*fresh, *written])}
        self._arrange = pick([order[o] for o in range(n_outputs)])

    def __call__(self, raws: Raws) -> Sequence[Any]:
        state = self._state_of(raws)
        if not (self._fits(*raws) and owned(state, lists=2)):
            del state  # it would count as one that sees the raws
            state = self._prepare(raws)
        return self._arrange((*self._run(raws), *state))

    def _prepare(self, raws: Raws) -> Sequence[Any]:
        """Bring the inputs into their layout, with a copy of each state that others see."""
        drop_leaves(self._state_of(raws))
        self._layout.arrange(raws)
        own(raws, self._places)
        return self._state_of(raws)


def pick(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """A function that picks these places, as a tuple."""
    if len(places) < 2:
        return lambda values: tuple(values[i] for i in places)
    return itemgetter(*places)
