"""Programs in Keras around any `make(sizes)`, which builds a model without weights."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import keras
import numpy as np
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights
from workloads import Sizes

from .weights import load

Make = Callable[[Sizes], keras.Model]
Convert = Callable[[Weights], Weights]
CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def variants(
    make: Make,
    convert: Convert = dict,
    loss: Any = CROSS_ENTROPY,
    compiled: Sequence[str] = ("tensorflow",),
    loops: str = "loop",
) -> dict[str, Build]:
    """The ways to run a model.

    Args:
        convert: Reorders weights for the image format in use.
        loss: Of labels and output; None: the model overrides `compute_loss`.
        compiled: The backends on which the best loop is faster under `torch.compile`, or XLA.
        loops: What the modules with this model's best loops are called.
    """
    return {
        "default": partial(default, make, convert, loss),
        "best": partial(best, make, convert, loss, compiled, loops),
    }


def default(make: Make, convert: Convert, loss: Any, task: Task) -> Program:
    """`compile`, `train_on_batch`, `predict_on_batch` and `fit` without any setting."""
    net = built(make, convert, task, "channels_last")
    net.compile(adam(), loss)

    def fit(arrays: Sequence[np.ndarray], batch_size: int) -> Any:
        x, y = split(net, [formatted(array) for array in arrays])
        return net.fit(x, y, batch_size=batch_size, epochs=1, verbose=cast(Any, 0))

    return Program(
        train=lambda *batch: net.train_on_batch(*split(net, batch)),
        predict=lambda *inputs: first(net.predict_on_batch(split(net, inputs)[0])),
        prepare=prepare,
        loader=lambda arrays, batch_size: [],  # there is `fit`
        sync=lambda result: None,  # it is on the host already
        graphs=traces_of(net),
        fit=fit,
    )


def best(
    make: Make, convert: Convert, loss: Any, compiled: Sequence[str], loops: str, task: Task
) -> Program:
    """The loop for one backend."""
    engine = keras.backend.backend()
    module = importlib.import_module(f"{__package__}.{engine}_{loops}")
    net = built(make, convert, task, module.IMAGE_FORMAT)
    loop = module.Loop(net, loss, adam(), engine in compiled)
    return Program(
        train=lambda *batch: loop.train(*split(net, batch)),
        predict=lambda *inputs: first(loop.predict(split(net, inputs)[0])),
        prepare=prepare,
        loader=lambda arrays, size: module.loader([formatted(array) for array in arrays], size),
        sync=module.sync,
        asarray=cast(Any, keras.ops.convert_to_numpy),
        graphs=loop.graphs,
    )


def built(make: Make, convert: Convert, task: Task, image_format: str) -> keras.Model:
    keras.config.set_image_data_format(image_format)
    net = make(task.sizes)
    load(net, convert(task.weights))
    return net


def traces_of(net: keras.Model) -> Callable[[], int | None]:
    """How often the training step was traced: a compiled one, once for each program."""
    step, count = net.train_step, 0

    def traced(*args: Any) -> Any:
        nonlocal count
        count += 1
        return step(*args)

    net.train_step = traced
    return lambda: None if keras.backend.backend() == "torch" else count


def adam() -> keras.optimizers.Adam:
    return keras.optimizers.Adam(LEARNING_RATE, BETA1, BETA2, EPSILON)


def split(net: keras.Model, batch: Sequence[Any]) -> tuple[Any, Any]:
    """Inputs and labels, as Keras takes them."""
    count = len(net.inputs)
    x = batch[0] if count == 1 else tuple(batch[:count])
    return x, (batch[count] if len(batch) > count else None)


def first(output: Any) -> Any:
    return output[0] if isinstance(output, list | tuple) else output


def prepare(batch: Sequence[np.ndarray]) -> tuple[Any, ...]:
    return tuple(keras.ops.convert_to_tensor(formatted(array)) for array in batch)


def formatted(array: np.ndarray) -> np.ndarray:
    """Images in the format of the model."""
    if array.ndim == 4 and keras.config.image_data_format() == "channels_last":
        return np.ascontiguousarray(array.transpose(0, 2, 3, 1))
    return array
