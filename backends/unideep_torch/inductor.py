"""A captured graph as a callable: compiled by Inductor, or run as it is where there is none."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from inspect import isbuiltin
from typing import Any, NamedTuple

import torch
from torch.fx import GraphModule

# Measured on two CPU cores: oneDNN's own choice of layouts beats Inductor's rewrite to channels
# last (LeNet), a parallel region costs more than it gives below some thousand elements (MLP 50 ->
# 33 µs), and a wrapper in C++ takes 6 µs off each call and 2 s off the compilation.
_OPTIONS = {
    "layout_optimization": False,
    "cpp.min_chunk_size": 4096,
    "size_asserts": False,
    "alignment_asserts": False,
    "compile_threads": 1,
    # A value that is used twice is inlined twice until its expression has this many operations: a
    # chain of n such values (a loop, unrolled) takes Inductor time exponential in this number. The
    # C++ is the same, since what it stores in one kernel and reads there only stays in registers.
    "realize_opcount_threshold": 16,
    # Integers wrap around here, as everywhere; C++ would be free to assume that they never do.
    # Inductor has no option for flags: this one is pasted into the command line.
    "cpp.enable_floating_point_contract_flag": "off -fwrapv",
}


Run = Callable[[list[Any]], Sequence[Any]]
"""A list of raws -> outputs. The list may be emptied."""


class Compiled(NamedTuple):
    """What became of a graph."""

    run: Run
    engine: str


@cache
def is_usable() -> bool:
    """Whether there is a C++ compiler; warns if not."""
    from torch._inductor.cpp_builder import get_cpp_compiler

    try:
        get_cpp_compiler()
    except Exception as error:  # its class moves about in PyTorch's private modules
        _warn("found no C++ compiler: install one", error)
        return False
    return True


def compile_graph(graph: GraphModule) -> Compiled:
    """The graph through Inductor if it can, else as it is, with one warning."""
    if not is_usable():
        return Compiled(_interpreter(graph), "fx graph")
    on_cpu = all(v.device.type == "cpu" for v in _examples(graph))
    for wrapper_in_cpp in (True, False) if on_cpu else (False,):
        try:
            return Compiled(_inductor(graph, wrapper_in_cpp), "inductor")
        except Exception as error:  # an operation that Inductor or its C++ wrapper cannot do
            reason = error
    _warn("could not compile a step: please report it", reason)
    return Compiled(_interpreter(graph), "fx graph")


def _examples(graph: GraphModule) -> list[torch.Tensor]:
    return [n.meta["val"] for n in graph.graph.find_nodes(op="placeholder")]


def _inductor(graph: GraphModule, wrapper_in_cpp: bool) -> Run:
    from torch._guards import TracingContext, tracing
    from torch._inductor import config
    from torch._inductor.compile_fx import compile_fx_inner

    examples = _examples(graph)
    mode = examples[0].fake_mode if examples else None  # pyright: ignore
    options = {**_OPTIONS, "cpp_wrapper": wrapper_in_cpp}
    own = GraphModule(graph, copy.deepcopy(graph.graph))  # Inductor rewrites what it is given
    context = tracing(TracingContext(mode))
    with config.patch(options), context, torch.no_grad(), warnings.catch_warnings():
        # Complex numbers it leaves to PyTorch's own kernels, and says so.
        warnings.filterwarnings("ignore", "Torchinductor does not support code generation")
        compiled: Any = compile_fx_inner(own, examples, cpp_wrapper=wrapper_in_cpp)
    return _entry(compiled) if wrapper_in_cpp else compiled


def _entry(compiled: Any) -> Run:
    """The C++ entry inside: Inductor's Python around it takes 2.5 µs to look at its inputs."""
    wrapper = getattr(compiled, "current_callable", None)  # a graph without operations has none
    cells = getattr(wrapper, "__closure__", None) or ()
    if len(cells) != 1 or not isbuiltin(cells[0].cell_contents):
        return compiled
    call: Any = cells[0].cell_contents
    enter = torch._C._aoti.unsafe_alloc_void_ptrs_from_tensors
    leave = torch._C._aoti.alloc_tensors_by_stealing_from_void_ptrs
    constants = list((compiled.constants or {}).values())  # the entry takes them as well
    if constants:
        return lambda raws: leave(call(enter([*raws, *constants])))
    return lambda raws: leave(call(enter(raws)))


def _interpreter(graph: GraphModule) -> Run:
    def run(raws: list[Any]) -> Sequence[Any]:
        with torch.no_grad():
            return graph.forward(*raws)

    return run


def _warn(what: str, error: Exception) -> None:
    warnings.warn(
        f"PyTorch's Inductor {what}. Until then steps run as captured graphs: slower, with the "
        f"same results. ({type(error).__name__}: {str(error).strip().partition(chr(10))[0]})",
        stacklevel=2,
    )
