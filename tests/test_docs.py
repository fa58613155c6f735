"""The documentation is true: README blocks, README commands, examples in docstrings."""

import ast
import doctest
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ENGINES = ("torch", "jax", "tensorflow")

# What an example in a docstring may use without importing it.
EXAMPLE_IMPORTS = """
import unideep as ud
from unideep import autograd, gluon, init, np, npx
from unideep.gluon import nn
"""


def blocks(language: str) -> Iterator[tuple[int, str]]:
    """Fenced blocks of the README in one language, each with the line where its code starts."""
    for match in FENCE.finditer(README):
        if match[1] == language:
            yield README.count("\n", 0, match.start()) + 2, match[2]


def test_readme_blocks_run() -> None:
    """In order, in one namespace; a block that names an engine runs where it is installed."""
    import unideep as ud

    namespace = {"__name__": "__main__"}
    with ud.use_backend("numpy"):
        for line, code in blocks("python"):
            if all(find_spec(engine) for engine in ENGINES if engine in code):
                # The blank lines make a traceback show the README's line numbers.
                exec(compile("\n" * (line - 1) + code, "README.md", "exec"), namespace)


def test_readme_opens_with_two_commands() -> None:
    install_and_train, install_and_test = (
        command for _, code in list(blocks("sh"))[:2] for command in code.strip().splitlines()
    )
    assert install_and_train == 'pip install ".[examples]" && unideep train lenet'
    assert install_and_test == "pip install nox && nox -s tests"
    assert f'"{install_and_test}"' in (ROOT / ".ci/run").read_text(), "CI runs the README's command"


def public_modules() -> list[Path]:
    """Source files of the installed package that hold examples, found without importing it."""
    spec = find_spec("unideep")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    return sorted(path for path in package.rglob("*.py") if ">>>" in path.read_text())


def docstrings(path: Path) -> Iterator[tuple[str, int, str]]:
    """Name, line and text of every docstring; read from the source, so decorators hide none."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            continue
        if text := ast.get_docstring(node):
            yield getattr(node, "name", path.stem), node.body[0].lineno - 1, text


@pytest.mark.parametrize("path", public_modules(), ids=lambda path: "/".join(path.parts[-2:]))
def test_docstring_examples(path: Path, backend: str) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report: list[str] = []
    for name, line, text in docstrings(path):
        names: dict[str, object] = {}
        exec(EXAMPLE_IMPORTS, names)
        example = doctest.DocTestParser().get_doctest(text, names, name, str(path), line)
        runner.run(example, out=report.append)
    assert not runner.failures, f"{backend}: " + "".join(report)
