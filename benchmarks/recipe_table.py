"""The README's table of what the recipes promise, what they reach, and how far losses differ."""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unideep.cli import recipes
from unideep.cli.bench import COMPARED_STEPS, difference
from unideep.cli.files import write_aside

Row = dict[str, Any]
Cell = tuple[str, str, int | None]  # recipe, backend, steps (None: the whole training)

ENGINES = {"torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow", "numpy": "NumPy"}
REFERENCE, TOLERANCE = "numpy", 1e-3
BEGIN, END = "<!-- recipes: benchmarks/recipes.py writes this table -->", "<!-- /recipes -->"
NOT_RUN = "not run"
_ORDERS = {">=": operator.ge, "<=": operator.le}


@dataclass(frozen=True)
class Recipe:
    """What a recipe says of itself, read without running it."""

    name: str
    title: str
    reaches: dict[str, str]
    figures: tuple[str, ...]  # those that are no shares

    @classmethod
    def read(cls, name: str) -> Recipe:
        tree = ast.parse(recipes.source(name).read_text("utf-8"))
        title = " ".join((ast.get_docstring(tree) or "").split()).partition(":")[0]
        found = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in ("REACHES", "FIGURES")
        }
        return cls(name, title, found.get("REACHES", {}), tuple(found.get("FIGURES", ())))

    def shown(self, figure: str, value: float) -> str:
        """As `unideep train` tells it: a share in percent, others as they are."""
        return f"{value:.3g}" if figure in self.figures else f"{100 * value:.3g} %"

    def promise(self) -> str:
        words = (
            f"{name} {order} {self.shown(name, bound)}" for name, order, bound in self.bounds()
        )
        return ", ".join(words).replace(">=", "≥").replace("<=", "≤")

    def bounds(self) -> list[tuple[str, str, float]]:
        """Name, order and bound of each figure that is promised."""
        parts = [(name, *bound.split()) for name, bound in self.reaches.items()]
        return [(name, order, float(bound)) for name, order, bound in parts]


def latest(rows: list[Row]) -> dict[Cell, Row]:
    """The last row of each cell."""
    return {(row["recipe"], row["backend"], row["steps"]): row for row in rows}


def write_table(rows: list[Row], path: Path) -> None:
    """Put the table between the marks of a file."""
    head, _, rest = path.read_text("utf-8").partition(BEGIN)
    _, mark, tail = rest.partition(END)
    if not mark:
        raise SystemExit(f"{path} lacks the marks {BEGIN} and {END}.")
    text = f"{head}{BEGIN}\n{markdown(rows)}\n{END}{tail}"
    write_aside(path, lambda aside: aside.write_text(text, "utf-8"))


def markdown(rows: list[Row]) -> str:
    head = ["recipe", "what it does", "promises", *ENGINES.values(), "losses differ by"]
    found = latest(rows)
    lines = [_line(Recipe.read(name), found) for name in recipes.names()]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines))


def _line(recipe: Recipe, found: dict[Cell, Row]) -> list[str]:
    reached = [_reached(recipe, found.get((recipe.name, engine, None))) for engine in ENGINES]
    return [f"`{recipe.name}`", recipe.title, recipe.promise(), *reached, _apart(recipe, found)]


def _reached(recipe: Recipe, row: Row | None) -> str:
    """The figures of a whole training."""
    if row is None:
        return NOT_RUN
    if row["failed"]:
        return "failed: " + " ".join(row["failed"].split()).replace("|", "\\|")
    words = []
    for name, order, bound in recipe.bounds():
        value = row["figures"][name]
        met = value is not None and _ORDERS[order](value, bound)
        shown = "nan" if value is None else recipe.shown(name, value)
        words.append(shown if met else f"**{shown}, not reached**")
    return ", ".join(words)


def _apart(recipe: Recipe, found: dict[Cell, Row]) -> str:
    """The largest relative difference to NumPy's first losses, and on which engine it is."""
    losses = {engine: _first_losses(recipe.name, engine, found) for engine in ENGINES}
    reference = losses.pop(REFERENCE)
    if reference is None:
        return NOT_RUN
    apart = {e: difference(got, reference) for e, got in losses.items() if got is not None}
    missing = [f"{ENGINES[engine]} {NOT_RUN}" for engine in losses if engine not in apart]
    if not apart:
        return NOT_RUN
    worst = max(apart, key=apart.__getitem__)
    told = f"{apart[worst]:.0e} ({ENGINES[worst]})"
    return "; ".join([told if apart[worst] <= TOLERANCE else f"**{told}**", *missing])


def _first_losses(name: str, engine: str, found: dict[Cell, Row]) -> dict[str, list] | None:
    """Of the whole training, or of the short one."""
    for steps in (None, COMPARED_STEPS):
        row = found.get((name, engine, steps))
        if row is not None and not row["failed"]:
            return row["losses"]
    return None
