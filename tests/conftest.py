"""The `backend` fixture: a test that takes it runs once on each installed backend."""

import os
from collections.abc import Iterator
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ENGINES = ("numpy", "torch", "jax", "tensorflow")
XFAILS = Path(__file__).parent / "xfails"

# A core for each test process: the engines' pools spin, and two of them on the same cores take
# twenty times as long.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and hasattr(os, "sched_setaffinity"):
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})

# No deadline: the first example pays for compilation. Derandomized: a red run stays red.
settings.register_profile(
    "unideep",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("unideep")


def installed_backends() -> list[str]:
    """Backends whose entry point and engine are both here, found without importing them.

    `UNIDEEP_TEST_BACKENDS=numpy,torch` limits them; naming a missing one is an error.
    """
    registered = entry_points(group="unideep.backends").names
    installed = [name for name in ENGINES if name in registered and find_spec(name)]
    wanted = os.environ.get("UNIDEEP_TEST_BACKENDS")
    if not wanted:
        return installed
    names = [name.strip() for name in wanted.split(",")]
    if missing := sorted(set(names) - set(installed)):
        raise pytest.UsageError(f"UNIDEEP_TEST_BACKENDS: {missing} not among {installed}")
    return names


def known_gaps(engine: str) -> list[tuple[str, str]]:
    """Reads `tests/xfails/<engine>.txt` as pairs (part of a test's node id, reason)."""
    gaps = []
    for line in (XFAILS / f"{engine}.txt").read_text().splitlines():
        part, _, reason = (field.strip() for field in line.partition("#"))
        if part and not reason:
            raise pytest.UsageError(f"tests/xfails/{engine}.txt: {part!r} gives no reason")
        if part:
            gaps.append((part, reason))
    return gaps


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", installed_backends(), indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    gaps = {engine: known_gaps(engine) for engine in ENGINES}
    for item in items:
        callspec = getattr(item, "callspec", None)
        engine = callspec.params.get("backend", "") if callspec else ""
        for part, reason in gaps.get(engine, ()):
            if part in item.nodeid:
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Name of the backend that is current during the test; random streams start at seed 0."""
    import unideep as ud

    with ud.use_backend(request.param):
        ud.random.seed(0)
        yield request.param


@pytest.fixture
def installed() -> list[str]:
    """The installed backends, for tests that use several at once."""
    return installed_backends()
