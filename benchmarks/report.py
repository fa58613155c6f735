"""Tables and a page of what was measured: `python benchmarks/report.py FILE... [--out DIR]`.

Writes report.md and report.html, which needs no other file.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from environment import read
from participants import LAYERS
from suite import GROUPS
from timing import interval
from workloads import WORKLOADS

Record = dict[str, Any]
KEYS = ("engine", "model", "mode", "preset", "device", "layer", "variant")
HEAD = ("model", "engine", "mode", "participant", "start s", "cold s", "ms", "IQR", "MB")


def latest(records: Iterable[Record]) -> list[Record]:
    """The models' records in the order of the suite; of two with one name the later one.

    What only the earlier one was compared with, stays.
    """
    unique: dict[tuple[Any, ...], Record] = {}
    for record in records:
        if record["suite"] == "models":
            key = tuple(record[name] for name in KEYS)
            earlier = unique.get(key, {}).get("ratio", {})
            unique[key] = record | {"ratio": earlier | record["ratio"]}
    order = {name: i for i, name in enumerate((*WORKLOADS, *LAYERS))}

    def place(r: Record) -> tuple[Any, ...]:
        return r["mode"] != "train", r["mode"], order[r["model"]], r["engine"], order[r["layer"]]

    return sorted(unique.values(), key=place)


def name(record: Record) -> str:
    return f"{record['layer']} {record['variant']}"


def geometric_mean(values: Sequence[float]) -> float:
    return float(np.exp(np.log(values).mean())) if len(values) else float("nan")


def summary(records: list[Record]) -> list[list[str]]:
    """UniDeep's training steps, one row an engine and variant: mean ratio, and the worst."""
    rows = [
        [
            "engine",
            "UniDeep",
            "models",
            *(f"/ {group}" for group in GROUPS),
        ]
    ]
    ours = [r for r in records if r["layer"] == "unideep" and r["mode"] == "train" and r["valid"]]
    for engine, variant in sorted({(r["engine"], r["variant"]) for r in ours}):
        chosen = [r for r in ours if (r["engine"], r["variant"]) == (engine, variant)]
        rows.append([engine, variant, str(len(chosen)), *(_means(chosen, g) for g in GROUPS)])
    return rows


def _means(records: list[Record], group: str) -> str:
    found = {r["model"]: r["ratio"][group]["median"] for r in records if group in r["ratio"]}
    if not found:
        return ""
    worst = max(found, key=lambda model: found[model])
    return f"{geometric_mean(list(found.values())):.2f} ({worst} {found[worst]:.2f})"


def table(records: list[Record]) -> list[list[str]]:
    """All rows, those that failed with their reason."""
    return [[*HEAD, *(f"/ {group}" for group in GROUPS)], *map(_row, records)]


def _row(record: Record) -> list[str]:
    start = [record["model"], record["engine"], record["mode"], name(record)]
    ms = record["step_ms"]
    if ms is None:
        return [*start, record["error"], *[""] * (len(HEAD) + len(GROUPS) - 5)]
    cold, mb = record["cold_start_s"], record["peak_mb"]
    figures = [
        f"{record['start_s']:.1f}", "" if cold is None else f"{cold:.1f}",
        f"{ms['median']:.3f}", f"{ms['iqr']:.3f}", f"{mb:.0f}",
    ]  # fmt: skip
    return [*start, *figures, *(interval(record["ratio"].get(group)) for group in GROUPS)]


def overheads(records: Iterable[Record]) -> list[list[str]]:
    """Median and 90th percentile over the operations, one row an engine."""
    rows = [["engine", "operations", "missing", "median us", "90 % us"]]
    by_engine: dict[str, dict[str, Record]] = {}
    for record in records:
        if record["suite"] == "overhead":
            by_engine.setdefault(record["engine"], {})[record["op"]] = record
    for engine, ops in by_engine.items():
        us = [record["overhead_us"] for record in ops.values() if "overhead_us" in record]
        middle, high = np.percentile(us, [50, 90]) if us else (np.nan, np.nan)
        rows.append([engine, str(len(us)), str(len(ops) - len(us)), f"{middle:.2f}", f"{high:.2f}"])
    return rows


def markdown(rows: list[list[str]]) -> str:
    lines = [rows[0], ["---"] * len(rows[0]), *rows[1:]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the two files")
    options = parser.parse_args()
    records = [record for file in options.file for record in read(file)]
    models = latest(records)
    tables = {
        "Geometric mean over the models (the worst)": summary(models),
        "All rows": table(models),
        "Operations": overheads(records),
    }
    tables = {title: rows for title, rows in tables.items() if len(rows) > 1}
    if not tables:
        parser.error(f"no record of the suite in {', '.join(map(str, options.file))}")
    options.out.mkdir(parents=True, exist_ok=True)
    text = "\n".join(f"## {title}\n\n{markdown(rows)}" for title, rows in tables.items())
    (options.out / "report.md").write_text(text, "utf-8")
    from page import page

    (options.out / "report.html").write_text(page(models, tables), "utf-8")
    print(markdown(next(iter(tables.values()))))
    print(f"{options.out}/: report.md, report.html")


if __name__ == "__main__":
    main()
