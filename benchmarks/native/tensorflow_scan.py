"""Steps after each other in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from .tensorflow_common import Tensor

States = tuple[Tensor, ...]
Step = Callable[[States, States], States]  # states, elements of the step -> states
Scan = Callable[..., States]  # scan(step, elements, states, reverse) -> stacked


def unrolled(step: Step, elements: States, states: States, reverse: bool = False) -> States:
    """A graph of all steps."""
    steps = list(zip(*(tf.unstack(x) for x in elements), strict=True))
    outs = []
    for now in steps[::-1] if reverse else steps:
        states = step(states, now)
        outs.append(states)
    return tuple(tf.stack(x) for x in zip(*(outs[::-1] if reverse else outs), strict=True))


def looped(step: Step, elements: States, states: States, reverse: bool = False) -> States:
    """A loop: XLA compiles one step; it takes two minutes for 32."""
    return tf.scan(step, elements, states, reverse=reverse)
