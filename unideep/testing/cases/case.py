"""A case: one call to check, and the short notation in which its arguments are made."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as _np

from unideep import ops

__all__ = [
    "DISCRETE", "DYNAMIC", "B", "Case", "D", "I", "Make", "N", "P", "U", "Z", "attrs", "rows",
]  # fmt: skip

Make = Callable[[_np.random.Generator], Any]


# Arguments: float64 and complex128 arrays become tensors of the tested precision, all others stay
# what they are


def N(*shape: int) -> Make:
    """Normal numbers."""
    return lambda rng: rng.standard_normal(shape)


def P(*shape: int) -> Make:
    """Positive numbers, away from zero."""
    return lambda rng: rng.uniform(0.3, 2.0, shape)


def U(*shape: int) -> Make:
    """Numbers in (-0.9, 0.9)."""
    return lambda rng: rng.uniform(-0.9, 0.9, shape)


def D(*shape: int) -> Make:
    """Distinct numbers without ties, in random order."""
    size = int(_np.prod(shape))
    return lambda rng: (rng.permutation(size).reshape(shape) - size / 2) / 3.0 + 0.1


def Z(*shape: int) -> Make:
    """Complex numbers."""
    return lambda rng: rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def I(high: int, *shape: int) -> Make:  # noqa: E743
    """Integers from 0 to high - 1, int64."""
    return lambda rng: rng.integers(0, high, shape)


def B(*shape: int) -> Make:
    """Booleans."""
    return lambda rng: rng.random(shape) < 0.5


@dataclass(frozen=True)
class Case:
    """One call to check.

    Attributes:
        op: The function of `unideep.ops`.
        make: How to make each argument; a list makes a list, anything else is passed as it is.
        attrs: Keyword attributes.
        differentiable: Whether gradients are compared too.
        slack: A factor on the tolerance, for long sums.
        around: Called with the op and the arguments in place of the op itself, where arguments
            need a form that differences keep, or outputs are not unique.
        dynamic: Whether values decide about a shape: a compiled step refuses it.
    """

    op: str
    make: tuple[Any, ...]
    attrs: dict[str, Any] = field(default_factory=dict)
    differentiable: bool = True
    slack: float = 1.0
    training: bool = True
    around: Callable[..., Any] | None = None
    dynamic: bool = False

    @property
    def name(self) -> str:
        """Unique and stable: it seeds the numbers."""
        attrs = ",".join(f"{k}={v}" for k, v in self.attrs.items())
        shapes = "x".join(str(_shape(a)) for a in self.arguments(quick=True))
        around = f";{self.around.__name__}" if self.around else ""
        return f"{self.op}[{shapes};{attrs}{around}]".replace(" ", "")

    def arguments(self, quick: bool = False) -> list[Any]:
        """The arguments, the same at every call."""
        seed = 0 if quick else zlib.crc32(self.name.encode())
        rng = _np.random.default_rng(seed)

        def build(m: Any) -> Any:
            if isinstance(m, list):
                return [build(v) for v in m]
            return m(rng) if callable(m) else m

        return [build(m) for m in self.make]

    def call(self, *args: Any) -> Any:
        """Run the op."""
        op = getattr(ops, self.op)
        if self.around is not None:
            return self.around(partial(op, **self.attrs), *args)
        return op(*args, **self.attrs)

    def of_floats(self) -> tuple[Callable[..., Any], list[Any]]:
        """The call as a function of its floating arguments alone, and these arguments.

        A complex number is two floats."""
        args = self.arguments()
        floats: list[Any] = []
        _replace_floats(args, lambda a: floats.append(a) or a)

        def function(*xs: Any) -> Any:
            rest = iter(xs)
            out = self.call(*_replace_floats(args, lambda a: next(rest)))
            parts = out if isinstance(out, list | tuple) else [out]
            parts = [r for p in parts for r in ((p,) if p.dtype.kind != "c" else (p.real, p.imag))]
            return ops.concat([ops.reshape(p, (-1,)) for p in parts])

        return function, floats

    def __str__(self) -> str:
        return self.name


def _replace_floats(a: Any, by: Callable[[Any], Any]) -> Any:
    if isinstance(a, list):
        return [_replace_floats(v, by) for v in a]
    if isinstance(a, _np.ndarray) and a.dtype == _np.complex128:
        return by(a.real) + by(a.imag) * 1j
    return by(a) if isinstance(a, _np.ndarray) and a.dtype == _np.float64 else a


def _shape(a: Any) -> Any:
    if isinstance(a, list):
        return [_shape(v) for v in a]
    return a.shape if isinstance(a, _np.ndarray) else a


def rows(names: str, *make: Any, **options: Any) -> list[Case]:
    return [Case(name, make, **options) for name in names.split()]


def attrs(
    name: str, make: tuple[Any, ...], *variants: dict[str, Any], **options: Any
) -> list[Case]:
    return [Case(name, make, attrs, **options) for attrs in variants]


def of_complex(around: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """An `around` for x + iy in place of each pair of arguments, which gives real parts."""

    def call(op: Callable[..., Any], *parts: Any) -> list[Any]:
        pairs = zip(parts[::2], parts[1::2], strict=True)
        args = [x + 1j * y for x, y in pairs]
        out = op(*args) if around is None else around(op, *args)
        return [p for part in flat(out) for p in real_parts(part)]

    call.__name__ = f"complex_{around.__name__}" if around else "complex"
    return call


def flat(out: Any) -> list[Any]:
    """All tensors of a result."""
    return [t for part in out for t in flat(part)] if isinstance(out, (list, tuple)) else [out]


def real_parts(x: Any) -> list[Any]:
    """x, or its real and imaginary part."""
    return [ops.real(x), ops.imag(x)] if x.dtype.kind == "c" else [x]


DISCRETE: dict[str, Any] = {"differentiable": False}
"""The option of a row without gradients."""
DYNAMIC: dict[str, Any] = {"dynamic": True}
"""The option of a row whose shapes depend on values."""
