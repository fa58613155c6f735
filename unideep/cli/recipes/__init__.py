"""The recipes behind `unideep train`: plain scripts, written to be copied.

A recipe builds its nets and trainers at the top level, so each run executes it anew, on the
backend and with the seed that are current then. What the runner asks of it:

| name                | what it is                                                          |
|---------------------|---------------------------------------------------------------------|
| EPOCHS, BATCH_SIZE  | the defaults                                                        |
| batches(batch_size) | a DataLoader; each iteration is an epoch                            |
| train_step(*batch)  | one `ud.compile`d update; returns its loss, or several by name      |
| evaluate()          | figures by name, told after each epoch                              |
| save(path)          | writes the weights                                                  |
| samples(count)      | optional: drawn images (count, height, width) in [0, 1]             |
| text()              | optional: what the trained net writes, for sample.txt               |
| FIGURES             | optional: names of `evaluate` that are no shares, told as they are  |
| REACHES             | optional: what a whole training promises, {name: ">= bound"}        |

A recipe may have options of its own: `CELL = option("cell", "lstm", "gru")` is what follows
`--cell`. Nets, trainers and all else with `state_dict` and `load_state_dict` at the top level are
what `--resume` goes on with.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from unideep.cli.user import complete
from unideep.errors import ArgumentError, UnknownNameError, known_names

__all__ = ["check", "load", "names", "option", "source"]

_FOLDER = Path(__file__).parent
# What the user gave the recipe that is being loaded, and what it asked for.
_options: ContextVar[tuple[Mapping[str, str], dict[str, str]]] = ContextVar("recipe_options")


def names() -> list[str]:
    """The recipes, by the names of their files."""
    return sorted(p.stem for p in _FOLDER.glob("*.py") if not p.stem.startswith("_"))


def check(name: str) -> None:
    """Refuse a name that is neither a recipe nor a Python file.

    Raises:
        UnknownNameError: lists the known ones.
    """
    if name.endswith(".py"):
        if not Path(name).is_file():
            raise ArgumentError(f"there is no file {name!r}.", fix="check the path.")
    elif name not in names():
        raise UnknownNameError(f"{name!r} is not a known recipe.", fix=known_names(name, names()))


def source(name: str) -> Path:
    """The file of a recipe."""
    return _FOLDER / f"{name}.py"


def option(name: str, *choices: str) -> str:
    """What the user gave a recipe as `--name`; the first choice if nothing, as in a script.

    Raises:
        ArgumentError: it is none of the choices.
    """
    given, asked = _options.get(({}, {}))
    value = asked[name] = given.get(name, choices[0])
    if value not in choices:
        raise ArgumentError(
            f"--{name} is one of {', '.join(choices)}.", got=value, fix=f"--{name} {choices[0]}"
        )
    return value


def load(name: str, given: Mapping[str, str] | None = None) -> ModuleType:
    """Execute a recipe anew, on the current backend: fresh nets, fresh trainers.

    Args:
        name: Of a recipe, or the path of a file of the user's (see `unideep.cli.user`).
        given: The recipe's own options. With the defaults of the others they become its OPTIONS.

    Raises:
        UnknownNameError: no such recipe or option of it. Lists the known ones.
        ArgumentError: a value that the recipe does not know.
        ImportError: the data set's package is not installed.
    """
    check(name)
    given, asked = given or {}, {}
    token = _options.set((given, asked))
    try:
        recipe = _found(name)
    finally:
        _options.reset(token)
    if unknown := next((n for n in given if n not in asked), None):
        raise UnknownNameError(
            f"{name!r} has no option --{unknown}.",
            fix=known_names(unknown, asked) if asked else "it has none of its own: see --help.",
        )
    recipe.OPTIONS = asked  # pyright: ignore[reportAttributeAccessIssue]
    return recipe


def _found(name: str) -> ModuleType:
    if name.endswith(".py"):
        recipe = _executed(Path(name).stem, Path(name))
        complete(recipe, name)
        return recipe
    # Not under unideep's own name: errors then point to lines of the recipe.
    return _executed(f"recipe_{name}", source(name))


def _executed(name: str, path: Path) -> ModuleType:
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    recipe = module_from_spec(spec)
    spec.loader.exec_module(recipe)
    return recipe
