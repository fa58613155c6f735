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
from matplotlib.ticker import NullFormatter

Record = dict[str, Any]
Draw = Callable[[list[Record]], Any]

COLORS = {
    "native": "#4b5563", "unideep": "#d9480f", "keras": "#1971c2", "nnx": "#2f9e44",
    "autograd": "#9c36b5",
}  # fmt: skip
MARKERS = {
    "eager": "o", "compiled": "D", "default": "v", "best": "^", "jit": "s", "compile": "x",
    "compile_step": "+", "function": "x", "function_xla": "+", "optax": "x", "hand": "s",
}  # fmt: skip
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
        1, len(engines), figsize=(3.4 * len(engines), 1.2 + 0.36 * len(models)),
        sharey=True, squeeze=False,
    )  # fmt: skip
    others = [r for r in records if r["layer"] != "native" and "best" in r["ratio"]]
    for axis, engine in zip(axes[0], engines, strict=True):
        for rows in _by_participant([r for r in others if r["engine"] == engine]):
            _interval_dots(axis, rows, models)
        axis.axvline(1, color="black", linewidth=1)
        axis.set(xscale="log", title=engine, xlabel="time / best native")
        axis.xaxis.set_minor_formatter(NullFormatter())  # they overlap
        axis.set_yticks(range(len(models)), models)
        axis.set_ylim(len(models) - 0.5, -0.5)
        axis.grid(axis="x", alpha=0.3)
    _legend(figure)
    return figure


def _interval_dots(axis: Axes, records: list[Record], models: list[str]) -> None:
    found = [r["ratio"]["best"] for r in records]
    middle = np.array([f["median"] for f in found])
    spread = np.abs(np.array([[f["low"], f["high"]] for f in found]).T - middle)
    places = [models.index(r["model"]) for r in records]
    axis.errorbar(middle, places, xerr=spread, elinewidth=0.8, **_style(records[0]))


def _by_participant(records: list[Record]) -> list[list[Record]]:
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        groups.setdefault((record["layer"], record["variant"]), []).append(record)
    return list(groups.values())


def _style(record: Record) -> dict[str, Any]:
    layer, variant = record["layer"], record["variant"]
    color = COLORS[layer]
    return {
        "linestyle": "", "marker": MARKERS.get(variant, "1"), "markersize": 5, "color": color,
        "markerfacecolor": color if variant in ("compiled", "best", "jit", "hand") else "white",
        "label": f"{layer} {variant}",
    }  # fmt: skip


def _legend(figure: Any) -> None:
    """One for all panels, below them."""
    found = {}
    for axis in figure.axes:
        handles, labels = axis.get_legend_handles_labels()
        found |= dict(zip(labels, handles, strict=True))
    figure.tight_layout()
    figure.legend(
        found.values(), found.keys(), fontsize=8, ncols=6, frameon=False,
        loc="upper center", bbox_to_anchor=(0.5, 0),
    )  # fmt: skip


def times(records: list[Record]) -> Any:
    """UniDeep's best variant on each engine, and the best native one, for each model."""
    models, engines = _unique(records, "model"), _unique(records, "engine")
    figure, axis = plt.subplots(figsize=(9, 1.2 + 0.36 * len(models)))
    for i, engine in enumerate(engines):
        for layer, marker in (("native", "|"), ("unideep", "D")):
            best = {m: t for m in models if (t := _fastest(records, engine, layer, m))}
            places = [models.index(m) + (i - (len(engines) - 1) / 2) * 0.15 for m in best]
            axis.plot(
                list(best.values()), places, marker, color=ENGINE_COLORS[engine],
                markersize=5 if marker == "D" else 12, label=f"{engine} {layer}",
            )  # fmt: skip
    axis.set(xscale="log", xlabel="ms a training step, the best variant of each")
    axis.set_yticks(range(len(models)), models)
    axis.invert_yaxis()
    axis.grid(axis="x", alpha=0.3)
    _legend(figure)
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
    for rows in _by_participant([r for r in records if r["layer"] == "unideep"]):
        for engine in _unique(rows, "engine"):
            points = [
                (native, r["step_ms"]["median"] - native) for r in rows
                if r["engine"] == engine
                and (native := _fastest(records, engine, "native", r["model"]))
            ]  # fmt: skip
            color = ENGINE_COLORS[engine]
            style: dict[str, Any] = _style(rows[0]) | {
                "color": color,
                "label": f"{engine} {rows[0]['variant']}",
            }
            style["markerfacecolor"] = color if rows[0]["variant"] == "compiled" else "white"
            axis.plot([x for x, _ in points], [y for _, y in points], **style)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_yscale("symlog", linthresh=0.1)
    axis.set(xlabel="best native step, ms", ylabel="UniDeep minus native, ms")
    _legend(figure)
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
            groups = _by_participant(chosen)
            for i, rows in enumerate(groups):
                shift = (i / len(groups) - 0.5) * 0.6
                places = [models.index(r["model"]) + shift for r in rows]
                axis.plot(places, [max(r[key], 1e-3) for r in rows], **_style(rows[0]))
            axis.set(yscale="log", title=engine, ylabel=label)
            axis.set_xticks(range(len(models)), models, rotation=60, ha="right", fontsize=8)
            axis.grid(axis="y", alpha=0.3)
        _legend(figure)
        return figure

    return draw


PLOTS: list[tuple[str, str, Draw]] = [
    ("Training step over the best native one", "The same engine, interleaved in one run, with the "
     "bootstrap 95 % interval of the median. Left of 1 is faster than native.", ratios),
    ("Engines side by side", "Diamonds are UniDeep, strokes the best native code.",
     times),
    ("What UniDeep adds", "Where it stops to matter: the dots come down to zero.", overhead),
    ("Start", "Building, compiling and the first three steps, with the compile cache warm.",
     _marks("start_s", "s")),
    ("Start with cold caches", "Whole runs only.", _marks("cold_start_s", "s")),
    ("Memory", "Peak while training, over that of the imported engine.", _marks("peak_mb", "MB")),
]  # fmt: skip
