"""The page of the report: plots as SVG inside one HTML file."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import jinja2
import matplotlib as mpl
import numpy as np

mpl.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes

Record = dict[str, Any]
Draw = Callable[[list[Record]], Any]

COLORS = {
    "native": "#4b5563", "unideep": "#d9480f", "keras": "#1971c2", "nnx": "#2f9e44",
    "autograd": "#9c36b5",
}  # fmt: skip
MARKERS = {"eager": "o", "compiled": "D", "default": "v", "best": "^", "jit": "s"}
ENGINE_COLORS = {"numpy": "#868e96", "torch": "#e8590c", "jax": "#7048e8", "tensorflow": "#f59f00"}
TEMPLATE = Path(__file__).parent / "report.html"


def page(records: list[Record], tables: dict[str, list[list[str]]]) -> str:
    """The HTML of all plots that the records allow, and of the tables."""
    timed = [r for r in records if r["step_ms"] and r["mode"] == "train"]
    plots = [
        {"title": title, "note": note, "svg": _svg(figure)}
        for title, note, draw in PLOTS
        if (figure := draw(timed)) is not None
    ]
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(
        TEMPLATE.read_text("utf-8")
    )
    environments = {_machine(r["env"]): r["env"] for r in records}
    return template.render(plots=plots, tables=tables, environments=environments)


def _machine(env: Record) -> str:
    return f"{env['cpu']}, {env['cores']} cores"


def _svg(figure: Any) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", bbox_inches="tight")
    plt.close(figure)
    text = out.getvalue()
    return text[text.index("<svg") :]


def _unique(records: Sequence[Record], key: str) -> list[str]:
    return list(dict.fromkeys(r[key] for r in records))


def ratios(records: list[Record]) -> Any:
    """A panel an engine, a line a model; what is left of 1 is faster than native."""
    engines, models = _unique(records, "engine"), _unique(records, "model")
    figure, axes = plt.subplots(
        1, len(engines), figsize=(3.6 * len(engines), 1 + 0.42 * len(models)),
        sharey=True, squeeze=False,
    )  # fmt: skip
    for axis, engine in zip(axes[0], engines, strict=True):
        chosen = [r for r in records if r["engine"] == engine and "best" in r["ratio"]]
        chosen = [r for r in chosen if r["layer"] != "native"]
        for participant in dict.fromkeys((r["layer"], r["variant"]) for r in chosen):
            _dots(axis, [r for r in chosen if (r["layer"], r["variant"]) == participant], models)
        axis.axvline(1, color="black", linewidth=1)
        axis.set(xscale="log", title=engine, xlabel="time / best native")
        axis.set_yticks(range(len(models)), models)
        axis.set_ylim(len(models) - 0.5, -0.5)
        axis.grid(axis="x", alpha=0.3)
        axis.legend(fontsize=7, loc="upper right")
    return figure


def _dots(axis: Axes, records: list[Record], models: list[str]) -> None:
    layer, variant = records[0]["layer"], records[0]["variant"]
    found = [r["ratio"]["best"] for r in records]
    middle = np.array([f["median"] for f in found])
    spread = np.abs(np.array([[f["low"], f["high"]] for f in found]).T - middle)
    axis.errorbar(
        middle, [models.index(r["model"]) for r in records], xerr=spread, linestyle="",
        marker=MARKERS.get(variant, "."), markersize=5, color=COLORS[layer], elinewidth=0.8,
        markerfacecolor=COLORS[layer] if variant in ("compiled", "best") else "white",
        label=f"{layer} {variant}",
    )  # fmt: skip


def times(records: list[Record]) -> Any:
    """UniDeep's best variant on each engine, and the best native one, for each model."""
    models, engines = _unique(records, "model"), _unique(records, "engine")
    figure, axis = plt.subplots(figsize=(10, 1 + 0.5 * len(models)))
    height = 0.8 / len(engines)
    for i, engine in enumerate(engines):
        for layer, style in (("unideep", {"alpha": 0.9}), ("native", {"fill": False})):
            best = {m: _fastest(records, engine, layer, m) for m in models}
            places = [k + (i - len(engines) / 2) * height for k in range(len(models))]
            axis.barh(
                places, [best[m] or 0 for m in models], height, align="edge",
                color=ENGINE_COLORS[engine] if layer == "unideep" else None,
                edgecolor=ENGINE_COLORS[engine], label=f"{engine} {layer}", **style,
            )  # fmt: skip
    axis.set(xscale="log", xlabel="ms a training step: filled UniDeep, outline best native")
    axis.set_yticks(range(len(models)), models)
    axis.invert_yaxis()
    axis.legend(fontsize=7)
    return figure


def _fastest(records: list[Record], engine: str, layer: str, model: str) -> float | None:
    found = [
        r["step_ms"]["median"] for r in records
        if (r["engine"], r["layer"], r["model"]) == (engine, layer, model)
    ]  # fmt: skip
    return min(found) if found else None


def overhead(records: list[Record]) -> Any:
    """What UniDeep adds to a native step, against how long that takes."""
    figure, axis = plt.subplots(figsize=(7, 4))
    for engine in _unique(records, "engine"):
        for variant in ("compiled", "eager"):
            points = [
                (native, r["step_ms"]["median"] - native, r["model"]) for r in records
                if (r["engine"], r["layer"], r["variant"]) == (engine, "unideep", variant)
                and (native := _fastest(records, engine, "native", r["model"]))
            ]  # fmt: skip
            if points:
                x, y, _ = zip(*points, strict=True)
                face = ENGINE_COLORS[engine] if variant == "compiled" else "white"
                axis.plot(
                    x, y, MARKERS[variant], color=ENGINE_COLORS[engine], markerfacecolor=face,
                    label=f"{engine} {variant}",
                )  # fmt: skip
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_yscale("symlog", linthresh=0.1)
    axis.set(xlabel="best native step, ms", ylabel="UniDeep minus native, ms")
    axis.legend(fontsize=7)
    return figure


def _marks(key: str, label: str) -> Draw:
    """One figure of each participant, in a panel an engine."""

    def draw(records: list[Record]) -> Any:
        records = [r for r in records if r[key] is not None]
        if not records:
            return None
        engines = _unique(records, "engine")
        figure, axes = plt.subplots(1, len(engines), figsize=(4 * len(engines), 4), squeeze=False)
        for axis, engine in zip(axes[0], engines, strict=True):
            chosen = [r for r in records if r["engine"] == engine]
            models = _unique(chosen, "model")
            names = list(dict.fromkeys((r["layer"], r["variant"]) for r in chosen))
            for i, (layer, variant) in enumerate(names):
                rows = [r for r in chosen if (r["layer"], r["variant"]) == (layer, variant)]
                axis.plot(
                    [models.index(r["model"]) + (i / len(names) - 0.5) * 0.6 for r in rows],
                    [max(r[key], 1e-3) for r in rows], MARKERS.get(variant, "x"),
                    color=COLORS[layer], markersize=4, label=f"{layer} {variant}",
                )  # fmt: skip
            axis.set(yscale="log", title=engine, ylabel=label)
            axis.set_xticks(range(len(models)), models, rotation=60, ha="right", fontsize=8)
            axis.grid(axis="y", alpha=0.3)
            axis.legend(fontsize=6)
        figure.tight_layout()
        return figure

    return draw


PLOTS: list[tuple[str, str, Draw]] = [
    ("Training step over the best native one", "The same engine, interleaved in one run, with the "
     "bootstrap 95 % interval of the median. Left of 1 is faster than native.", ratios),
    ("Engines side by side", "Milliseconds of another machine differ; compare within a model.",
     times),
    ("What UniDeep adds", "Where it stops to matter: the dots come down to zero.", overhead),
    ("Start", "Building, compiling and the first three steps, with the compile cache warm.",
     _marks("start_s", "s")),
    ("Start with cold caches", "Whole runs only.", _marks("cold_start_s", "s")),
    ("Memory", "Peak while training, over that of the imported engine.", _marks("peak_mb", "MB")),
]  # fmt: skip
