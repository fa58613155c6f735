"""Initial weights. Sampled by NumPy's Philox keyed by (seed, name): equal on every backend."""

from __future__ import annotations

import math
from typing import Any

import numpy as _np

from unideep.errors import ShapeError, check_one_of
from unideep.registry import Registry
from unideep.tensor import Tensor

__all__ = [
    "Constant", "Initializer", "MSRAPrelu", "Normal", "One", "Uniform", "Xavier", "Zero", "create",
    "register",
]  # fmt: skip

Array = _np.ndarray[Any, Any]
_registry: Registry[Initializer] = Registry("initializer")
create = _registry.create


class Initializer:
    """Base of initializers: give `sample`, or `_init_weight` to write a tensor yourself."""

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Any:
        """The values of a weight of that shape."""
        raise NotImplementedError(f"{type(self).__name__} defines neither sample nor _init_weight")

    def _init_weight(self, name: str, data: Tensor) -> None:
        data[...] = self.sample(data.shape, self._rng)

    def __call__(self, name: str, data: Tensor, rng: _np.random.Generator) -> None:
        """Write the initial values of the parameter `name` into `data`."""
        self._rng = rng
        self._init_weight(name, data)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._options() == other._options()  # pyright: ignore

    def _options(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k != "_rng"}

    __hash__ = None  # pyright: ignore

    def __repr__(self) -> str:
        options = ", ".join(f"{k}={v!r}" for k, v in self._options().items())
        return f"{type(self).__name__}({options})"


register = _registry.register()
"""Class decorator: makes an initializer known by its lower-case name."""


@_registry.register("zeros")
class Zero(Initializer):
    """All zeros."""

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Any:
        return 0.0


@_registry.register("ones")
class One(Initializer):
    """All ones."""

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Any:
        return 1.0


@_registry.register()
class Constant(Initializer):
    """One value, or an array of the weight's shape."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Any:
        return self.value


@_registry.register()
class Uniform(Initializer):
    """Uniform in [-scale, scale]. Gluon's default."""

    def __init__(self, scale: float = 0.07) -> None:
        self.scale = scale

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Array:
        return rng.uniform(-self.scale, self.scale, shape)


@_registry.register("gaussian")
class Normal(Initializer):
    """Normal with mean 0 and standard deviation sigma."""

    def __init__(self, sigma: float = 0.01) -> None:
        self.sigma = sigma

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Array:
        return rng.normal(0.0, self.sigma, shape)


@_registry.register()
class Xavier(Initializer):
    """Variance by the number of connections.

    Args:
        rnd_type: "uniform" in [-s, s] or "gaussian" with standard deviation s.
        factor_type: "avg", "in" or "out": which connections count.
        magnitude: s = √(magnitude / factor).

    Source:
        Glorot and Bengio, 2010, "Understanding the difficulty of training deep feedforward
        neural networks".
    """

    def __init__(
        self, rnd_type: str = "uniform", factor_type: str = "avg", magnitude: float = 3
    ) -> None:
        check_one_of("rnd_type", rnd_type, ("uniform", "gaussian"))
        check_one_of("factor_type", factor_type, ("avg", "in", "out"))
        self.rnd_type, self.factor_type, self.magnitude = rnd_type, factor_type, magnitude

    def sample(self, shape: tuple[int, ...], rng: _np.random.Generator) -> Array:
        if len(shape) < 2:
            raise ShapeError(
                "Xavier needs a weight of at least two axes.",
                got=f"shape {shape}",
                fix="give this parameter another initializer, for instance Zero().",
            )
        space = math.prod(shape[2:])
        fan_in, fan_out = shape[1] * space, shape[0] * space
        fans = {"in": fan_in, "out": fan_out, "avg": (fan_in + fan_out) / 2}
        s = math.sqrt(self.magnitude / max(fans[self.factor_type], 1))
        uniform = self.rnd_type == "uniform"
        return rng.uniform(-s, s, shape) if uniform else rng.normal(0.0, s, shape)


@_registry.register()
class MSRAPrelu(Xavier):
    """Xavier for (leaky) rectifiers: gaussian, magnitude 2 / (1 + slope²).

    Source:
        He et al., 2015, arXiv:1502.01852.
    """

    def __init__(self, factor_type: str = "avg", slope: float = 0.25) -> None:
        super().__init__("gaussian", factor_type, 2.0 / (1 + slope**2))
