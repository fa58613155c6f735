"""Programs in Flax NNX and Optax around any model and `loss(model, *batch)`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import Array
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights
from workloads import Sizes

from .jax_common import Loader, cross_entropy, prepare, program, sync
from .jax_layers import channels_last

Make = Callable[[Sizes, nnx.Rngs], Any]  # the model, without weights
Predict = Callable[..., Array]  # predict(model, *inputs)
Loss = Callable[..., Array]  # loss(model, *batch)
Optimizers = Callable[[Any], Any]
Step = Callable[..., Array]  # step(model, optimizers, *batch) -> loss, in place
Run = Callable[[Any, Any, Step, Predict], Program]

NAMES = {"kernel": "weight", "embedding": "weight", "mean": "running_mean", "var": "running_var"}
NORM = {"scale": "gamma", "bias": "beta"}


def call(model: Any, *inputs: Array) -> Array:
    return model(*inputs)


def classify(model: Any, *batch: Array) -> Array:
    *inputs, labels = batch
    return cross_entropy(model(*inputs), labels)


def one_step(loss: Loss, model: Any, optimizer: Any, *batch: Array) -> Array:
    value, grads = nnx.value_and_grad(loss)(model, *batch)
    optimizer.update(model, grads)
    return value


def adam(model: Any) -> Any:
    transform = optax.adam(LEARNING_RATE, BETA1, BETA2, EPSILON)
    return nnx.Optimizer(model, transform, wrt=nnx.Param)


def variants(
    make: Make,
    loss: Loss = classify,
    predict: Predict = call,
    convert: Callable[[Weights], Weights] = channels_last,
    step: Step | None = None,
    optimizers: Optimizers = adam,
) -> dict[str, Build]:
    """The ways to run a model: by `nnx.jit`, and by `jax.jit` where the guide wants speed.

    Args:
        convert: The first weights by UniDeep's names, each as NNX keeps it but for its shape.
        step: In place of one update by the gradient of the loss.
    """

    def built(run: Run) -> Build:
        def build(task: Task) -> Program:
            jax.config.update("jax_default_device", jax.devices(task.device)[0])
            model = load(partial(make, task.sizes), convert(task.weights))
            return run(model, optimizers(model), step or partial(one_step, loss), predict)

        return build

    return {"jit": built(jit), "functional": built(functional)}


def load(make: Callable[[nnx.Rngs], Any], weights: Weights) -> Any:
    """The model with these weights, and without drawing others."""
    outline, state = nnx.split(nnx.eval_shape(lambda: make(nnx.Rngs(0))))
    for path, variable in nnx.to_flat_state(state):
        weight = weights[name_of(path, weights)]
        variable.set_value(jnp.array(weight.reshape(variable.shape)))
    return nnx.merge(outline, state)


def name_of(path: tuple[Any, ...], weights: Weights) -> str:
    """UniDeep's name; its containers have no attribute `layers`."""
    *place, last = map(str, path)
    for kept in (place, [part for part in place if part != "layers"]):
        for names in (NAMES, NORM):
            name = ".".join([*kept, names.get(last, last)])
            if name in weights:
                return name
    raise KeyError(path)


def jit(model: Any, optimizers: Any, step: Step, predict: Predict) -> Program:
    """The everyday way: models and optimizers as arguments, which are updated in place."""
    train = nnx.jit(step, donate_argnums=(0, 1))
    run = nnx.jit(predict)
    model.train()
    seen = nnx.view(model, use_running_average=True, raise_if_not_found=False)
    return Program(
        train=lambda *batch: train(model, optimizers, *batch),
        predict=lambda *inputs: run(seen, *inputs),
        prepare=prepare,
        loader=Loader,
        sync=sync,
        graphs=train.jitted_fn._cache_size,  # pyright: ignore[reportAttributeAccessIssue]
    )


def functional(model: Any, optimizers: Any, step: Step, predict: Predict) -> Program:
    """State in, state out: no call walks through the objects."""
    model.train()
    outline, kept = nnx.split(model)
    extra_outline, state = nnx.split(optimizers)
    model.eval()
    seen = nnx.graphdef(model)

    def pure(kept: Any, state: Any, *batch: Array) -> tuple[Any, Any, Array]:
        objects = nnx.merge(outline, kept), nnx.merge(extra_outline, state)
        value = step(*objects, *batch)
        return *map(nnx.state, objects), value

    return program(kept, state, pure, lambda kept, *inputs: predict(nnx.merge(seen, kept), *inputs))
