"""The recipes are scripts: short, complete, and runnable alone."""

import subprocess
import sys

import pytest

from unideep.cli import recipes
from unideep.errors import UnknownNameError

# Put in front of a copy: an epoch ends after two batches.
SHORT = """
from itertools import islice
from unideep.data import DataLoader
whole = DataLoader.__iter__
DataLoader.__iter__ = lambda loader: islice(whole(loader), 2)
"""


@pytest.mark.parametrize("name", recipes.names())
def test_a_recipe_runs_when_copied(name, tmp_path):
    text = recipes.source(name).read_text()
    assert len(text.splitlines()) < 120
    copy = tmp_path / "copy.py"
    head, _, rest = text.partition("EPOCHS, BATCH_SIZE = ")
    copy.write_text(f"{SHORT}{head}EPOCHS, BATCH_SIZE = 1, 16\n{rest.partition(chr(10))[2]}")
    command = [sys.executable, "-P", "-W", "error", str(copy)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("epoch 1: ")
    assert (tmp_path / f"{name}.safetensors").stat().st_size > 5_000


def test_each_load_is_a_fresh_start(backend):
    one, two = recipes.load("lenet"), recipes.load("lenet")
    assert one.net is not two.net and one.train_step is not two.train_step


def test_an_unknown_recipe_names_the_known_ones():
    with pytest.raises(UnknownNameError, match=r"gan, .*lenet"):
        recipes.load("vgg")
