"""Programs in PyTorch around any `loss(p, *batch)` and `predict(p, *inputs)`, p by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
import torch._inductor
import torch.nn.functional as F
from program import BETA1, BETA2, EPSILON, LEARNING_RATE, Build, Program, Task, Weights
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils.data import DataLoader, TensorDataset

Params = dict[str, Tensor]
Loss = Callable[..., Tensor]  # loss(p, *batch), in training mode: updates running statistics
Predict = Callable[..., Tensor]  # predict(p, *inputs)
Update = Callable[[Params, Tensor, Sequence[str]], None]
Step = Callable[..., Tensor]  # step(p, update, *batch) -> loss; calls update(p, loss, names)

# On two CPU cores: oneDNN's own NCHW choice beats Inductor's channels-last rewrite, and a parallel
# region costs more than it gives below some thousand elements (MLP 0.050 -> 0.033 ms).
INDUCTOR = {
    "layout_optimization": False,
    "cpp.min_chunk_size": 4096,
    "size_asserts": False,
    "alignment_asserts": False,
}
STATISTICS = ("running_mean", "running_var")


def variants(
    loss: Loss,
    predict: Predict,
    convert: Callable[[Weights], Weights] = dict,
    dynamic: bool | None = None,
) -> dict[str, Build]:
    """The ways to run a model.

    Args:
        convert: The first weights as this model keeps them.
        dynamic: Whether shapes differ from batch to batch; for `torch.compile`.
    """

    def step(p: Params, update: Update, *batch: Tensor) -> Tensor:
        value = loss(p, *batch)
        update(p, value, trained(p))
        return value.detach()

    def built(make: Callable[[Params], Callable[..., Any]], compiled: bool) -> Build:
        return lambda task: program(task, convert, make, predict, compiled, dynamic)

    return {
        "eager": built(partial(eager, step), False),
        "eager_functional": built(partial(eager_functional, step), False),
        "compile": built(partial(compile_parts, loss, dynamic), True),
        "compile_step": built(partial(compile_step, step), True),
    }


def program(
    task: Task,
    convert: Callable[[Weights], Weights],
    make: Callable[[Params], Callable[..., Tensor]],
    predict: Predict,
    compiled: bool,
    dynamic: bool | None = None,
) -> Program:
    torch.set_default_device(task.device)
    p = {name: torch.tensor(w) for name, w in convert(task.weights).items()}
    for name in trained(p):
        p[name].requires_grad_()
    run = torch.no_grad()(
        partial(predict, p)
    )  # compiled code may not view what inference_mode makes
    return Program(
        train=make(p),
        predict=torch.compile(run, dynamic=dynamic) if compiled else run,
        prepare=prepare,
        loader=loader,
        sync=sync,
        asarray=lambda output: output.detach().cpu().numpy(),
        graphs=graphs if compiled else lambda: None,
    )


def trained(p: Iterable[str]) -> list[str]:
    return [name for name in p if not name.endswith(STATISTICS)]


def prepare(batch: Sequence[np.ndarray]) -> tuple[Tensor, ...]:
    """Tokens and classes as int64, which the kernels of embedding and loss take."""
    return tuple(
        torch.tensor(array.astype("int64") if array.dtype.kind == "i" else array) for array in batch
    )


def loader(arrays: Sequence[np.ndarray], batch_size: int) -> DataLoader[Any]:
    generator = torch.Generator(torch.get_default_device())
    return DataLoader(
        TensorDataset(*prepare(arrays)), batch_size, shuffle=True, generator=generator
    )


def sync(result: Tensor) -> None:
    if result.is_cuda:
        torch.cuda.synchronize()


def graphs() -> int:
    """Graphs that Dynamo compiled; what `torch._inductor` is given directly is not among them."""
    return torch._dynamo.utils.counters["stats"]["unique_graphs"]


def eager(step: Step, p: Params) -> Callable[..., Tensor]:
    """The textbook loop; fused Adam beats foreach and the default by 0.1 to 0.3 ms for LeNet."""
    optimizers: dict[tuple[str, ...], torch.optim.Adam] = {}

    def update(p: Params, loss: Tensor, names: Sequence[str]) -> None:
        optimizer = optimizers.get(tuple(names))
        if optimizer is None:
            optimizer = optimizers[tuple(names)] = torch.optim.Adam(
                [p[name] for name in names], LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True
            )
        loss.backward()
        optimizer.step()
        for other in optimizers.values():
            other.zero_grad()

    return partial(step, p, update)


def eager_functional(step: Step, p: Params) -> Callable[..., Tensor]:
    """The same kernels without the bookkeeping of `Tensor.grad` and `torch.optim`."""
    zeros = partial(torch.zeros_like, requires_grad=False)
    mean, variance = ({name: zeros(w) for name, w in p.items()} for _ in range(2))
    counts = {name: torch.zeros(()) for name in p}

    def update(p: Params, loss: Tensor, names: Sequence[str]) -> None:
        params, m, v, count = ([d[n] for n in names] for d in (p, mean, variance, counts))
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            torch._foreach_add_(count, 1)  # pyright: ignore[reportPrivateImportUsage]
            torch._fused_adam_(  # pyright: ignore[reportPrivateImportUsage]
                params, grads, m, v, [], count,
                lr=LEARNING_RATE, beta1=BETA1, beta2=BETA2, eps=EPSILON,
                weight_decay=0.0, amsgrad=False, maximize=False,
            )  # fmt: skip

    return partial(step, p, update)


def compile_parts(loss: Loss, dynamic: bool | None, p: Params) -> Callable[..., Tensor]:
    """What the PyTorch tutorials teach: model with loss compiled, optimizer step compiled."""
    optimizer = adam_to_compile([p[name] for name in trained(p)])
    forward = torch.compile(partial(loss, p), fullgraph=True, dynamic=dynamic)
    update = torch.compile(optimizer.step)

    def step(*batch: Tensor) -> Tensor:
        value = forward(*batch)
        value.backward()
        update()
        optimizer.zero_grad()
        return value.detach()

    return step


def adam_to_compile(params: list[Tensor]) -> torch.optim.Adam:
    return torch.optim.Adam(params, torch.tensor(LEARNING_RATE), (BETA1, BETA2), EPSILON)


def compile_step(step: Step, p: Params) -> Callable[..., Tensor]:
    """Forward, backward and Adam traced into one graph for Inductor; no Dynamo guards per call."""
    names = list(p)
    values = [w.detach() for w in p.values()]
    state = [*values, *(torch.zeros_like(w) for w in values * 2)]
    state += [torch.zeros(()) for _ in names]
    compiled: dict[Any, Any] = {}

    def whole(*args: Tensor) -> tuple[Tensor]:
        n = len(names)
        parts = [dict(zip(names, args[i * n : (i + 1) * n], strict=True)) for i in range(4)]
        return (step(parts[0], partial(_adam, *parts[1:]), *args[4 * n :]),)

    def run(*batch: Tensor) -> Tensor:
        kind = tuple(x.shape for x in batch)
        if kind not in compiled:
            graph = make_fx(_on_leaves(whole, names))(*[s.clone() for s in state], *batch)
            compiled[kind] = torch._inductor.compile(graph, [*state, *batch], options=INDUCTOR)
        return compiled[kind](*state, *batch)[0]

    return run


def _on_leaves(whole: Callable[..., Any], names: Sequence[str]) -> Callable[..., Any]:
    """Differentiate with respect to views of the parameters, which are then written through."""
    is_trained = [not name.endswith(STATISTICS) for name in names]

    def call(*args: Tensor) -> Any:
        leaves = [
            arg.detach().requires_grad_() if keep else arg
            for arg, keep in zip(args, is_trained, strict=False)
        ]
        return whole(*leaves, *args[len(leaves) :])

    return call


def _adam(
    mean: Params, variance: Params, counts: Params, p: Params, loss: Tensor, names: Sequence[str]
) -> None:
    grads = torch.autograd.grad(loss, [p[name] for name in names])
    count = counts[names[0]].add_(1)
    bias1, bias2 = 1 - BETA1**count, 1 - BETA2**count
    with torch.no_grad():
        for name, g in zip(names, grads, strict=True):
            m, v = mean[name].lerp_(g, 1 - BETA1), variance[name]
            v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            p[name].sub_(LEARNING_RATE * (m / bias1) / ((v / bias2).sqrt() + EPSILON))


def classify(net: Predict) -> Loss:
    """The cross-entropy of a net whose batches end with the labels."""

    def loss(p: Mapping[str, Tensor], *batch: Tensor) -> Tensor:
        *inputs, y = batch
        logits = net(p, *inputs)
        return F.cross_entropy(logits.flatten(0, -2), y.flatten())

    return loss
