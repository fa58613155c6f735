"""The benchmark models on UniDeep's public API; the same lines serve every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from native import BETA1, BETA2, EPSILON, LEARNING_RATE, Weights
from timing import Candidate
from workloads import CLASSES, Batches

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import nn


def lenet() -> nn.HybridSequential:
    net = nn.HybridSequential()
    net.add(
        nn.Conv2D(6, kernel_size=5, padding=2, activation="relu"),
        nn.MaxPool2D(2, 2),
        nn.Conv2D(16, kernel_size=5, activation="relu"),
        nn.MaxPool2D(2, 2),
        nn.Dense(120, activation="relu"),
        nn.Dense(84, activation="relu"),
        nn.Dense(CLASSES),
    )
    return net


def mlp() -> nn.HybridSequential:
    net = nn.HybridSequential()
    net.add(nn.Dense(64, activation="relu"), nn.Dense(CLASSES))
    return net


MODELS = {"lenet": lenet, "mlp": mlp}


def candidate(
    engine: str,
    model: str,
    variant: str,
    weights: Weights,
    batches: Batches,
    sync_native: Callable[[Any], None],
) -> Candidate:
    with ud.use_backend(engine):
        net = MODELS[model]()
        net.initialize()
        params = net.collect_params()
        for name, param in params.items():
            param.set_data(np.array(weights[name]))
        step = make_step(net)
        tensors = [(np.array(x), np.array(y)) for x, y in batches]

    def sync(loss: Any) -> None:
        sync_native(loss.native)
        for param in params.values():  # an eager update may still run when the loss is there
            sync_native(param.data().native)

    return Candidate(ud.compile(step) if variant == "compiled" else step, tensors, sync)


def make_step(net: nn.HybridSequential) -> Callable[[Any, Any], Any]:
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    adam = {"learning_rate": LEARNING_RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON}
    trainer = gluon.Trainer(net.collect_params(), "adam", adam)

    def train_step(x: Any, y: Any) -> Any:
        with autograd.record():
            loss = loss_fn(net(x), y).mean()
        loss.backward()
        trainer.step(1)
        return loss

    return train_step
