"""A table of a net's layers."""

from __future__ import annotations

import math
from typing import Any

from rich.console import Console
from rich.table import Table

from unideep.autograd.scope import pause
from unideep.block.block import Block
from unideep.compiler.capture import Capture
from unideep.tensor import Tensor

__all__ = ["print_summary"]


def print_summary(net: Block, inputs: list[Any]) -> None:
    """Run `inputs` through the net and print each layer with its output and parameters."""
    rows: list[tuple[str, str, str, int]] = []
    handles: list[Any] = []
    depth: dict[int, str] = {}

    def follow(block: Block, path: str) -> None:
        depth[id(block)] = path
        for name, child in block._children.items():
            follow(child, f"{path}.{name}" if path else name)
        if not block._children:
            handles.append(block.register_forward_hook(note))

    def note(block: Block, args: Any, out: Any) -> None:
        count = sum(math.prod(p.shape or ()) for p in block._own.values())
        shape = str(out.shape) if isinstance(out, Tensor) else "several"
        rows.append((depth[id(block)], f"{type(block).__name__}", shape, count))

    follow(net, "")
    try:
        with pause(), Capture().running():  # inside a capture hybridized Blocks run as Python
            net(*inputs)
    finally:
        for handle in handles:
            handle.detach()
    _print(net, rows)


def _print(net: Block, rows: list[tuple[str, str, str, int]]) -> None:
    table = Table(title=type(net).__name__)
    for heading, justify in (("Layer", "left"), ("Type", "left"), ("Output", "left"),
                             ("Parameters", "right")):  # fmt: skip
        table.add_column(heading, justify=justify)  # pyright: ignore
    for path, kind, shape, count in rows:
        table.add_row(path or "(self)", kind, shape, f"{count:,}")
    unique = {id(p): p for p in net.collect_params().values()}.values()
    total = sum(math.prod(p.shape or ()) for p in unique)
    trained = sum(math.prod(p.shape or ()) for p in unique if p.grad_req != "null")
    table.add_section()
    table.add_row("total", "", "", f"{total:,}")
    table.add_row("trained", "", "", f"{trained:,}")
    Console().print(table)
