"""`unideep bench`: fresh processes, one table, and a verdict on the losses."""

import json
import os

import pytest
from PIL import Image

from unideep.cli import bench

SHORT = ("--steps", "3", "--no-compile", "--out", "out")


def test_every_installed_backend_is_compared(unideep, installed, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "backend_names", lambda: [*installed, "nothing"])
    done = unideep("bench", "lenet", *SHORT)
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert "nothing: 'nothing' is not a known backend." in done.stdout
    told = json.loads((tmp_path / "out/bench.json").read_text())
    assert set(told) == {"rows", "settings", "left_out", "crashed"}
    assert [row["backend"] for row in told["rows"]] == ["numpy", *sorted({*installed} - {"numpy"})]
    assert list(told["left_out"]) == ["nothing"] and not told["crashed"]
    for row in told["rows"]:
        assert row["agrees"] and row["difference"] <= 1e-4
        assert row["backend"] in done.stdout and f"{row['first_loss']['loss']:.4f}" in done.stdout
    with Image.open(tmp_path / "out/bench.png") as picture:
        picture.load()


MODEL = """
import numpy
from unideep.gluon import nn, loss as losses
net = nn.Dense(2)
loss = losses.SoftmaxCrossEntropyLoss()
def data():
    x = numpy.random.default_rng(0).normal(size=(60, 3)).astype("float32")
    return x, (x[:, 0] > 0).astype("int64")
"""


def test_a_file_is_compared(unideep, installed, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "backend_names", lambda: installed)
    (tmp_path / "my_model.py").write_text(MODEL)
    done = unideep("bench", "my_model.py", "--steps=5", "--no-compile", "--batch-size=20")
    assert done.exit_code == 0, done.output
    rows = json.loads((tmp_path / "build/bench-my_model/bench.json").read_text())["rows"]
    assert sorted(row["backend"] for row in rows) == sorted(installed)
    assert all(row["agrees"] for row in rows)
    best = min(rows, key=lambda row: row["median_step_ms"])["backend"]
    assert (f"fastest: {best}, " in done.stdout) == (len(rows) > 1)


def test_a_file_that_lacks_something_is_told_once(unideep, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "backend_names", lambda: ["numpy", "numpy"])
    (tmp_path / "my_model.py").write_text(MODEL.replace("loss = ", "lost = "))
    done = unideep("bench", "my_model.py", "--steps=5")
    assert done.exit_code == 2
    assert "error: my_model.py does not define loss." in done.stderr
    assert not done.stdout.strip()


def test_the_fastest_is_told_beside_the_others():
    times = {"numpy": 9.0, "one": 10.0, "two": 5.0}
    rows = [{"backend": name, "median_step_ms": ms} for name, ms in times.items()]
    assert bench._fastest(rows) == "fastest: two, 1.8x numpy, 2.0x one"


def test_a_disagreement_ends_with_code_1(unideep, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "backend_names", lambda: ["numpy"])
    done = unideep("bench", "lenet", *SHORT, "--tolerance=-1")
    assert done.exit_code == 1
    told = json.loads((tmp_path / "out/bench.json").read_text())
    assert told["rows"][0]["agrees"] is False


def test_a_crash_is_told(unideep, monkeypatch):
    monkeypatch.setattr(bench, "backend_names", lambda: ["numpy"])
    monkeypatch.setattr(bench, "train_apart", lambda options, out: (-11, "ended with code -11"))
    done = unideep("bench", "lenet", *SHORT)
    assert done.exit_code == 1 and "numpy: ended with code -11" in done.stdout


def test_an_unknown_recipe_is_refused(unideep):
    done = unideep("bench", "lennet")
    assert done.exit_code == 2 and "did you mean 'lenet'?" in done.stderr
    assert not os.path.exists("build")


@pytest.mark.parametrize(
    ("got", "difference"),
    [([2.0, 1.0], 0.0), ([2.0, 1.1], 0.1), ([2.0, None], float("inf"))],
)
def test_differences_are_relative(got, difference):
    found = bench.difference({"loss": got}, {"loss": [2.0, 1.0]})
    assert found == pytest.approx(difference)


def test_only_the_first_steps_are_compared():
    same, other = [1.0] * 30, [1.0] * bench.COMPARED_STEPS + [9.0] * 10
    assert bench.difference({"loss": same}, {"loss": other}) == 0
