"""Sessions for people and for CI.  `nox` runs the tests, `nox -l` lists the rest."""

import os
from pathlib import Path
from xml.etree import ElementTree

import nox

nox.options.sessions = ["tests"]

# Extra that installs each engine; NumPy is part of the core.
ENGINES = {"numpy": "", "torch": "torch", "jax": "jax", "tensorflow": "tensorflow-cpu"}

ENV = {
    "OMP_NUM_THREADS": "2",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
}


def install(session: nox.Session, *extras: str, tools: tuple[str, ...] = ()) -> None:
    """Installs UniDeep as a wheel, with `extras` and `tools`, at the tested versions."""
    names = ",".join(extra for extra in extras if extra)
    session.install("-c", "constraints.txt", f".[{names}]" if names else ".", *tools)


# Tests compile thousands of programs that run for microseconds: code is not to be fast there, but
# soon. Scalar code takes Inductor a fifth of the time of vectors, and XLA spends less on LLVM (at
# level 0 it computes NaN for a U-Net on TensorFlow).
SOON = {
    "OMP_NUM_THREADS": "1",
    "ATEN_CPU_CAPABILITY": "default",
    "XLA_FLAGS": "--xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=1 "
    "--xla_llvm_disable_expensive_passes=true",
}


def run_tests(session: nox.Session) -> None:
    """pytest in two processes of one thread each. `pytest` itself compiles as users do."""
    options = ("-n", "2", "--dist", "worksteal")
    session.run("pytest", *options, *session.posargs, env={**ENV, **SOON})


@nox.session
def tests(session: nox.Session) -> None:
    """All tests on all engines in one environment."""
    install(session, *ENGINES.values(), "examples", "reference", "test")
    run_tests(session)


@nox.session
@nox.parametrize("engine", [nox.param(name, id=name) for name in ENGINES])
def tests_one(session: nox.Session, engine: str) -> None:
    """All tests where only one engine is installed: no other may be imported."""
    install(session, ENGINES[engine], "examples", "test")
    run_tests(session)


@nox.session
@nox.parametrize("engine", [nox.param(name, id=name) for name in ENGINES])
def conformance(session: nox.Session, engine: str) -> None:
    """The public test suite of the Array API standard; its checkout is ARRAY_API_TESTS_DIR."""
    suite = Path(os.environ.get("ARRAY_API_TESTS_DIR", "")).absolute()
    if not (suite / "array-api" / "src").is_dir():
        session.error(
            "ARRAY_API_TESTS_DIR names no checkout of the suite. Get one by `git clone "
            "--recurse-submodules https://github.com/data-apis/array-api-tests` and set it so."
        )
    install(session, ENGINES[engine], tools=("-r", str(suite / "requirements.txt")))
    temporary = Path(session.create_tmp()).absolute()
    gaps, report = temporary / "xfails.txt", temporary / "report.xml"
    gaps.write_text(_known_gaps(engine))
    options = ["-q", "-p", "no:cacheprovider", "--max-examples=100", "--disable-deadline"]
    files = [f"--xfails-file={gaps}", f"--junit-xml={report}"]
    names = {"ARRAY_API_TESTS_MODULE": "unideep.np", "UNIDEEP_BACKEND": engine}
    with session.chdir(suite):
        session.run(
            "pytest", "array_api_tests", *options, *files, *session.posargs,
            env={**ENV, **names}, success_codes=[0, 1],
        )  # fmt: skip
    passed, failed, listed = _counts(report)
    run = passed + failed + listed
    message = f"{engine}: {passed} of {run} tests passed ({passed / run:.1%}), {listed} known gaps"
    session.error(f"{message}, {failed} failed") if failed else session.log(message)


def _known_gaps(engine: str) -> str:
    """The suite's tests among the known gaps of an engine, without their reasons."""
    lines = Path("tests", "xfails", f"{engine}.txt").read_text().splitlines()
    found = [line.partition("#")[0].strip() for line in lines if line.startswith("array_api_tests")]
    return "\n".join(found)


def _counts(report: Path) -> tuple[int, int, int]:
    """How many tests of a JUnit report passed, failed, and failed as expected."""
    cases = list(ElementTree.parse(report).iter("testcase"))
    skipped = [s.get("type") for case in cases for s in case.iter("skipped")]
    failed = sum(any(part.tag in ("failure", "error") for part in case) for case in cases)
    return len(cases) - len(skipped) - failed, failed, skipped.count("pytest.xfail")


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install("-c", "constraints.txt", "ruff")
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", "--check", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Static types; needs no engine."""
    install(session, "examples", "test", tools=("nox", "pyright[nodejs]"))
    session.run("pyright", *session.posargs)


@nox.session
def demo(session: nox.Session) -> None:
    """The README's first command, shortened."""
    install(session, "examples")
    session.run("unideep", "train", "lenet", "--epochs", "2", "--out", "build/demo", env=ENV)


# Session -> engines, further packages, options of benchmarks/models.py
BENCH = {
    "numpy": (("numpy",), ("autograd",), ("--layer", "native", "autograd", "unideep")),
    "torch": (("torch",), (), ("--layer", "native", "unideep")),
    "jax": (("jax",), ("optax", "flax"), ("--layer", "native", "nnx", "unideep")),
    "tensorflow": (("tensorflow",), (), ("--layer", "native", "unideep")),
    "keras": (
        ("torch", "jax", "tensorflow"),
        ("keras", "optax"),
        ("--layer", "native", "keras", "unideep", "--no-eager"),
    ),
}
RECORDS = Path("build", "bench")


@nox.session
@nox.parametrize("name", [nox.param(name, id=name) for name in BENCH])
def bench(session: nox.Session, name: str) -> None:
    """Speed beside hand-written native code, or beside Keras: `-- --quick` for a first look."""
    engines, tools, options = BENCH[name]
    install(session, *(ENGINES[engine] for engine in engines), tools=tools)
    RECORDS.mkdir(parents=True, exist_ok=True)
    options = ("--engine", *engines, *options, f"--json={RECORDS / name}.jsonl")
    session.run("python", "benchmarks/models.py", *options, *session.posargs, env=ENV)


@nox.session
def bench_report(session: nox.Session) -> None:
    """Tables and a page of all that the bench sessions measured."""
    files = sorted(map(str, RECORDS.glob("*.jsonl")))
    if not files:
        session.error("nothing was measured yet: nox -s bench")
    install(session, "examples", tools=("jinja2",))
    session.run("python", "benchmarks/report.py", *files, f"--out={RECORDS}", env=ENV)


@nox.session(name="recipes")
def recipes_(session: nox.Session) -> None:
    """What the recipes reach on every engine, as a table in the README."""
    install(session, *ENGINES.values(), "examples")
    session.run("python", "benchmarks/recipes.py", *session.posargs, env=ENV)
