"""The models' sizes and batches: the same numbers for every participant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

SEED = 3  # with 1 a ReLU of ResNet-20 lies so near zero that float32 decides it otherwise
PADDING = 0  # the token that fills up a sequence
START = 1  # the token before the first one of a translation
Sizes = Mapping[str, int]
Batch = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Workload:
    """A model to train.

    Attributes:
        cpu, gpu: The presets: what the shapes and the number of layers follow from.
        batch: Draws the arrays of batch number i: floats, and integers for tokens and classes.
        inputs: Which of its arrays a prediction takes.
    """

    cpu: Sizes
    gpu: Sizes
    batch: Callable[[Sizes, Generator, int], Batch]
    inputs: tuple[int, ...] = (0,)

    def sizes(self, preset: str) -> Sizes:
        return {"cpu": self.cpu, "gpu": self.gpu}[preset]

    def batches(self, preset: str, dtype: str = "float32", count: int = 8) -> list[Batch]:
        """Floats in `dtype`, integers in int32; the same for each dtype."""
        rng = np.random.default_rng(SEED)
        drawn = [self.batch(self.sizes(preset), rng, i) for i in range(count)]
        return [tuple(_as(array, dtype) for array in batch) for batch in drawn]

    def inputs_of(self, batch: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(batch[i] for i in self.inputs)


def _as(array: np.ndarray, dtype: str) -> np.ndarray:
    kind = "int32" if array.dtype.kind == "i" else dtype
    return array.astype("float32").astype(kind) if kind == dtype else array.astype(kind)


def vectors(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """x (B, features), y (B,)."""
    x = rng.standard_normal((sizes["batch"], sizes["features"]))
    return x, rng.integers(sizes["classes"], size=sizes["batch"])


def images(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """x (B, C, S, S), y (B,)."""
    shape = (sizes["batch"], sizes["channels"], sizes["size"], sizes["size"])
    return rng.standard_normal(shape), rng.integers(sizes["classes"], size=sizes["batch"])


def noisy_images(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """x (B, C, S, S) in [0, 1], noise (B, code): drawn here, so that all get the same."""
    shape = (sizes["batch"], sizes["channels"], sizes["size"], sizes["size"])
    return rng.random(shape), rng.standard_normal((sizes["batch"], sizes["code"]))


def text(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """tokens (B, T) and the ones that follow them (B, T)."""
    tokens = rng.integers(sizes["vocabulary"], size=(sizes["batch"], sizes["length"] + 1))
    return tokens[:, :-1], tokens[:, 1:]


def pairs(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """source (B, S) with padding at its end, target (B, T) from the start token on, next (B, T)."""
    shape = (sizes["batch"], sizes["length"])
    source = _padded(rng, shape, sizes["vocabulary"])
    following = rng.integers(START + 1, sizes["vocabulary"], size=(shape[0], sizes["target"]))
    target = np.concatenate([np.full((shape[0], 1), START), following[:, :-1]], 1)
    return source, target, following


def texts_of_a_class(sizes: Sizes, rng: Generator, i: int) -> Batch:
    """tokens (B, T) with padding, and T of this batch's own; class (B,)."""
    length = sizes["length"] * (i % 8 + 1) // 8
    tokens = _padded(rng, (sizes["batch"], length), sizes["vocabulary"])
    return tokens, rng.integers(sizes["classes"], size=sizes["batch"])


def _padded(rng: Generator, shape: tuple[int, int], vocabulary: int) -> np.ndarray:
    """Tokens; each row is at least half full, the first one wholly."""
    tokens = rng.integers(START + 1, vocabulary, size=shape)
    lengths = rng.integers(shape[1] // 2, shape[1], size=(shape[0], 1), endpoint=True)
    lengths[0] = shape[1]
    return np.where(np.arange(shape[1]) < lengths, tokens, PADDING)


_LM = {"batch": 16, "vocabulary": 64, "length": 32, "embedding": 32, "units": 128}
_LARGE_LM = {"batch": 64, "vocabulary": 128, "length": 128, "embedding": 256, "units": 1024}
_RECURRENT = Workload(cpu=_LM, gpu=_LARGE_LM, batch=text)

WORKLOADS = {
    "mlp": Workload(
        cpu={"batch": 32, "features": 64, "units": 64, "classes": 10},
        gpu={"batch": 1024, "features": 1024, "units": 4096, "classes": 1000},
        batch=vectors,
    ),
    "deep_mlp": Workload(
        cpu={"batch": 32, "features": 32, "layers": 200, "classes": 10},
        gpu={"batch": 256, "features": 128, "layers": 200, "classes": 10},
        batch=vectors,
    ),
    "lenet": Workload(
        cpu={"batch": 64, "channels": 1, "size": 16, "classes": 10},
        gpu={"batch": 1024, "channels": 1, "size": 16, "classes": 10},
        batch=images,
    ),
    "resnet20": Workload(
        cpu={"batch": 16, "channels": 3, "size": 16, "width": 16, "classes": 10},
        gpu={"batch": 256, "channels": 3, "size": 32, "width": 64, "classes": 10},
        batch=images,
    ),
    "lstm": _RECURRENT,
    "gru": _RECURRENT,
    "gpt": Workload(
        cpu={"batch": 8, "vocabulary": 64, "length": 64, "units": 64, "layers": 2, "heads": 4},
        gpu={"batch": 32, "vocabulary": 256, "length": 256, "units": 512, "layers": 6, "heads": 8},
        batch=text,
    ),
    "transformer": Workload(
        cpu={"batch": 16, "vocabulary": 32, "length": 24, "target": 12, "units": 64, "layers": 2,
             "heads": 4},
        gpu={"batch": 64, "vocabulary": 256, "length": 64, "target": 64, "units": 512, "layers": 6,
             "heads": 8},
        batch=pairs,
        inputs=(0, 1),
    ),
    "varlen": Workload(
        cpu={"batch": 16, "vocabulary": 64, "length": 64, "units": 64, "heads": 4, "classes": 4},
        gpu={"batch": 128, "vocabulary": 256, "length": 256, "units": 512, "heads": 8,
             "classes": 4},
        batch=texts_of_a_class,
    ),
    "dcgan": Workload(
        cpu={"batch": 16, "channels": 1, "size": 16, "width": 16, "code": 32},
        gpu={"batch": 128, "channels": 3, "size": 64, "width": 64, "code": 128},
        batch=noisy_images,
        inputs=(1,),
    ),
    "vae": Workload(
        cpu={"batch": 32, "channels": 1, "size": 16, "width": 16, "code": 8},
        gpu={"batch": 256, "channels": 3, "size": 32, "width": 64, "code": 64},
        batch=noisy_images,
        inputs=(0, 1),
    ),
}  # fmt: skip
