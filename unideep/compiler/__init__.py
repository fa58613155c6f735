"""Whole steps as one native program: `ud.compile(fn)` and `block.hybridize()`."""

from unideep.compiler.entry import Compiled as Compiled
from unideep.compiler.entry import compile as compile
from unideep.compiler.entry import invalidate as invalidate
