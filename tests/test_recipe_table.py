"""The README's table of recipes: what is in it is measured, and the rest is said to be missing."""

import json
from types import SimpleNamespace

import pytest

from unideep.cli import recipes
from unideep.cli.options import Options


@pytest.fixture
def table(monkeypatch, pytestconfig):
    monkeypatch.syspath_prepend(pytestconfig.rootpath / "benchmarks")
    return __import__("recipe_table")


@pytest.fixture
def script(table):
    return __import__("recipes")


def row(backend="torch", steps=None, failed=None, losses=(1.0, 2.0), accuracy=0.98):
    told = {"figures": {"test accuracy": accuracy}, "losses": {"loss": list(losses)}}
    return {"recipe": "lenet", "backend": backend, "steps": steps, "failed": failed, **told}


def lenet(table, *rows):
    """The line of a recipe, its cells after the promise."""
    (line,) = [x for x in table.markdown(list(rows)).splitlines() if x.startswith("| `lenet`")]
    return line.strip("| ").split(" | ")[3:]


def test_what_was_not_run_is_said_to_be(table):
    assert lenet(table) == ["not run"] * 5
    assert lenet(table, row(steps=20)) == ["not run"] * 5


def test_figures_are_judged(table):
    rows = [row(), row("jax", accuracy=0.96), row("numpy", failed="no\nmemory"), row("tensorflow")]
    shown = lenet(table, *rows)
    assert shown[:4] == ["98 %", "**96 %, not reached**", "98 %", "failed: no memory"]
    assert lenet(table, row(accuracy=None))[0] == "**nan, not reached**"


def test_the_latest_row_counts(table):
    assert lenet(table, row(failed="crash"), row())[0] == "98 %"


def test_losses_are_compared_with_numpy(table):
    rows = [row("numpy", steps=20), row("torch", losses=(1.0, 2.0002)), row("jax", losses=(1.1, 2))]
    assert lenet(table, *rows[:2])[4] == "1e-04 (PyTorch); JAX not run; TensorFlow not run"
    assert lenet(table, *rows)[4] == "**1e-01 (JAX)**; TensorFlow not run"
    rows += [row("jax"), row("tensorflow", losses=(1.0, 2.0))]
    assert lenet(table, *rows)[4] == "1e-04 (PyTorch)"


def test_only_what_is_between_the_marks_is_written(table, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"above\n{table.BEGIN}\nold\n{table.END}\nbelow\n")
    table.write_table([], page)
    text = page.read_text()
    assert text.startswith("above\n") and text.endswith(f"{table.END}\nbelow\n")
    assert "\nold\n" not in text and "`gan`" in text
    page.write_text("no marks\n")
    with pytest.raises(SystemExit, match="lacks the marks"):
        table.write_table([], page)
    assert page.read_text() == "no marks\n"


def test_a_rerun_goes_on(script):
    wanted = SimpleNamespace(recipe=["lenet"], backend=["torch", "jax"], steps=None, again=False)
    rows = [row(), row("jax", failed="crash"), row("jax", steps=20)]
    assert [o.backend for o in script.cells(wanted, rows)] == ["jax"]
    wanted.again = True
    assert [o.backend for o in script.cells(wanted, rows)] == ["torch", "jax"]


def test_a_failure_is_a_row(script, monkeypatch):
    monkeypatch.setattr(script, "train_apart", lambda options, out: (2, "no engine"))
    assert script.measure(Options("lenet", "torch"))["failed"] == "no engine"


def test_figures_and_first_losses_are_kept(script, monkeypatch):
    def train(options, out):
        epoch = {"epoch": 1, "loss": 3.0, "test accuracy": 0.5}
        report = {"epochs": [epoch], "losses": {"loss": list(range(30))}}
        (out / "losses.json").write_text(json.dumps(report))
        return 0, ""

    monkeypatch.setattr(script, "train_apart", train)
    found = script.measure(Options("lenet", "torch"))
    assert found["figures"] == {"test accuracy": 0.5}
    assert found["losses"] == {"loss": list(range(20))}


@pytest.mark.parametrize("name", recipes.names())
def test_the_docstring_says_what_is_promised(table, name):
    text = " ".join((recipes.load(name).__doc__ or "").split())
    bounds = table.Recipe.read(name).bounds()
    assert bounds and "seed 0" in text
    for figure, order, bound in bounds:
        assert order in ("<=", ">=")
        assert f" {bound:g} " in text or f" {100 * bound:g} % " in text, figure
