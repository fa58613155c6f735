"""x."""
from __future__ import annotations
def compile_block(pure, examples): raise NotImplementedError
