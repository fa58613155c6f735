"""DCGAN, PyTorch: one step of its discriminator and one of its generator."""

from __future__ import annotations

from functools import partial

import torch
import torch.nn.functional as F
from program import Build, Program, Task
from torch import Tensor

from .torch_common import (
    Functions,
    Params,
    Predict,
    Step,
    Update,
    compile_step,
    compiled,
    dynamo_graphs,
    eager,
    eager_functional,
    parameters,
    program,
    trained,
    updates,
)
from .torch_layers import batch_norm

__all__ = ["VARIANTS"]


def generate(p: Params, noise: Tensor, training: bool) -> Tensor:
    x, stride, padding, layer = noise[:, :, None, None], 1, 0, 0
    while (name := f"generator.features.{layer}.weight") in p:
        x = F.conv_transpose2d(x, p[name], None, stride, padding)
        x = F.relu(batch_norm(p, f"generator.features.{layer + 1}", x, training))
        stride, padding, layer = 2, 1, layer + 3
    return torch.tanh(F.conv_transpose2d(x, p["generator.output.weight"], None, 2, 1))


def judge(p: Params, x: Tensor) -> Tensor:
    """A score of each image."""
    x = F.leaky_relu(F.conv2d(x, p["discriminator.features.0.weight"], None, 2, 1), 0.2)
    layer = 2
    while (name := f"discriminator.features.{layer}.weight") in p:
        x = F.conv2d(x, p[name], None, 2, 1)
        x = F.leaky_relu(batch_norm(p, f"discriminator.features.{layer + 1}", x, True), 0.2)
        layer += 3
    return F.conv2d(x, p["discriminator.output.weight"]).flatten(1)


def draw(p: Params, noise: Tensor) -> Tensor:
    return generate(p, noise, True)


def tell(p: Params, real: Tensor, fake: Tensor) -> Tensor:
    """The discriminator's loss: softplus(-x) is the cross-entropy of real images."""
    return F.softplus(-judge(p, real)).mean() + F.softplus(judge(p, fake)).mean()


def deceive(p: Params, fake: Tensor) -> Tensor:
    """The generator's loss; the discriminator's weights need no gradient."""
    fixed = {name: w.detach() for name, w in p.items() if name.startswith("discriminator")}
    return F.softplus(-judge(fixed, fake)).mean()


def step(
    p: Params, update: Update, real: Tensor, noise: Tensor, draw=draw, tell=tell, deceive=deceive
) -> Tensor:
    fake = draw(p, noise)
    d_loss = tell(p, real, fake.detach())
    update(p, d_loss, [name for name in trained(p) if name.startswith("discriminator")])
    g_loss = deceive(p, fake)
    update(p, g_loss, [name for name in trained(p) if name.startswith("generator")])
    return (d_loss + g_loss).detach()


def compile_parts(p: Params, step: Step, predict: Predict) -> Functions:
    parts = {part.__name__: torch.compile(part) for part in (draw, tell, deceive)}
    run = torch.compile(torch.no_grad()(partial(predict, p)))
    return partial(step, p, updates(compiled), **parts), run, dynamo_graphs


def built(make) -> Build:
    def build(task: Task) -> Program:
        p = parameters(task.weights, task.device)
        return program(make(p, step, partial(generate, training=False)), task.device)

    return build


VARIANTS = {
    "eager": built(eager),
    "eager_functional": built(eager_functional),
    "compile": built(compile_parts),
    "compile_step": built(compile_step),
}
