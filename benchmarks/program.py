"""What every participant of the suite offers, in whatever framework."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

ENGINES = ("numpy", "torch", "jax", "tensorflow")
# A small rate: float32 then stays on the float64 curve for 20 steps of the deepest net. A small
# epsilon: some frameworks add it before they correct the bias of the variance, some after.
LEARNING_RATE, BETA1, BETA2, EPSILON = 1e-4, 0.9, 0.999, 1e-8

Array = Any  # of the framework at hand
Weights = Mapping[str, np.ndarray]  # by UniDeep's names, in Gluon's layouts


@dataclass(frozen=True)
class Task:
    """What every participant is given.

    Attributes:
        model: Its name in `workloads`.
        sizes: What the shapes follow from.
        weights: The first weights and running statistics: `features.0.weight` and so on. Dense
            kernels are (out, in), convolutions (out, in, height, width), transposed ones
            (in, out, height, width), an LSTM's gates i f g o, a GRU's r z n.
        device: "cpu" or "cuda".
    """

    model: str
    sizes: Mapping[str, int]
    weights: Weights
    device: str = "cpu"


@dataclass(frozen=True)
class Program:
    """A model in one framework and one way of running it. Arrays are the framework's.

    Attributes:
        train: One step of Adam, in place: train(*batch) -> loss.
        predict: predict(*inputs) -> output, in inference mode.
        prepare: The arrays of one batch.
        loader: Shuffled batches of a data set, by the loader that people use there:
            loader(arrays, batch_size).
        sync: Returns when the step with this loss, parameters included, is done, or a prediction.
        asarray: An output as NumPy.
        graphs: How many programs have been compiled so far; None: nothing is.
        fit: One epoch by the framework's own loop, where it has one: fit(arrays, batch_size).
    """

    train: Callable[..., Array]
    predict: Callable[..., Array]
    prepare: Callable[[Sequence[np.ndarray]], tuple[Array, ...]]
    loader: Callable[[Sequence[np.ndarray], int], Iterable[tuple[Array, ...]]]
    sync: Callable[[Array], None]
    asarray: Callable[[Array], np.ndarray] = np.asarray
    graphs: Callable[[], int | None] = lambda: None
    fit: Callable[[Sequence[np.ndarray], int], Array] | None = None


Build = Callable[[Task], Program]


def variants(layer: str, engine: str, model: str) -> Mapping[str, Build]:
    """The participants of a layer: name -> what builds it.

    Raises:
        ModuleNotFoundError: nobody wrote this model there.
    """
    module: Any = importlib.import_module(MODULES[layer].format(engine=engine, model=model))
    return module.VARIANTS


MODULES = {
    "native": "native.{engine}_{model}",
    "autograd": "native.autograd_{model}",
    "nnx": "native.nnx_{model}",
    "keras": "keras3.{model}",
    "unideep": "unideep_models",
}
