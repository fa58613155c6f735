"""Whole steps as one native program: `ud.compile(fn)` and `block.hybridize()`."""

from unideep.compiler.entry import (
    Compiled as Compiled,
    compile as compile,
    invalidate as invalidate,
)
