"""A pinned environment for the measuring processes, and what of it goes into each record."""

from __future__ import annotations

import itertools
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata, util
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ENGINES = ("numpy", "torch", "jax", "tensorflow")
PACKAGES = (
    "numpy",
    "torch",
    "jax",
    "jaxlib",
    "tensorflow",
    "tensorflow_cpu",
    "keras",
    "flax",
    "optax",
    "autograd",
    "unideep",
)
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
)
CPU_ONLY = {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu"}
ON_GPU = {"XLA_PYTHON_CLIENT_PREALLOCATE": "false", "TF_FORCE_GPU_ALLOW_GROWTH": "true"}
RECORDED_VARIABLES = (*THREAD_VARIABLES, "XLA_FLAGS", "TF_XLA_FLAGS", "TF_ENABLE_ONEDNN_OPTS")


def installed(engine: str) -> bool:
    return util.find_spec(engine) is not None


def spawn_each(script: str, engines: Iterable[str] | None, threads: int) -> int:
    """This script again, with the same arguments, as a worker in a fresh process an engine."""
    worst = 0
    for engine in engines or ENGINES:
        if not installed(engine):
            print(f"{engine} is not installed")
            continue
        worst = max(worst, spawn(script, [*sys.argv[1:], "--worker", "--engine", engine], threads))
    return worst


def spawn(script: str, arguments: list[str], threads: int) -> int:
    """The exit status of a script of this folder, run as `start` does, on the CPU."""
    return start(script, arguments, threads).wait()


def start(
    script: str,
    arguments: Sequence[str],
    threads: int,
    variables: Mapping[str, str] | None = None,
    errors: Any = None,
    device: str = "cpu",
) -> subprocess.Popen[bytes]:
    """Start a script of this folder in a fresh process with `threads` CPU threads.

    XLA has no thread variable: it counts the cores that the process may use.

    Args:
        errors: A file for its standard error; then standard input and output are pipes.
    """
    pipe = None if errors is None else subprocess.PIPE
    affinity = available_cores()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, _next_cores(sorted(affinity), threads))  # inherited by the child
    try:
        command = [sys.executable, str(HERE / script), *arguments]
        env = os.environ | pinned(threads, device) | dict(variables or {})
        return subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, stderr=errors)
    finally:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, affinity)


_started = itertools.count()


def _next_cores(cores: Sequence[int], threads: int) -> Sequence[int]:
    """Processes that start side by side get cores of their own, as long as there are any."""
    first = next(_started) * threads % len(cores)
    return (*cores, *cores)[first : first + threads]


def pinned(threads: int, device: str = "cpu") -> dict[str, str]:
    """Variables of a process with so many threads, on the CPU alone or not."""
    return {
        **dict.fromkeys(THREAD_VARIABLES, str(threads)),
        **(CPU_ONLY if device == "cpu" else ON_GPU),
        "UNIDEEP_DEVICE": device,
        "TF_CPP_MIN_LOG_LEVEL": "2",
    }


def available_cores() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def describe() -> dict[str, Any]:
    return {
        "versions": {name: v for name in PACKAGES if (v := _version(name))},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu": _cpu_model(),
        "cores": len(available_cores()),
        "flags": {name: os.environ[name] for name in RECORDED_VARIABLES if name in os.environ},
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "git_sha": _git("rev-parse", "--short", "HEAD"),
        "git_dirty": bool(_git("status", "--porcelain")),
    }


def append(path: Path, records: list[dict[str, Any]]) -> None:
    """One JSON object a line, so that several processes can add to a file in turn."""
    with path.open("a") as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line]


def warn_if_busy() -> None:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if load > 0.5:
        print(f"load average is {load:.1f}: trust the ratios, not the milliseconds")


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def _git(*arguments: str) -> str | None:
    command = ["git", "-C", str(HERE), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
