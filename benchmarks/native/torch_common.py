"""Programs in PyTorch around any `loss(p, *batch)` and `predict(p, *inputs)`, p by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
Optimizer = tuple[Callable[[], Any], Callable[[], None]]  # step, forget the gradients
Functions = tuple[Callable[..., Tensor], Callable[..., Tensor], Callable[[], int | None]]
Make = Callable[..., Functions]  # make(p, step or loss, predict, ...) -> train, predict, graphs

# On two CPU cores: oneDNN's own NCHW choice beats Inductor's channels-last rewrite, and a parallel
# region costs more than it gives below some thousand elements (MLP 0.050 -> 0.033 ms).
INDUCTOR = {
    "layout_optimization": False,
    "cpp.min_chunk_size": 4096,
    "size_asserts": False,
    "alignment_asserts": False,
}
FIXED = ("running_mean", "running_var", "waves")  # no parameters


def variants(
    loss: Loss,
    predict: Predict,
    convert: Callable[[Weights], Weights] = dict,
    sizes: Sequence[str] = (),
    dynamic: bool | None = None,
) -> dict[str, Build]:
    """The ways to run a model.

    Args:
        convert: The first weights as this model keeps them.
        sizes: The sizes of the task that `loss` and `predict` take, by name.
        dynamic: Whether shapes differ from batch to batch; for `torch.compile`.
    """

    def step(p: Params, update: Update, *batch: Tensor, **fixed: int) -> Tensor:
        value = loss(p, *batch, **fixed)
        update(p, value, trained(p))
        return value.detach()

    def built(make: Make, train: Callable[..., Any], *options: Any) -> Build:
        def build(task: Task) -> Program:
            fixed = {name: task.sizes[name] for name in sizes}
            p = parameters(convert(task.weights), task.device)
            parts = partial(train, **fixed), partial(predict, **fixed)
            return program(make(p, *parts, *options), task.device)

        return build

    return {
        "eager": built(eager, step),
        "eager_functional": built(eager_functional, step),
        "compile": built(compile_parts, loss, dynamic),
        "compile_step": built(compile_step, step),
    }


def program(functions: Functions, device: str) -> Program:
    train, predict, count = functions
    return Program(
        train=train,
        predict=predict,
        prepare=partial(prepare, device),
        loader=partial(loader, device),
        sync=sync,
        asarray=lambda output: output.detach().cpu().numpy(),
        graphs=count,
    )


def parameters(weights: Weights, device: str) -> Params:
    p = {name: torch.tensor(w, device=device) for name, w in weights.items()}
    for name in trained(p):
        p[name].requires_grad_()
    return p


def trained(p: Iterable[str]) -> list[str]:
    return [name for name in p if not name.endswith(FIXED)]


def prepare(device: str, batch: Sequence[np.ndarray]) -> tuple[Tensor, ...]:
    """Tokens and classes as int64, which the kernels of embedding and loss take."""
    kinds = {"i": torch.int64, "f": torch.float32}
    return tuple(torch.tensor(x, dtype=kinds[x.dtype.kind], device=device) for x in batch)


def loader(device: str, arrays: Sequence[np.ndarray], batch_size: int) -> DataLoader[Any]:
    return DataLoader(TensorDataset(*prepare(device, arrays)), batch_size, shuffle=True)


def sync(result: Tensor) -> None:
    if result.is_cuda:
        torch.cuda.synchronize()


def eager(p: Params, step: Step, predict: Predict) -> Functions:
    """The textbook loop."""
    run = torch.inference_mode()(partial(predict, p))
    return partial(step, p, updates(fused)), run, lambda: None


def updates(make: Callable[[list[Tensor]], Optimizer]) -> Update:
    """An optimizer for each set of parameters that is updated."""
    optimizers: dict[str, Optimizer] = {}

    def update(p: Params, loss: Tensor, names: Sequence[str]) -> None:
        params = [p[name] for name in names]
        if names[0] not in optimizers:
            optimizers[names[0]] = make(params)
        step, forget = optimizers[names[0]]
        loss.backward(inputs=params)
        step()
        forget()

    return update


def fused(params: list[Tensor]) -> Optimizer:
    """It beats foreach and the default by 0.1 to 0.3 ms for LeNet."""
    adam = torch.optim.Adam(params, LEARNING_RATE, (BETA1, BETA2), EPSILON, fused=True)
    return adam.step, adam.zero_grad


def compiled(params: list[Tensor]) -> Optimizer:
    rate = torch.tensor(LEARNING_RATE)  # a number would be compiled in
    adam = torch.optim.Adam(params, rate, (BETA1, BETA2), EPSILON)
    return torch.compile(adam.step), adam.zero_grad


def eager_functional(p: Params, step: Step, predict: Predict) -> Functions:
    """The same kernels without the bookkeeping of `Tensor.grad` and `torch.optim`."""
    mean, variance = ({name: torch.zeros_like(w.detach()) for name, w in p.items()} for _ in "mv")
    counts = {name: w.new_zeros(()) for name, w in p.items()}

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

    return partial(step, p, update), torch.inference_mode()(partial(predict, p)), lambda: None


def compile_parts(p: Params, loss: Loss, predict: Predict, dynamic: bool | None) -> Functions:
    """What the PyTorch tutorials teach: model with loss compiled, optimizer step compiled."""
    forward = torch.compile(partial(loss, p), dynamic=dynamic)
    # compiled code may not view what inference_mode makes
    run = torch.compile(torch.no_grad()(partial(predict, p)), dynamic=dynamic)
    names, update = trained(p), updates(compiled)

    def step(*batch: Tensor) -> Tensor:
        value = forward(*batch)
        update(p, value, names)
        return value.detach()

    return step, run, dynamo_graphs


def dynamo_graphs() -> int:
    return torch._dynamo.utils.counters["stats"]["unique_graphs"]


def compile_step(p: Params, step: Step, predict: Predict) -> Functions:
    """Forward, backward and Adam traced into one graph for Inductor; no Dynamo guards per call."""
    values = [w.detach() for w in p.values()]
    names, n = trained(p), len(p)
    moments = [torch.zeros_like(p[name], requires_grad=False) for name in names * 2]
    firsts = (n, n + len(names), n + 2 * len(names))  # of mean, variance and the rest

    def whole(*args: Tensor) -> tuple[Tensor]:
        # views that gradients are taken of, while the parameters are written through them
        leaves = {name: w.detach() for name, w in zip(p, args[:n], strict=True)}
        for name in names:
            leaves[name].requires_grad_()
        mean, variance = (dict(zip(names, args[i:], strict=False)) for i in firsts[:2])
        count, *batch = args[firsts[2] :]
        count.add_(1)

        def update(p: Params, loss: Tensor, names: Sequence[str]) -> None:
            grads = torch.autograd.grad(loss, [p[name] for name in names])
            adam(mean, variance, count, p, dict(zip(names, grads, strict=True)))

        return (step(leaves, update, *batch),)

    def forward(*args: Tensor) -> tuple[Tensor]:
        return (predict(dict(zip(p, args[:n], strict=True)), *args[n:]),)

    train = Traced(whole, [*values, *moments, values[0].new_zeros(())])
    run = Traced(forward, values)
    return train.first, run.first, lambda: len(train.graphs) + len(run.graphs)


class Traced:
    """A function of a state, which it may write to, and a batch; one graph for each shape of these.

    Attributes:
        graphs: Compiled by Inductor, by the shapes of the batch.
    """

    def __init__(self, function: Callable[..., tuple[Tensor, ...]], state: list[Tensor]) -> None:
        self._function, self._state = function, state
        self.graphs: dict[Any, Any] = {}

    def __call__(self, *batch: Tensor) -> Sequence[Tensor]:
        kind = tuple(x.shape for x in batch)
        graph = self.graphs.get(kind)
        if graph is None:
            graph = self.graphs[kind] = self._compile(batch)
        return graph(*self._state, *batch)

    def first(self, *batch: Tensor) -> Tensor:
        return self(*batch)[0]

    def _compile(self, batch: Sequence[Tensor]) -> Any:
        graph = make_fx(self._function)(*(s.clone() for s in self._state), *batch)
        return torch._inductor.compile(graph, [*self._state, *batch], options=INDUCTOR)


def adam(mean: Params, variance: Params, count: Tensor, p: Params, grads: Params) -> None:
    bias1, bias2 = 1 - BETA1**count, 1 - BETA2**count
    with torch.no_grad():
        for name, g in grads.items():
            m, v = mean[name].lerp_(g, 1 - BETA1), variance[name]
            v.mul_(BETA2).addcmul_(g, g, value=1 - BETA2)
            p[name].sub_(LEARNING_RATE * (m / bias1) / ((v / bias2).sqrt() + EPSILON))


def classify(net: Predict) -> Loss:
    """The cross-entropy of a net whose batches end with the labels."""

    def loss(p: Params, *batch: Tensor, **sizes: int) -> Tensor:
        *inputs, y = batch
        logits = net(p, *inputs, **sizes)
        return F.cross_entropy(logits.flatten(0, -2), y.flatten())

    return loss
