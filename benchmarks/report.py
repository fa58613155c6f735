"""A Markdown table and a picture of the ratios: `python benchmarks/report.py FILE [--out DIR]`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from environment import read

mpl.use("Agg")
import matplotlib.pyplot as plt

Record = dict[str, Any]
GROUPS = ("best", "idiomatic", "eager")


def latest(records: list[Record]) -> list[Record]:
    """The last record of each row."""
    keys = ("engine", "model", "layer", "variant")
    models = [record for record in records if record["suite"] == "models"]
    return list({tuple(record[key] for key in keys): record for record in models}.values())


def markdown(records: list[Record]) -> str:
    head = "model | engine | participant | start s | ms/step | IQR"
    columns = head.split(" | ") + [f"/ {group}" for group in GROUPS]
    lines = [columns, ["---"] * 3 + ["---:"] * (len(columns) - 3)]
    for r in sorted(records, key=lambda r: (r["model"], r["engine"])):
        name = f"{r['layer']} {r['variant']}"
        name = f"**{name}**" if r["layer"] == "unideep" else name
        lines.append([r["model"], r["engine"], name, *figures(r)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def figures(record: Record) -> list[str]:
    ms = record["step_ms"]
    if ms is None:
        why = record["error"] or f"INVALID: losses off by {record['loss_max_rel_err']:.1e}"
        return ["", why, ""] + [""] * len(GROUPS)
    return [f"{record['start_s']:.1f}", f"{ms['median']:.3f}", f"{ms['iqr']:.3f}"] + [
        interval(record["ratio"].get(group)) for group in GROUPS
    ]


def interval(ratio: dict[str, float] | None) -> str:
    return f"{ratio['median']:.2f} [{ratio['low']:.2f}, {ratio['high']:.2f}]" if ratio else ""


def overhead_markdown(records: list[Record]) -> str:
    """Median and 90th percentile over the operations, one row an engine."""
    lines = ["| engine | operations | missing | median us | 90 % us |", "|---|---:|---:|---:|---:|"]
    by_engine: dict[str, dict[str, Record]] = {}
    for record in records:
        if record["suite"] == "overhead":
            by_engine.setdefault(record["engine"], {})[record["op"]] = record
    for engine, ops in by_engine.items():
        us = [record["overhead_us"] for record in ops.values() if "overhead_us" in record]
        middle, high = np.percentile(us, [50, 90]) if us else (np.nan, np.nan)
        lines.append(f"| {engine} | {len(us)} | {len(ops) - len(us)} | {middle:.2f} | {high:.2f} |")
    return "\n".join(lines) + "\n" if by_engine else ""


def draw(records: list[Record], path: Path) -> None:
    """Time over the best native step, with its 95 % interval; 1 is native speed."""
    rows = [r for r in records if r["step_ms"]]
    models = sorted({r["model"] for r in rows})
    longest = max(sum(r["model"] == model for r in rows) for model in models)
    figure, axes = plt.subplots(
        1, len(models), figsize=(6 * len(models), 1 + 0.25 * longest), squeeze=False
    )
    for axis, model in zip(axes[0], models, strict=True):
        chosen = sorted((r for r in rows if r["model"] == model), key=lambda r: r["engine"])[::-1]
        best = [r["ratio"]["best"] for r in chosen]
        middle = np.array([b["median"] for b in best])
        spread = np.abs(np.array([[b["low"], b["high"]] for b in best]).T - middle)
        colors = ["C1" if r["layer"] == "unideep" else "C0" for r in chosen]
        axis.barh(range(len(chosen)), middle, xerr=spread, color=colors)
        names = [f"{r['engine']} {r['layer']} {r['variant']}" for r in chosen]
        axis.set_yticks(range(len(chosen)), names, fontsize=8)
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set(xscale="log", title=model, xlabel="time per step / best native of the engine")
    figure.tight_layout()
    figure.savefig(path, dpi=150)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the two files")
    options = parser.parse_args()
    records = read(options.file)
    models = latest(records)
    options.out.mkdir(parents=True, exist_ok=True)
    table = (markdown(models) + "\n" if models else "") + overhead_markdown(records)
    (options.out / "report.md").write_text(table)
    if any(record["step_ms"] for record in models):
        draw(models, options.out / "report.png")
    print(table)


if __name__ == "__main__":
    main()
