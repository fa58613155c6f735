"""Compiled Blocks: one differentiable node, its forward and its backward compiled by Inductor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch.autograd import Function
from torch.fx import GraphModule

from unideep_torch.capture import Pure, capture, count_ops, trace
from unideep_torch.compile import Layout, Raws
from unideep_torch.inductor import Compiled, compile_graph, is_usable


def compile_block(pure: Pure, examples: Sequence[torch.Tensor]) -> DifferentiableBlock:
    """`pure` as a program that PyTorch's autograd can differentiate by its inputs."""
    graph, examples = capture(pure, examples, lower=False)
    return DifferentiableBlock(graph, examples)


class DifferentiableBlock:
    """A program with one pair of compiled halves for each set of inputs that want a gradient."""

    def __init__(self, graph: GraphModule, examples: Sequence[torch.Tensor]) -> None:
        self._graph, self._layout = graph, Layout(examples)
        self._halves: dict[tuple[bool, ...], Halves] = {}
        self.report: dict[str, Any] = {"engine": "compiled at the first call"}
        self.report["ops"] = count_ops(graph)

    def __call__(self, raws: Raws) -> Sequence[Any]:
        wants = tuple([raw.requires_grad for raw in raws])
        halves = self._halves.get(wants)
        if halves is None:
            halves = self._halves[wants] = _halves(self._graph, wants)
            self.report["engine"] = halves.forward.engine
        self._layout.arrange(raws)
        return _Node.apply(halves, *raws)


class Halves(NamedTuple):
    """A graph split into forward and backward.

    Attributes:
        graph: The whole, for derivatives of the backward.
        forward: Inputs -> outputs, then what the backward needs.
        backward: What the forward saved, then gradients of outputs -> gradients of inputs.
        wants: Which inputs have a gradient.
        gives: Which outputs have one.
    """

    graph: GraphModule
    forward: Compiled
    backward: Compiled | None
    wants: tuple[bool, ...]
    gives: tuple[bool, ...]


def _halves(graph: GraphModule, wants: tuple[bool, ...]) -> Halves:
    from torch._functorch.partitioners import min_cut_rematerialization_partition

    primals = [n.meta["val"] for n in graph.graph.find_nodes(op="placeholder")]
    outputs = [n.meta["val"] for n in graph.graph.output_node().args[0]]  # pyright: ignore
    gives = _gives(graph, primals, wants)
    if not any(gives):
        return Halves(graph, compile_graph(graph), None, wants, gives)
    with primals[0].fake_mode:  # each its own, also where two outputs are one tensor
        tangents = [torch.empty_like(o) for o, given in zip(outputs, gives, strict=True) if given]

    def joint(primals: list[Any], tangents: list[Any]) -> list[Any]:
        outs, grads = _differentiate(graph, primals, tangents, wants, gives)
        return [*outs, *grads]

    both = trace(joint, (primals, tangents), lower=is_usable())
    forward, backward = min_cut_rematerialization_partition(
        both, None, num_fwd_outputs=len(outputs), static_lifetime_input_indices=[]
    )
    return Halves(graph, compile_graph(forward), compile_graph(backward), wants, gives)


def _leaves(primals: Sequence[Any], wants: Sequence[bool]) -> list[Any]:
    return [p.detach().requires_grad_(w) for p, w in zip(primals, wants, strict=True)]


def _gives(graph: GraphModule, primals: list[Any], wants: Sequence[bool]) -> tuple[bool, ...]:
    """Which outputs depend on an input that wants a gradient."""
    with primals[0].fake_mode:
        return tuple(o.requires_grad for o in graph(*_leaves(primals, wants)))


def _differentiate(
    graph: GraphModule, primals: Any, tangents: Any, wants: Any, gives: Any, create: bool = False
) -> tuple[list[Any], list[Any]]:
    """The outputs of the graph, and the gradients of the inputs that want one."""
    leaves = _leaves(primals, wants) if not create else list(primals)
    outs = graph(*leaves)
    grads = torch.autograd.grad(
        [o for o, given in zip(outs, gives, strict=True) if given],
        [p for p, wanted in zip(leaves, wants, strict=True) if wanted],
        tangents,
        allow_unused=True,
        create_graph=create,
    )
    return [o.detach() for o in outs], list(grads)


class _Node(Function):
    """The two halves as one node; a derivative of the backward goes through the graph itself."""

    @staticmethod
    def forward(ctx: Any, halves: Halves, *raws: Any) -> tuple[Any, ...]:
        found = halves.forward.run(list(raws))
        n = len(halves.gives)
        outs = tuple(found[:n])
        ctx.halves = halves
        ctx.save_for_backward(*raws, *found[n:])
        ctx.mark_non_differentiable(
            *(o for o, given in zip(outs, halves.gives, strict=True) if not given)
        )
        return outs

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> tuple[Any, ...]:
        halves: Halves = ctx.halves
        tangents = [g for g, given in zip(grads, halves.gives, strict=True) if given]
        n = len(halves.wants)
        if torch.is_grad_enabled():
            _, found = _differentiate(
                halves.graph, ctx.saved_tensors[:n], tangents, halves.wants, halves.gives, True
            )
        else:
            assert halves.backward is not None
            tangents = [g.contiguous() for g in tangents]
            found = halves.backward.run([*ctx.saved_tensors[n:], *tangents])
        results = iter(found)
        return (None, *(next(results) if wanted else None for wanted in halves.wants))
