"""`unideep doctor` tells everything and is stopped by nothing; the command starts fast."""

import subprocess
import sys

from unideep.backend import _registered, backend_names


def test_everything_is_told(unideep):
    done = unideep("doctor")
    assert done.exit_code == 0, done.output
    for word in ("python", "safetensors", "scikit-learn", "UNIDEEP_DEVICE", *backend_names()):
        assert word in done.stdout


def test_a_broken_engine_is_told_and_the_rest_goes_on(unideep, monkeypatch):
    def absent():
        raise ImportError("No module named 'engine'")

    def broken():
        raise RuntimeError("libengine.so:\n  not an ELF file")

    monkeypatch.setitem(_registered, "absent", absent)
    monkeypatch.setitem(_registered, "broken", broken)
    done = unideep("doctor")
    assert done.exit_code == 0
    assert 'pip install "unideep[absent]"' in done.stdout
    assert "broken: libengine.so: not an ELF file" in done.stdout


def test_a_default_that_does_not_load_ends_with_code_1(unideep, monkeypatch):
    monkeypatch.setenv("UNIDEEP_BACKEND", "nothing")
    done = unideep("doctor")
    assert done.exit_code == 1
    assert "'nothing', does not load" in done.stdout and "environment" in done.stdout


def test_what_is_not_needed_is_not_imported():
    code = """if True:
        import sys, unideep
        heavy = ("typer", "rich", "matplotlib", "sklearn", *{engines})
        before = [name for name in heavy if name in sys.modules]
        import unideep.cli
        after = [name for name in heavy[2:] if name in sys.modules]
        print(before, after)"""
    engines = tuple(name for name in backend_names() if name != "numpy")
    command = [sys.executable, "-P", "-c", code.format(engines=engines)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] []"


def test_operations_are_tried_on_a_backend(unideep, tmp_path):
    arguments = ("doctor", "--ops", "--backend", "numpy", "--family", "loss")
    done = unideep(*arguments, "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "softmax_cross_entropy" in done.stdout and "cells are green" in done.stdout
    assert (tmp_path / "parity.json").exists()
    assert "sigmoid_cross_entropy" in (tmp_path / "parity.html").read_text("utf-8")
    assert unideep("doctor", "--ops", "--family", "los").exit_code == 2
