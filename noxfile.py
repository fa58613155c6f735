"""Sessions for people and for CI.  `nox` runs the tests, `nox -l` lists the rest."""

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
    session.install("-c", "constraints.txt", f".[{names}]", *tools)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests on all engines in one environment."""
    install(session, *ENGINES.values(), "examples", "test")
    session.run("pytest", *session.posargs, env=ENV)


@nox.session
@nox.parametrize("engine", [nox.param(name, id=name) for name in ENGINES])
def tests_one(session: nox.Session, engine: str) -> None:
    """All tests where only one engine is installed: no other may be imported."""
    install(session, ENGINES[engine], "examples", "test")
    session.run("pytest", *session.posargs, env=ENV)


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


@nox.session
def bench(session: nox.Session) -> None:
    """Speed beside hand-written native code, on every engine."""
    install(session, *ENGINES.values(), "examples", tools=("optax",))
    session.run("python", "benchmarks/overhead.py", *session.posargs, env=ENV)
    session.run("python", "benchmarks/models.py", *session.posargs, env=ENV)
