"""Programs in TensorFlow around any `losses(p, *batch)` and `predict(p, *inputs)`, p by name."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights

Tensor = Any  # TensorFlow's own annotations do not name eager tensors
Params = Mapping[str, Tensor]
Losses = Callable[..., Tensor]  # in training mode; their mean is the loss
Predict = Callable[..., Tensor]
Step = Callable[..., Tensor]
Convert = Callable[[Weights], Weights]
DECAYS = np.array([BETA1, BETA2], "float32")
STATISTICS = ("running_mean", "running_var")


class Store:
    """The variables of a net, and what Adam keeps of each.

    Attributes:
        powers: β₁ᵗ and β₂ᵗ of the step at hand, set by who runs the steps.
    """

    powers: Sequence[Tensor]

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
            name: tf.raw_ops.ReadVariableOp(resource=v.handle, dtype=v.dtype) if v.trainable else v
            for name, v in self.variables.items()
            if name.startswith(prefix)
        }

    def descend(self, tape: tf.GradientTape, losses: Tensor, p: Params) -> Tensor:
        """One update of the parameters p, as `read`; returns the mean of the losses."""
        names = trained(p)
        # The seed stands for the mean, whose Python gradient rule alone costs 0.15 ms.
        size = losses.shape.num_elements()
        seed = tf.constant(np.full(losses.shape, 1.0 / size, "float32"))
        params = [p[name] for name in names]
        gradient: Any = tape.gradient  # annotated for lists of losses only
        grads = gradient(losses, params, output_gradients=seed)
        self.apply(names, map(tf.convert_to_tensor, grads))
        return tf.reduce_mean(losses)

    def apply(self, names: Sequence[str], grads: Any) -> None:
        """One `ResourceApplyAdam` a variable."""
        power1, power2 = self.powers
        for name, grad in zip(names, grads, strict=True):
            var, m, v = (variable.handle for variable in self.slots[name])
            tf.raw_ops.ResourceApplyAdam(
                var=var, m=m, v=v, beta1_power=power1, beta2_power=power2, lr=LEARNING_RATE,
                beta1=BETA1, beta2=BETA2, epsilon=EPSILON, grad=grad,
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


@dataclass(frozen=True)
class Model:
    """What the ways to run a model have in common.

    Attributes:
        step: step(store, *batch, **sizes) -> loss.
        predict: predict(p, *inputs, **sizes).
        convert: The first weights as this model keeps them.
        sizes: Names of those that its functions take by keyword.
        varied: Whether shapes differ from batch to batch.
    """

    step: Step
    predict: Predict
    convert: Convert = dict
    sizes: Sequence[str] = ()
    varied: bool = False

    def bound(self, task: Task) -> tuple[Step, Predict]:
        sizes = {name: task.sizes[name] for name in self.sizes}
        return partial(self.step, **sizes), partial(self.predict, **sizes)

    def variants(self) -> dict[str, Build]:
        return {
            "eager": partial(eager, self),
            "function": partial(function, self, Store, False),
            "function_xla": partial(function, self, Store, True),
        }

    def flat_variants(self) -> dict[str, Build]:
        """Those with all parameters in one variable."""
        return {
            "function_flat": partial(function, self, FlatStore, False),
            "function_xla_flat": partial(function, self, FlatStore, True),
        }


def model(losses: Losses, predict: Predict, *options: Any, **more: Any) -> Model:
    """The model whose loss is the mean of losses(p, *batch, **sizes); options as `Model`."""

    def step(store: Store, *batch: Tensor, **sizes: int) -> Tensor:
        p = store.read()
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([p[name] for name in trained(p)])
            found = losses(p, *batch, **sizes)
        return store.descend(tape, found, p)

    return Model(step, predict, *options, **more)


def classifier(net: Predict, *options: Any, **more: Any) -> Model:
    """The cross-entropies of a net whose batches end with the labels; options as `Model`."""

    def losses(p: Params, *batch: Tensor, **sizes: int) -> Tensor:
        *inputs, y = batch
        logits = net(p, *inputs, **sizes)
        if len(logits.shape) > 2:
            logits, y = tf.reshape(logits, (-1, logits.shape[-1])), tf.reshape(y, [-1])
        return tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=logits, labels=y)[0]

    return model(losses, net, *options, **more)


def eager(model: Model, task: Task) -> Program:
    """Operation by operation."""
    choose_device(task.device)
    step, predict = model.bound(task)
    store = Store(model.convert(task.weights))
    count = 0

    def train(*batch: Tensor) -> Tensor:
        nonlocal count
        count += 1
        store.powers = tf.unstack(tf.constant(DECAYS**count))
        return step(store, *batch)

    return Program(train, lambda *inputs: predict(store.read(), *inputs), prepare, loader, sync)


def function(model: Model, make_store: type[Store], jit_compile: bool, task: Task) -> Program:
    """The whole step as one graph."""
    choose_device(task.device)
    step, predict = model.bound(task)
    store = make_store(model.convert(task.weights))
    powers = tf.Variable(tf.constant(DECAYS))

    @tf.function(autograph=False, jit_compile=jit_compile)
    def train(*batch: Tensor) -> Tensor:
        now = powers.read_value()
        store.powers = tf.unstack(now)
        loss = step(store, *batch)
        # One variable, written at the end: with two XLA's CPU runtime wakes its thread pool in each
        # step (MLP 0.10 -> 0.24 ms).
        powers.assign(now * DECAYS)
        return loss

    @tf.function(autograph=False, jit_compile=jit_compile)
    def run(*inputs: Tensor) -> Tensor:
        return predict(store.read(), *inputs)

    return Program(
        concrete(train, model.varied), concrete(run, model.varied), prepare, loader, sync,
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
