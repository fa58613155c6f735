"""The first weights of each model, in a file that all processes read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from program import Task
from workloads import WORKLOADS

BUILD = (Path("build") / "bench").absolute()


@cache
def path(model: str, preset: str) -> Path:
    """The file, made anew once a run."""
    from unideep_models import initial_weights

    workload = WORKLOADS[model]
    sizes, batch = workload.sizes(preset), workload.batches(preset, count=1)[0]
    file = BUILD / f"{model}-{preset}.npz"
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez(file, **initial_weights(model, sizes, workload.inputs_of(batch)))
    return file


def read(file: Path, model: str, preset: str, device: str = "cpu", dtype: str = "float32") -> Task:
    with np.load(file) as arrays:
        weights = {name: arrays[name].astype(dtype) for name in arrays}
    return Task(model, WORKLOADS[model].sizes(preset), weights, device)


def parameters(model: str, preset: str) -> int:
    with np.load(path(model, preset)) as arrays:
        return sum(arrays[name].size for name in arrays)
