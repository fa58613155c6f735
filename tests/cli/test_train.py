"""`unideep train`: what it prints, what it writes, and what wrong input gets."""

import json
import math
import os
import re
import sys

import numpy as np
import pytest
from PIL import Image

import unideep as ud
from unideep.backend import _registered, backend_names
from unideep.cli import recipes

# Eager: compiling takes seconds on some engines, and tests/parity compiles every recipe.
SHORT = ("--steps", "3", "--batch-size", "16", "--no-compile", "--out", "out")
NAMES = {"lenet": ["loss"], "gan": ["discriminator", "generator"]}
PICTURES = {"lenet": ["loss.png"], "gan": ["loss.png", "samples.png"]}


@pytest.mark.parametrize("recipe", sorted({*recipes.names()} - {*NAMES}))
def test_every_recipe_runs(unideep, tmp_path, recipe):
    done = unideep("train", recipe, *SHORT)
    assert done.exit_code == 0, done.output
    told = json.loads((tmp_path / "out/losses.json").read_text())
    assert told["steps"] == 3
    assert all(math.isfinite(x) for values in told["losses"].values() for x in values)


@pytest.mark.parametrize("recipe", sorted(NAMES))
def test_results_are_written(unideep, tmp_path, backend, recipe):
    done = unideep("train", recipe, "--backend", backend, *SHORT)
    assert done.exit_code == 0, done.output
    out = tmp_path / "out"
    files = sorted(
        ["losses.json", "weights.safetensors", "checkpoint.safetensors", *PICTURES[recipe]]
    )
    assert sorted(os.listdir(out)) == files
    for name in PICTURES[recipe]:
        with Image.open(out / name) as picture:
            picture.load()
            assert min(picture.size) > 200 and len(set(picture.convert("L").tobytes())) > 10
    told = json.loads((out / "losses.json").read_text())
    assert set(told) == {
        "settings", "steps", "compile_s", "median_step_ms", "steps_per_s", "epochs", "losses",
        "step_s",
    }  # fmt: skip
    settings = {"recipe": recipe, "backend": backend, "batch_size": 16, "seed": 0}
    assert settings.items() <= told["settings"].items()
    assert told["settings"]["compiled"] is False and told["compile_s"] == 0
    assert told["steps"] == 3 == len(told["step_s"])
    assert list(told["losses"]) == NAMES[recipe]
    for values in told["losses"].values():
        assert len(values) == 3 and all(map(math.isfinite, values))


def test_weights_carry_the_net_over(unideep, tmp_path):
    unideep("train", "lenet", *SHORT)
    epoch = json.loads((tmp_path / "out/losses.json").read_text())["epochs"][-1]
    with ud.use_backend("numpy"):
        recipe = recipes.load("lenet")
        recipe.net.load_parameters(tmp_path / "out/weights.safetensors")
        assert recipe.evaluate()["test accuracy"] == epoch["test accuracy"]


def test_weights_of_both_nets_are_in_one_file(unideep, tmp_path):
    unideep("train", "gan", *SHORT)
    arrays, _ = ud.checkpoint.load_weights(tmp_path / "out/weights.safetensors")
    assert {name.partition(".")[0] for name in arrays} == {"generator", "discriminator"}


def test_epochs_are_told_line_by_line(unideep, tmp_path):
    done = unideep("train", "lenet", "--epochs", "2", "--batch-size", "700")
    first, *epochs, last, written = done.stdout.splitlines()
    assert first == "lenet on numpy, cpu(0)"
    number = r"\d+\.\d+"
    for i, line in enumerate(epochs, start=1):
        assert re.fullmatch(rf"epoch {i}/2  loss {number}  test accuracy {number}%", line)
    assert re.fullmatch(
        rf"test accuracy {number}%  4 steps  {number} steps/s \(median {number} ms\)  .*", last
    )
    assert (
        written
        == "build/lenet-numpy/: weights.safetensors, losses.json, checkpoint.safetensors, loss.png"
    )
    told = json.loads((tmp_path / "build/lenet-numpy/losses.json").read_text())
    assert [epoch["epoch"] for epoch in told["epochs"]] == [1, 2]
    assert told["epochs"][0]["loss"] == pytest.approx(np.mean(told["losses"]["loss"][:2]))


def test_a_pipe_gets_no_escape_codes(unideep):
    assert "\x1b" not in unideep("train", "lenet", *SHORT).output
    assert "\x1b" not in unideep("train", "nothing").output


def test_a_terminal_gets_a_bar(unideep, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    done = unideep("train", "lenet", *SHORT)
    assert done.exit_code == 0 and "\x1b" in done.output and "━" in done.output


def test_the_seed_decides(unideep, tmp_path):
    def losses(*options):
        unideep("train", "lenet", *SHORT, *options)
        return json.loads((tmp_path / "out/losses.json").read_text())["losses"]

    assert losses("--seed", "1") == losses("--seed", "1") != losses("--seed", "2")


def test_settings_of_the_environment_hold(unideep, monkeypatch, tmp_path):
    monkeypatch.setenv("UNIDEEP_DEVICE", "cpu")
    monkeypatch.setenv("UNIDEEP_COMPILE", "0")
    monkeypatch.setenv("UNIDEEP_BACKEND", "nothing")
    assert "'nothing' is not a known backend" in unideep("train", "lenet", *SHORT).stderr
    done = unideep("train", "lenet", *SHORT, "--backend", "numpy", "--device", "auto")
    assert done.exit_code == 0
    assert os.environ["UNIDEEP_DEVICE"] == "cpu"


def test_an_unknown_recipe_is_refused(refused):
    line = refused("lennet")
    assert "did you mean 'lenet'?" in line and "gan, " in line


def test_an_unknown_backend_is_refused(refused):
    line = refused("lenet", "--backend", "nunpy")
    assert "did you mean 'numpy'?" in line
    assert all(name in line for name in backend_names())


@pytest.mark.parametrize(
    ("device", "words"), [("gpu:7", "cpu(0)"), ("abacus", "'gpu:1'")], ids=["missing", "unknown"]
)
def test_an_unknown_device_is_refused(refused, device, words):
    assert words in refused("lenet", "--device", device)
    assert "UNIDEEP_DEVICE" not in os.environ


def test_a_missing_engine_is_refused(refused, monkeypatch):
    def load():
        raise ImportError("No module named 'engine'")

    monkeypatch.setitem(_registered, "absent", load)
    line = refused("lenet", "--backend", "absent")
    assert 'pip install "unideep[absent]"' in line


@pytest.mark.parametrize("option", ["--epochs", "--steps", "--batch-size"])
def test_a_number_below_one_is_refused(unideep, option):
    assert unideep("train", "lenet", option, "0").exit_code == 2


def test_a_batch_larger_than_the_data_is_refused(unideep):
    assert "9999" in unideep("train", "lenet", "--batch-size", "9999").stderr


def test_a_folder_that_cannot_be_made_is_refused(refused, tmp_path):
    (tmp_path / "file").touch()
    assert "file" in refused("lenet", "--out", "file")


def test_without_matplotlib_there_is_no_picture(unideep, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    done = unideep("train", "gan", *SHORT)
    assert done.exit_code == 0
    assert 'pip install "unideep[examples]"' in done.stdout
    assert sorted(os.listdir(tmp_path / "out")) == [
        "checkpoint.safetensors",
        "losses.json",
        "weights.safetensors",
    ]


def test_without_scikit_learn_there_is_no_training(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert 'pip install "unideep[examples]"' in refused("lenet")
