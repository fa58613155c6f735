"""`unideep train --resume`: a run that was ended goes on exactly; what cannot go on is told."""

import json

import pytest

OPTIONS = ("--batch-size", "64", "--no-compile", "--out")


def told(tmp_path, folder):
    return json.loads((tmp_path / folder / "losses.json").read_text())


@pytest.mark.parametrize("recipe", ["lenet", "gan"])
def test_the_curve_is_that_of_an_uninterrupted_run(unideep, tmp_path, recipe):
    unideep("train", recipe, "--steps", "25", *OPTIONS, "whole")
    unideep("train", recipe, "--steps", "4", *OPTIONS, "parts")
    unideep("train", recipe, "--steps", "22", "--resume", *OPTIONS, "parts")
    done = unideep("train", recipe, "--steps", "25", "--resume", *OPTIONS, "parts")
    assert "resumed after 22 steps" in done.stdout
    whole, parts = told(tmp_path, "whole"), told(tmp_path, "parts")
    assert parts["losses"] == whole["losses"]
    assert parts["epochs"] == whole["epochs"]


def test_another_engine_can_go_on(unideep, tmp_path, backend):
    unideep("train", "lenet", "--backend", "numpy", "--steps", "5", *OPTIONS, "whole")
    unideep("train", "lenet", "--backend", "numpy", "--steps", "2", *OPTIONS, "parts")
    unideep("train", "lenet", "--backend", backend, "--steps", "5", "--resume", *OPTIONS, "parts")
    whole, parts = told(tmp_path, "whole"), told(tmp_path, "parts")
    assert parts["losses"]["loss"] == pytest.approx(whole["losses"]["loss"], rel=1e-4)


def test_a_finished_run_only_tells(unideep):
    unideep("train", "lenet", "--epochs", "1", "--batch-size", "700", "--out", "out")
    done = unideep(
        "train", "lenet", "--epochs", "1", "--batch-size", "700", "--out", "out", "--resume"
    )
    assert done.exit_code == 0
    assert "epoch" not in done.stdout


def test_what_cannot_go_on_is_told(unideep, refused, tmp_path):
    assert "no run to resume" in refused("lenet", "--resume", "--out", "out")
    unideep("train", "lenet", "--steps", "1", *OPTIONS, "out")
    assert "seed 0, not 5" in refused("lenet", "--resume", "--seed", "5", *OPTIONS, "out")
    assert "'lenet', not 'gan'" in refused("gan", "--resume", *OPTIONS, "out")
    checkpoint = tmp_path / "out/checkpoint.safetensors"
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    refused("lenet", "--resume", *OPTIONS, "out")
