"""The models' shapes, initial weights and batches: the same numbers for every participant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLASSES = 10
SEED = 0
Batches = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Workload:
    batch: int
    input_shape: tuple[int, ...]
    kernels: dict[int, tuple[int, ...]]  # layer index in the HybridSequential -> weight shape


WORKLOADS = {
    "lenet": Workload(
        batch=64,
        input_shape=(1, 16, 16),
        kernels={
            0: (6, 1, 5, 5),
            2: (16, 6, 5, 5),
            4: (120, 64),
            5: (84, 120),
            6: (CLASSES, 84),
        },
    ),
    "mlp": Workload(batch=32, input_shape=(64,), kernels={0: (64, 64), 1: (CLASSES, 64)}),
}


def initial_weights(model: str, dtype: str = "float32") -> dict[str, np.ndarray]:
    """Xavier uniform kernels and zero biases under UniDeep's parameter names."""
    rng = np.random.default_rng(SEED)
    weights = {}
    for layer, shape in WORKLOADS[model].kernels.items():
        receptive = int(np.prod(shape[2:]))
        bound = np.sqrt(6 / ((shape[0] + shape[1]) * receptive))
        weights[f"{layer}.weight"] = rng.uniform(-bound, bound, shape).astype(dtype)
        weights[f"{layer}.bias"] = np.zeros(shape[0], dtype)
    return weights


def make_batches(model: str, count: int = 8, dtype: str = "float32") -> Batches:
    rng = np.random.default_rng(SEED + 1)
    load = WORKLOADS[model]
    x = rng.standard_normal((count, load.batch, *load.input_shape), dtype=np.float32)
    y = rng.integers(CLASSES, size=(count, load.batch))
    return list(zip(x.astype(dtype), y, strict=True))
