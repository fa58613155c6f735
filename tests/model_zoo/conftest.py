"""What is asked of every model: it trains, it is saved, it counts its parameters."""

import math
from collections.abc import Callable
from typing import Any

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon


@pytest.fixture
def trained_size() -> Callable[[Any], int]:
    """The number of elements of a net's trained parameters."""
    return lambda net: sum(
        math.prod(p.shape) for p in net.collect_params().values() if p.grad_req != "null"
    )


@pytest.fixture
def learns() -> Callable[..., None]:
    """Checks that steps on one batch, compiled or eager, decrease the loss."""

    def check(net: Any, loss_of: Callable[..., Any], *batch: Any, compiled: bool = True) -> None:
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})

        def step(*batch):
            with autograd.record():
                loss = loss_of(*batch)
            loss.backward()
            trainer.step(1)
            return loss

        run = ud.compile(step) if compiled else step
        losses = [float(run(*batch)) for _ in range(4)]
        assert losses[-1] < losses[0], losses

    return check


@pytest.fixture
def comes_back(tmp_path: Any) -> Callable[..., None]:
    """Checks that a second net with the first one's file computes the same."""

    def check(net: Any, twin: Any, *inputs: Any) -> None:
        net.save_parameters(tmp_path / "weights.safetensors")
        twin.load_parameters(tmp_path / "weights.safetensors")
        wants, gots = net(*inputs), twin(*inputs)
        for want, got in zip(_tuple(wants), _tuple(gots), strict=True):
            numpy.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=1e-6, atol=1e-7)

    return check


def _tuple(found: Any) -> tuple[Any, ...]:
    return found if isinstance(found, tuple) else (found,)
