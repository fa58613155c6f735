"""The rules of the house, checked on the source: imports, engine names, sizes, mirrored files."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ENGINES = ("torch", "jax", "tensorflow")
ENGINE_WORD = re.compile(r"(?<![a-z])(torch|jax|tensorflow|keras)(?![a-z])", re.IGNORECASE)
MAX_FILE_LINES = 600
MAX_BODY_LINES = 60

# A module imports from its own row and the rows above. The longest name that fits decides.
LAYERS = (
    ("errors", "config", "dtype", "device", "heap"),
    ("backend", "canonical", "registry"),
    ("tensor", "operators"),
    ("dispatch",),
    ("op",),
    ("ops",),
    ("autograd", "random", "compiler"),
    ("init", "block"),
    ("nn", "rnn", "loss", "metric", "optimizer", "lr_scheduler"),
    ("data", "trainer", "checkpoint", "profiler", "interop", "inspection", "arrays"),
    ("estimator", "model_zoo", "testing"),
    ("cli", "np", "npx", "gluon", ""),  # "" is unideep/__init__.py
)
LAYER_OF = {name: row for row, names in enumerate(LAYERS) for name in names}

# The one allowed cycle: the end of tensor.py imports what its one-line methods call.
CYCLE = {"tensor": ("dispatch", "ops", "autograd.tape")}

# All that a backend may know of UniDeep.
BACKEND_IMPORTS = (
    "backend", "dtype", "device", "errors", "heap",
    "autograd.tape", "autograd.shared", "autograd.native", "autograd.rules",
)  # fmt: skip


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def each_file(*folders: str) -> pytest.MarkDecorator:
    files = python_files(*folders)
    return pytest.mark.parametrize("path", files, ids=[str(f.relative_to(ROOT)) for f in files])


def module_name(path: Path) -> str:
    """`unideep/ops/linalg.py` -> `unideep.ops.linalg`, `backends/unideep_jax/tape.py` alike."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part not in ("backends", "__init__"))


def layer(name: str) -> int:
    """Row of `unideep.<name>` in LAYERS."""
    parts = name.split(".") if name else []
    for length in range(len(parts), 0, -1):
        if (prefix := ".".join(parts[:length])) in LAYER_OF:
            return LAYER_OF[prefix]
    if name:
        pytest.fail(f"unideep.{name} has no place in LAYERS: give it one, here and in the design")
    return LAYER_OF[""]


def eager_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Nodes that run when the module is imported: no function bodies, no `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from eager_nodes(node)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def imported(path: Path, nodes: Iterator[ast.AST]) -> Iterator[tuple[int, str]]:
    """Absolute names of the modules imported by `nodes`, each with its line."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                # `from unideep import ops` imports a module, `from unideep.op import Op` a name.
                submodule = f"{module}.{alias.name}"
                yield node.lineno, submodule if is_module(submodule) else module


@each_file("unideep")
def test_imports_point_one_way(path: Path) -> None:
    here = module_name(path).partition(".")[2]
    wrong = []
    for line, module in imported(path, eager_nodes(ast.parse(path.read_text()))):
        package, _, there = module.partition(".")
        if package.startswith("unideep_"):
            wrong.append(f"line {line}: {module} is reached through its entry point only")
        elif package != "unideep" or there in CYCLE.get(here, ()):
            continue
        elif layer(there) > layer(here):
            wrong.append(f"line {line}: {module} stands above unideep.{here}")
    assert not wrong


@each_file("backends")
def test_backends_know_the_protocol_only(path: Path) -> None:
    own = module_name(path).split(".")[0]
    allowed = {f"unideep.{name}" for name in BACKEND_IMPORTS}
    if path.stem == "interop":
        allowed.add("unideep.block")
    wrong = []
    for line, module in imported(path, ast.walk(ast.parse(path.read_text()))):
        package = module.split(".")[0]
        if package == "unideep":
            if not any(module == name or module.startswith(f"{name}.") for name in allowed):
                wrong.append(f"line {line}: {module}")
        elif package.startswith("unideep_") and package != own:
            wrong.append(f"line {line}: {module} is another backend")
    assert not wrong


def code_words(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Identifiers, imports and strings with their lines; docstrings are not code."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
                yield line, word
            case ast.keyword(arg=str(word)) | ast.ImportFrom(module=str(word)):
                yield line, word
            case ast.FunctionDef(name=word) | ast.ClassDef(name=word) | ast.alias(name=word):
                yield line, word
            case ast.Constant(value=str(word)) if id(node) not in docstrings:
                yield line, word


@each_file("unideep")
def test_no_engine_is_named_in_front(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not [f"line {n}: {word}" for n, word in code_words(tree) if ENGINE_WORD.search(word)]
    assert not ENGINE_WORD.search(str(path.relative_to(ROOT)))


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@each_file("unideep", "backends", "benchmarks", "tests")
def test_rooms_are_small(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MAX_FILE_LINES
    functions = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]
    long = {f.name: size for f in functions if (size := body_lines(f)) > MAX_BODY_LINES}
    assert not long


@each_file("unideep", "backends", "benchmarks", "tests")
def test_nothing_is_left_for_later(path: Path) -> None:
    mark = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert not [f"line {number}: {line.strip()}" for number, line in lines if mark.search(line)]


def families(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}


def test_each_op_family_has_its_tests() -> None:
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/ops").glob("test_*.py")}
    assert not families(ROOT / "unideep/ops") - tested


@pytest.mark.parametrize("engine", ["numpy", *ENGINES])
def test_backends_mirror_the_op_families(engine: str) -> None:
    assert not families(ROOT / f"backends/unideep_{engine}/ops") - families(ROOT / "unideep/ops")


def test_import_unideep_imports_no_engine() -> None:
    code = f"""if True:
        import sys, unideep
        from unideep import autograd, gluon, init, np, npx
        print(*[name for name in {ENGINES} if name in sys.modules])"""
    # -P: the installed package, not the folder that the tests are run from.
    run = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert not run.stdout.split()
