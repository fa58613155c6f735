"""`pure` as a graph: no Python of the step is left in it, and no write but those to its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.fx import Graph, GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx

from unideep_torch.custom import DECOMPOSITION

aten = torch.ops.aten

Pure = Callable[[Sequence[Any]], Sequence[Any]]


def capture(
    pure: Pure, examples: Sequence[torch.Tensor], lower: bool
) -> tuple[GraphModule, list[torch.Tensor]]:
    """The operations of `pure` on contiguous inputs like `examples`, which are returned.

    Args:
        lower: Take operations apart as Inductor wants them. What results has no gradient.
    """
    plain = [x.detach().contiguous() for x in examples]
    graph = trace(lambda *raws: tuple(pure(list(raws))), plain, lower)
    if any(map(_writes, graph.graph.nodes)):
        graph = trace(torch.func.functionalize(graph), plain, lower)
    return graph, plain


def trace(function: Callable[..., Any], examples: Sequence[Any], lower: bool) -> GraphModule:
    """The operations of `function`."""
    import torch._inductor.compile_fx  # noqa: F401  its decompositions need all of it
    from torch._inductor.decomposition import select_decomp_table

    graph = make_fx(
        function,
        decomposition_table={**select_decomp_table(), **DECOMPOSITION} if lower else None,
        tracing_mode="fake",
        _allow_non_fake_inputs=True,  # constants, and handles that discovery had not seen
    )(*examples)
    graph.graph.eliminate_dead_code()
    return graph


def count_ops(graph: GraphModule) -> int:
    """The operations in a graph."""
    return sum(node.op == "call_function" for node in graph.graph.nodes)


def _writes(node: Node) -> bool:
    return isinstance(node.target, torch._ops.OpOverload) and node.target._schema.is_mutable


def write_state(graph: GraphModule, updates: Mapping[int, int]) -> dict[int, int]:
    """Let outputs overwrite the inputs that they replace; returns {output: input} for those.

    What is written is no output any more.
    """
    nodes = graph.graph
    inputs = nodes.find_nodes(op="placeholder")
    end = nodes.output_node()
    outputs: list[Any] = list(end.args[0])  # pyright: ignore
    written = {o: i for o, i in updates.items() if _fits(outputs[o], inputs[i])}
    old = {inputs[i] for i in written.values()}
    with nodes.inserting_before(end):
        for o, node in enumerate(outputs):
            stays = o in written and node is inputs[written[o]]
            if not stays and _stands_for(node, old):
                outputs[o] = _computed(nodes, node)
        for o, i in written.items():
            if outputs[o] is not inputs[i]:
                nodes.call_function(aten.copy_.default, (inputs[i], outputs[o]))
    end.args = (tuple(node for o, node in enumerate(outputs) if o not in written),)
    graph.recompile()
    return written


def _fits(new: Node, old: Node) -> bool:
    a, b = new.meta["val"], old.meta["val"]
    return a.shape == b.shape and a.dtype is b.dtype and a.device == b.device


_MOVES = {
    getattr(aten, name)
    for name in (
        "alias", "clone", "copy", "detach", "lift_fresh_copy", "_to_copy", "view", "_unsafe_view",
        "reshape", "permute", "t", "transpose", "expand", "squeeze", "unsqueeze", "select", "slice",
        "slice_scatter", "select_scatter", "as_strided", "cat", "repeat", "constant_pad_nd",
    )
} | {torch.ops.prims.convert_element_type}  # fmt: skip


def _stands_for(node: Node, inputs: set[Node]) -> bool:
    """Whether a value is one of the inputs, or was only moved about since it was."""
    if node.op != "call_function":
        return node in inputs
    moved = getattr(node.target, "overloadpacket", None) in _MOVES
    return moved and any(_stands_for(n, inputs) for n in node.all_input_nodes)


def _computed(nodes: Graph, node: Node) -> Node:
    """The same value as the result of arithmetic.

    Inductor drops copies and then reads a value too late: `a, b = b, a` gives b twice, in
    torch.compile as well. What is computed it keeps before it overwrites its source.
    """
    value = node.meta["val"]
    if value.dtype is torch.bool:
        result = nodes.call_function(aten.bitwise_or.Tensor, (node, node))
    else:
        result = nodes.call_function(aten.mul.Tensor, (node, 1))
    result.meta["val"] = value.clone()
    return result
