"""Pictures of a run, by matplotlib, which only these functions import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["comparison", "curves", "grid"]

Losses = Mapping[str, Sequence[float]]


def curves(runs: Mapping[str, Losses]) -> Any:
    """The losses of each step; a line for each run and each of its losses.

    Raises:
        ImportError: matplotlib is not installed. Names the pip command.
    """
    figure = _figure(7, 4)
    _draw_curves(figure.subplots(), runs)
    return figure


def comparison(runs: Mapping[str, Losses], step_ms: Mapping[str, float]) -> Any:
    """The curves of several backends over one another, and a bar for the time of a step."""
    figure = _figure(11, 4)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    _draw_curves(left, runs)
    bars = right.barh(list(step_ms), list(step_ms.values()))
    right.bar_label(bars, fmt="%.2f", padding=3)
    right.margins(x=0.15)
    right.invert_yaxis()
    right.set_xlabel("median ms per step")
    return figure


def grid(images: Any) -> Any:
    """Images (count, height, width) in [0, 1], dark on light, in rows of eight.

    Raises:
        ImportError: matplotlib is not installed. Names the pip command.
    """
    columns = min(8, len(images))
    rows = -(-len(images) // columns)
    framed = np.pad(images, ((0, rows * columns - len(images)), (1, 1), (1, 1)))
    _, height, width = framed.shape
    sheet = framed.reshape(rows, columns, height, width).swapaxes(1, 2)
    figure = _figure(columns * 0.75, rows * 0.75)
    axes = figure.subplots()
    axes.imshow(
        sheet.reshape(rows * height, columns * width),
        cmap="gray_r", vmin=0, vmax=1, interpolation="bicubic",
    )  # fmt: skip
    axes.axis("off")
    return figure


def _draw_curves(axes: Any, runs: Mapping[str, Losses]) -> None:
    # Later lines are thinner, so that equal curves show under one another.
    widths = np.linspace(4, 1, len(runs)) if len(runs) > 1 else [1.0]
    for (run, losses), width in zip(runs.items(), widths, strict=True):
        for name, values in losses.items():
            label = " ".join(filter(None, [run, name if len(losses) > 1 or not run else ""]))
            axes.plot(range(1, len(values) + 1), values, label=label, linewidth=width, alpha=0.8)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)
    axes.legend()


def _figure(width: float, height: float) -> Any:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            'matplotlib is not installed. Fix: pip install "unideep[examples]"'
        ) from error
    return Figure(figsize=(width, height), dpi=120, layout="constrained")
