"""Who takes part in the suite, and a participant's process as the suite sees it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import environment

# (layer, engine) -> variants. What only some models have is in EXTRA, what one lacks in WITHOUT.
VARIANTS = {
    ("native", "numpy"): ("hand",),
    ("native", "torch"): ("eager", "eager_functional", "compile", "compile_step"),
    ("native", "jax"): ("jit", "optax", "jit_flat"),
    ("native", "tensorflow"): ("eager", "function", "function_xla"),
    ("autograd", "numpy"): ("eager",),
    ("nnx", "jax"): ("jit", "functional"),
    ("keras", "torch"): ("default", "best"),
    ("keras", "jax"): ("default", "best"),
    ("keras", "tensorflow"): ("default", "best"),
    **{("unideep", engine): ("eager", "compiled") for engine in environment.ENGINES},
}
EXTRA = {
    ("native", "torch", "lenet"): ("compile_step_im2col",),
    ("native", "jax", "lenet"): ("jit_flat_im2col",),
    ("native", "tensorflow", "mlp"): ("function_flat", "function_xla_flat"),
}
WITHOUT = {("native", "jax", "dcgan"): ("jit_flat",)}
LAYERS = ("native", "autograd", "nnx", "keras", "unideep")
EAGER = ("eager", "eager_functional", "hand")


@dataclass(frozen=True)
class Participant:
    """A row of the table, of one model and one mode."""

    layer: str
    engine: str
    variant: str

    def __str__(self) -> str:
        return f"{self.layer} {self.variant}"

    @property
    def is_eager(self) -> bool:
        return self.variant in EAGER

    @property
    def is_idiomatic(self) -> bool:
        """Whether it keeps one array a parameter and the engine's own convolution."""
        return not self.variant.endswith(("_flat", "_im2col"))


def participants(engine: str, layers: Sequence[str], model: str) -> list[Participant]:
    return [
        Participant(layer, engine, variant)
        for layer in layers
        for variant in (
            *VARIANTS.get((layer, engine), ()),
            *EXTRA.get((layer, engine, model), ()),
        )
        if variant not in WITHOUT.get((layer, engine, model), ())
    ]


class CellError(Exception):
    """A participant failed; the message says how, in one line."""


@dataclass
class Worker:
    """A participant's process, stopped except while it works for us.

    Args:
        arguments: Of `cell.py`.
        cache: A folder for compiled code, so that a second process of the same finds it.
        timeout_s: Of one answer.
    """

    arguments: Sequence[str]
    engine: str
    threads: int
    cache: Path
    device: str = "cpu"
    timeout_s: float = 600
    _process: subprocess.Popen[bytes] = field(init=False)
    _words: Any = field(init=False)

    def __post_init__(self) -> None:
        self._words = tempfile.TemporaryFile()  # noqa: SIM115
        caches = {
            "TORCHINDUCTOR_CACHE_DIR": str(self.cache / "torch"),
            "JAX_COMPILATION_CACHE_DIR": str(self.cache / "jax"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
        backends = {"UNIDEEP_BACKEND": self.engine, "KERAS_BACKEND": self.engine}
        self._process = environment.start(
            "cell.py", self.arguments, self.threads, caches | backends, self._words, self.device
        )

    def ready(self) -> dict[str, Any]:
        """The facts of the start: see `cell.Cell`."""
        facts = self._answer()
        self._signal("SIGSTOP")
        return facts

    def ask(self, *command: Any) -> dict[str, Any]:
        self._signal("SIGCONT")
        self._send(command)
        answer = self._answer()
        self._signal("SIGSTOP")
        return answer

    def end(self) -> dict[str, Any]:
        """The facts of the end; the process is over."""
        self._signal("SIGCONT")
        self._send(["end"])
        answer = self._answer()
        self.close()
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._words.close()

    def _send(self, command: Sequence[Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found, _, _ = select.select([self._process.stdout], [], [], self.timeout_s)
        line = self._process.stdout.readline() if found else b""
        if not line:
            raise CellError(self._last_words() if found else f"silent for {self.timeout_s} s")
        answer = json.loads(line)
        if "error" in answer:
            raise CellError(answer["error"])
        return answer

    def _last_words(self) -> str:
        """Why a process died without an answer."""
        self._words.seek(0)
        lines = self._words.read().decode("utf-8", "replace").strip().splitlines()
        return f"ended with code {self._process.wait()}: {lines[-1] if lines else ''}"

    def _signal(self, name: str) -> None:
        """Stopped processes do not spin beside the one that is measured."""
        if hasattr(signal, name):
            os.kill(self._process.pid, getattr(signal, name))
