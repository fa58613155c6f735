"""Programs in TensorFlow around any `losses(p, *batch)` and `predict(p, *inputs)`, p by name."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights

Tensor = Any  # TensorFlow's own annotations do not name eager tensors
Params = Mapping[str, Tensor]
Losses = Callable[..., Tensor]  # losses(p, *batch), in training mode; their mean is the loss
Predict = Callable[..., Tensor]  # predict(p, *inputs)
Step = Callable[..., Tensor]  # step(store, *batch) -> loss
Convert = Callable[[Weights], Weights]
STATISTICS = ("running_mean", "running_var")


class Store:
    """The variables of a net, and what Adam keeps of each.

    Attributes:
        scalars: β₁ᵗ, β₂ᵗ and epsilon of the step at hand, set by who runs the steps.
    """

    scalars: Sequence[Tensor]

    def __init__(self, weights: Weights) -> None:
        self.variables = {
            name: tf.Variable(tf.constant(w), trainable=not name.endswith(STATISTICS))
            for name, w in weights.items()
        }
        trained = {name: v for name, v in self.variables.items() if v.trainable}
        self.slots = {
            name: (v, tf.Variable(tf.zeros_like(v)), tf.Variable(tf.zeros_like(v)))
            for name, v in trained.items()
        }

    def read(self, prefix: str = "") -> dict[str, Tensor]:
        """The parameters as tensors, so that no tape differentiates reads; statistics as variables.

        Args:
            prefix: Of the names wanted.
        """
        return {
            name: v.read_value() if v.trainable else v
            for name, v in self.variables.items()
            if name.startswith(prefix)
        }

    def descend(self, tape: tf.GradientTape, losses: Tensor, p: Params) -> Tensor:
        """One update of the parameters p, as `read`; returns the mean of the losses."""
        names = trained(p)
        # The seed stands for the mean, whose Python gradient rule alone costs 0.15 ms.
        seed = tf.fill(losses.shape, 1.0 / losses.shape.num_elements())
        grads = tape.gradient(losses, [p[name] for name in names], output_gradients=seed)
        self.apply(names, map(tf.convert_to_tensor, grads))
        return tf.reduce_mean(losses)

    def apply(self, names: Sequence[str], grads: Any) -> None:
        """One `ResourceApplyAdam` a variable."""
        power1, power2, epsilon = self.scalars
        for name, grad in zip(names, grads, strict=True):
            var, m, v = (variable.handle for variable in self.slots[name])
            tf.raw_ops.ResourceApplyAdam(
                var=var, m=m, v=v, grad=grad, epsilon=epsilon, beta1_power=power1,
                beta2_power=power2, lr=LEARNING_RATE, beta1=BETA1, beta2=BETA2,
            )  # fmt: skip


class FlatStore(Store):
    """All parameters in one variable: a call pays for each captured variable, XLA most of all."""

    def __init__(self, weights: Weights) -> None:
        kept = trained(weights)
        self.shapes = {name: weights[name].shape for name in kept}
        flat = np.concatenate([weights[name].ravel() for name in kept])
        rest = {name: w for name, w in weights.items() if name not in self.shapes}
        super().__init__({"flat": flat, **rest})

    def read(self, prefix: str = "") -> dict[str, Tensor]:
        p = super().read()
        parts = tf.split(p.pop("flat"), [math.prod(s) for s in self.shapes.values()])
        named = zip(self.shapes.items(), parts, strict=True)
        return p | {name: tf.reshape(part, shape) for (name, shape), part in named}

    def apply(self, names: Sequence[str], grads: Any) -> None:
        super().apply(["flat"], [tf.concat([tf.reshape(grad, [-1]) for grad in grads], 0)])


def trained(p: Mapping[str, Any]) -> list[str]:
    return [name for name in p if not name.endswith(STATISTICS)]


def variants(
    losses: Losses, predict: Predict, convert: Convert = dict, varied: bool = False
) -> dict[str, Build]:
    """The ways to run a model.

    Args:
        convert: The first weights as this model keeps them.
        varied: Whether shapes differ from batch to batch.
    """
    return variants_of_step(_step_of(losses), predict, convert, varied)


def flat_variants(losses: Losses, predict: Predict, convert: Convert = dict) -> dict[str, Build]:
    """Those with all parameters in one variable."""
    parts = _step_of(losses), predict, convert, FlatStore
    return {
        "function_flat": partial(function, *parts, False, False),
        "function_xla_flat": partial(function, *parts, True, False),
    }


def variants_of_step(
    step: Step, predict: Predict, convert: Convert, varied: bool = False
) -> dict[str, Build]:
    parts = step, predict, convert
    return {
        "eager": partial(eager, *parts),
        "function": partial(function, *parts, Store, False, varied),
        "function_xla": partial(function, *parts, Store, True, varied),
    }


def _step_of(losses: Losses) -> Step:
    def step(store: Store, *batch: Tensor) -> Tensor:
        p = store.read()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([p[name] for name in trained(p)])
            found = losses(p, *batch)
        return store.descend(tape, found, p)

    return step


def eager(step: Step, predict: Predict, convert: Convert, task: Task) -> Program:
    """Operation by operation."""
    choose_device(task.device)
    store = Store(convert(task.weights))
    count = 0

    def train(*batch: Tensor) -> Tensor:
        nonlocal count
        count += 1
        power2 = BETA2**count
        host = BETA1**count, power2, scaled_epsilon(power2, math.sqrt)
        store.scalars = [tf.constant(scalar) for scalar in host]
        return step(store, *batch)

    return Program(train, lambda *inputs: predict(store.read(), *inputs), prepare, loader, sync)


def function(
    step: Step,
    predict: Predict,
    convert: Convert,
    make_store: Callable[[Weights], Store],
    jit_compile: bool,
    varied: bool,
    task: Task,
) -> Program:
    """The whole step as one graph."""
    choose_device(task.device)
    store = make_store(convert(task.weights))
    state = tf.Variable(tf.constant([BETA1, BETA2, scaled_epsilon(BETA2, math.sqrt)]))

    @tf.function(autograph=False, jit_compile=jit_compile)
    def train(*batch: Tensor) -> Tensor:
        store.scalars = tf.unstack(state)
        loss = step(store, *batch)
        power1, power2 = store.scalars[0] * BETA1, store.scalars[1] * BETA2
        # One variable, written at the end: with three, or with epsilon computed before the update,
        # XLA's CPU runtime wakes its thread pool in each step (MLP 0.10 -> 0.24 ms).
        state.assign(tf.stack([power1, power2, scaled_epsilon(power2, tf.sqrt)]))
        return loss

    @tf.function(autograph=False, jit_compile=jit_compile)
    def run(*inputs: Tensor) -> Tensor:
        return predict(store.read(), *inputs)

    return Program(
        concrete(train, varied), concrete(run, varied), prepare, loader, sync,
        graphs=lambda: sum(f.experimental_get_tracing_count() for f in (train, run)),
    )  # fmt: skip


def concrete(function: Any, varied: bool) -> Callable[..., Tensor]:
    """The concrete function skips the argument binding and cache lookup of `tf.function`."""
    found: dict[Any, Any] = {}

    def call(*batch: Tensor) -> Tensor:
        kind = tuple(batch[0].shape) if varied else None
        if kind not in found:
            found[kind] = function.get_concrete_function(*batch)
        return found[kind](*batch)

    return call


def scaled_epsilon(power2: Any, sqrt: Callable[[Any], Any]) -> Any:
    """The kernel adds epsilon before it corrects the variance's bias; this undoes the difference.

    Without it the kernel is not Adam as published and LeNet's losses are off by 7e-4.
    """
    return EPSILON * sqrt(1 - power2)


def choose_device(device: str) -> None:
    """TensorFlow takes a GPU that it sees."""
    if device == "cpu":
        tf.config.set_visible_devices([], "GPU")


def prepare(batch: Sequence[np.ndarray]) -> tuple[Tensor, ...]:
    """Images as NHWC: TensorFlow's CPU kernels know no other layout."""
    return tuple(tf.constant(x.transpose(0, 2, 3, 1) if x.ndim == 4 else x) for x in batch)


def loader(arrays: Sequence[np.ndarray], batch_size: int) -> tf.data.Dataset:
    rows = tf.data.Dataset.from_tensor_slices(prepare(arrays)).shuffle(len(arrays[0]))
    return rows.batch(batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)


def sync(result: Tensor) -> None:
    """A CPU is done when a call returns: a function gives its outputs after its updates."""
    if "GPU" in result.device:
        tf.test.experimental.sync_devices()


def classify(net: Predict) -> Losses:
    """The cross-entropies of a net whose batches end with the labels."""

    def losses(p: Params, *batch: Tensor) -> Tensor:
        *inputs, y = batch
        logits = net(p, *inputs)
        rows = tf.reshape(logits, (-1, logits.shape[-1]))
        return tf.nn.sparse_softmax_cross_entropy_with_logits(tf.reshape(y, [-1]), rows)

    return losses
