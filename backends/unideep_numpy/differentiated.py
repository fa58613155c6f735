"""Operations that bring their way back: `f(*raws, **attrs) -> (out, pull)`, see `Pullback`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from unideep_numpy.ops.elementwise import silent

Raw = Any
Pull = Callable[[list[Raw]], list[Raw]]
Differentiated = Callable[..., tuple[Any, Pull]]


def silent_both_ways(function: Differentiated) -> Differentiated:
    """The function and its way back, both without NumPy's warnings."""

    @silent
    @functools.wraps(function)
    def call(*raws: Raw, **attrs: Any) -> tuple[Any, Pull]:
        out, pull = function(*raws, **attrs)
        return out, silent(pull)

    return call


def values(functions: Mapping[str, Differentiated]) -> dict[str, Callable[..., Any]]:
    """What the functions give where nobody asks for the way back."""
    return {name: _value(function) for name, function in functions.items()}


def _value(function: Differentiated) -> Callable[..., Any]:
    return lambda *raws, **attrs: function(*raws, **attrs)[0]
