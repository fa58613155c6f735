"""`unideep train my_model.py`: a file with net, loss and data is enough."""

import json
from pathlib import Path

import pytest

from unideep.gluon import nn

MODEL = """
import numpy
from unideep.gluon import nn, loss as losses
net = nn.Dense(2)
loss = losses.SoftmaxCrossEntropyLoss()
def data():
    x = numpy.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    return (x, (x[:, 0] > 0).astype("int64"))
"""

LOOP = """
import numpy
from unideep import autograd, gluon, np
from unideep.data import DataLoader
NET = gluon.nn.Dense(1)
NET.initialize()
trainer = gluon.Trainer(NET.collect_params(), "sgd")
def batches(batch_size):
    return DataLoader(numpy.ones((4, 3), "float32"), 2)
def train_step(x):
    with autograd.record():
        loss = (NET(x) ** 2).mean()
    loss.backward()
    trainer.step(1)
    return loss
"""


@pytest.mark.parametrize("tail", ["", "EPOCHS = 2\noptimizer = 'sgd'\nBATCH_SIZE = 20\n"])
def test_a_file_is_trained(unideep, tmp_path: Path, backend: str, tail: str) -> None:
    (tmp_path / "my_model.py").write_text(MODEL + tail)
    done = unideep("train", "my_model.py", "--backend", backend, "--no-compile", "--batch-size=20")
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / f"build/my_model-{backend}/losses.json").read_text())
    assert len(told["epochs"]) == (2 if tail else 10)
    assert told["losses"]["loss"][-1] < told["losses"]["loss"][0]


def test_a_file_may_have_a_loop_of_its_own(unideep, tmp_path: Path, backend: str) -> None:
    (tmp_path / "my_model.py").write_text(LOOP.replace("NET", "net"))
    done = unideep("train", "my_model.py", "--backend", backend, "--epochs=2", "--out=out")
    assert done.exit_code == 0, done.output
    nn.Dense(1).load_parameters(tmp_path / "out/weights.safetensors")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("net = 1", "does not define loss, data"),
        ("net = loss = data = 1", "net int"),
        (LOOP, "does not define save"),
        (MODEL.replace("return (x,", "return (x, x,"), "data() returns (x, y)"),
    ],
)
def test_a_file_that_lacks_something_is_told(
    refused, tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "my_model.py").write_text(text)
    assert words in refused("my_model.py")


def test_a_missing_file_is_told(refused) -> None:
    assert "there is no file 'nothing.py'" in refused("nothing.py")
