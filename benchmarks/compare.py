"""Regressions between two JSON-lines files: `python benchmarks/compare.py OLD NEW`.

Ratios to the native baseline are compared, because they survive another machine and its noise;
milliseconds do not. Exit status 1 if something became slower, disappeared or became invalid.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from environment import read
from rich.console import Console
from rich.table import Table
from timing import interval

Record = dict[str, Any]
KEYS = ("suite", "engine", "model", "mode", "preset", "device", "layer", "variant", "op")


def rows(path: Path) -> dict[str, Record]:
    """UniDeep's records by name; a later line replaces an earlier one."""
    return {
        " ".join(str(record[key]) for key in KEYS if key in record): record
        for record in read(path)
        if record.get("layer", "unideep") == "unideep"
    }


def verdict(old: Record, new: Record | None, tolerance: float) -> tuple[str, str, str]:
    """Figures before and after, and what to make of them."""
    if new is None:
        return figure(old), "", "GONE"
    if old["suite"] == "overhead":
        return figure(old), figure(new), judge_overhead(old, new)
    return figure(old), figure(new), judge_ratio(old, new, tolerance)


def judge_ratio(old: Record, new: Record, tolerance: float) -> str:
    """Slower only if the medians are apart and the intervals do not touch."""
    if not new["valid"]:
        return "INVALID" if old["valid"] else "still invalid"
    if not old["valid"]:
        return "valid now"
    before, after = old["ratio"].get("best"), new["ratio"].get("best")
    if before is None or after is None:
        return "no baseline"
    if after["median"] > before["median"] * (1 + tolerance) and after["low"] > before["high"]:
        return "SLOWER"
    if before["median"] > after["median"] * (1 + tolerance) and before["low"] > after["high"]:
        return "faster"
    return ""


def judge_overhead(old: Record, new: Record) -> str:
    if "missing" in new:
        return "still missing" if "missing" in old else "GONE"
    if "missing" in old:
        return "new"
    change = new["overhead_us"] - old["overhead_us"]
    noise = max(0.5, old["iqr_us"], new["iqr_us"])
    return "SLOWER" if change > noise else "faster" if -change > noise else ""


def figure(record: Record) -> str:
    if "overhead_us" in record:
        return f"{record['overhead_us']:.2f} us"
    return interval(record.get("ratio", {}).get("best")) or "-"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.1, help="allowed growth of a ratio")
    options = parser.parse_args()
    old, new = rows(options.old), rows(options.new)
    table = Table("row", "old", "new", "")
    bad = 0
    for name, record in old.items():
        before, after, remark = verdict(record, new.get(name), options.tolerance)
        bad += remark.isupper()
        table.add_row(name, before, after, remark)
    for name in new.keys() - old.keys():
        table.add_row(name, "", figure(new[name]), "new")
    Console(width=110).print(table)
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
