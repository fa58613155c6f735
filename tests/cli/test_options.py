"""A recipe's own options: `unideep train charlm --cell gru`."""

import json

import pytest

from unideep.cli import recipes
from unideep.cli.options import Options, own
from unideep.errors import ArgumentError, UnknownNameError

SHORT = ("--steps", "1", "--batch-size", "4", "--no-compile", "--out", "out")

RECIPE = """
from unideep.cli.recipes import option
SIZE = option("size", "1", "2")
def train_step(x): return x.sum() * int(SIZE)
def batches(batch_size):
    from unideep.gluon.data import DataLoader
    return DataLoader([[1.0], [1.0]], batch_size)
def save(path): path.touch()
"""


def told(tmp_path):
    return json.loads((tmp_path / "out/losses.json").read_text())


@pytest.mark.parametrize(
    ("recipe", "option", "values"),
    [("charlm", "cell", ["lstm", "gru"]), ("translate", "model", ["transformer", "seq2seq"])],
)
def test_the_choice_is_trained_and_told(unideep, tmp_path, recipe, option, values):
    losses = []
    for given in ([], [f"--{option}", values[0]], [f"--{option}={values[1]}"]):
        done = unideep("train", recipe, *given, *SHORT)
        assert done.exit_code == 0, done.output
        losses.append(told(tmp_path)["losses"]["loss"])
        expected = values[1] if "=" in "".join(given) else values[0]
        assert told(tmp_path)["settings"]["options"] == {option: expected}
    assert losses[0] == losses[1] != losses[2]


def test_a_file_of_the_users_may_have_options(unideep, tmp_path):
    (tmp_path / "mine.py").write_text(RECIPE)
    short = ("--steps", "1", "--batch-size", "2", "--no-compile", "--out", "out")
    assert unideep("train", "mine.py", "--size", "2", *short).exit_code == 0
    assert told(tmp_path)["losses"]["loss"] == [4.0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("charlm", "--cell", "elman"), "--cell is one of lstm, gru. Got elman."),
        (("charlm", "--sell", "gru"), "did you mean 'cell'?"),
        (("lenet", "--cell", "gru"), "'lenet' has no option --cell"),
        (("charlm", "--cell"), "--cell is no option with a value"),
        (("charlm", "gru"), "gru is no option with a value"),
    ],
)
def test_what_the_recipe_does_not_know_is_refused(refused, arguments, words):
    assert words in refused(*arguments, *SHORT)


def test_another_choice_is_another_run(unideep, refused):
    unideep("train", "charlm", *SHORT)
    line = refused("charlm", "--cell", "gru", "--resume", *SHORT)
    assert "options {'cell': 'lstm'}, not {'cell': 'gru'}" in line


def test_bench_passes_it_on():
    options = Options("charlm", own=own(["--cell", "gru"]))
    assert "--cell=gru" in options.as_arguments()


def test_bench_takes_it(unideep, monkeypatch):
    from unideep.cli import bench

    seen = []
    monkeypatch.setattr(bench, "backend_names", lambda: ["numpy"])
    monkeypatch.setattr(
        bench, "train_apart", lambda options, out: (seen.append(options), (2, "no"))[1]
    )
    unideep("bench", "charlm", "--cell", "gru", "--out", "out")
    assert seen[0].own == {"cell": "gru"}


def test_loaded_by_hand():
    assert recipes.load("charlm", {"cell": "gru"}).OPTIONS == {"cell": "gru"}
    assert recipes.load("lenet").OPTIONS == {}
    assert recipes.option("cell", "lstm", "gru") == "lstm"
    with pytest.raises(ArgumentError, match="one of lstm, gru"):
        recipes.load("charlm", {"cell": ""})
    with pytest.raises(UnknownNameError, match="Known: cell"):
        recipes.load("charlm", {"layers": "2"})
