"""Whether what a file holds fits what a net expects, told before anything is changed."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from unideep.dtype import DTypeLike, as_dtype
from unideep.errors import CheckpointError

__all__ = ["check_match"]

Shape = tuple[int, ...]
Expected = Mapping[str, tuple[Shape | None, DTypeLike]]

# A search for the nearest name costs milliseconds among hundreds of names.
_MOST_SUGGESTIONS: Final = 20


def check_match(
    expected: Expected,
    found: Mapping[str, Any],
    *,
    allow_missing: bool = False,
    ignore_extra: bool = False,
    cast_dtype: bool = False,
    source: str = "the file",
) -> None:
    """Compare arrays by name with the shapes and dtypes that a net expects.

    Args:
        expected: Shape and dtype by name. A shape of None, or an entry of -1, takes any size.
        found: Arrays or tensors by name.
        allow_missing: Accept names that `found` lacks.
        ignore_extra: Accept names that are not expected.
        cast_dtype: Accept other dtypes: the caller converts.
        source: Where `found` comes from, for the message.

    Raises:
        CheckpointError: lists everything that does not match.
    """
    missing = [] if allow_missing else [name for name in expected if name not in found]
    unexpected = [name for name in found if name not in expected]
    extra = [] if ignore_extra else unexpected
    common = [name for name in expected if name in found]
    shapes = [n for n in common if not _fits(tuple(found[n].shape), expected[n][0])]
    dtypes = [n for n in common if as_dtype(expected[n][1]) != found[n].dtype and not cast_dtype]
    if not (missing or extra or shapes or dtypes):
        return
    counts = {"missing": missing, "not expected": extra, "of another shape": shapes}
    counts["of another dtype"] = dtypes
    summary = ", ".join(f"{len(names)} {kind}" for kind, names in counts.items() if names)
    lines = [*_missing_lines(missing, expected, found, unexpected)]
    lines += [f"not expected: {name!r} {_describe(found[name])}" for name in extra]
    lines += [
        f"{name!r}: expected shape {expected[name][0]}, found {tuple(found[name].shape)}"
        for name in shapes
    ]
    lines += [
        f"{name!r}: expected dtype {as_dtype(expected[name][1])}, found {found[name].dtype}"
        for name in dtypes
    ]
    raise CheckpointError(
        f"{source} does not match: {summary}.\n    " + "\n    ".join(lines),
        fix=_remedy(bool(missing), bool(extra), bool(shapes), bool(dtypes)),
    )


def _fits(shape: Shape, expected: Shape | None) -> bool:
    if expected is None:
        return True
    return len(shape) == len(expected) and all(
        b in (-1, a) for a, b in zip(shape, expected, strict=True)
    )


def _describe(array: Any) -> str:
    return f"{tuple(array.shape)} {array.dtype}"


def _missing_lines(
    missing: Sequence[str], expected: Expected, found: Mapping[str, Any], unexpected: Sequence[str]
) -> Iterator[str]:
    for count, name in enumerate(missing):
        shape, dtype = expected[name]
        candidates = [n for n in unexpected if _fits(tuple(found[n].shape), shape)]
        near = (
            difflib.get_close_matches(name, candidates or unexpected, n=1, cutoff=0.5)
            if count < _MOST_SUGGESTIONS
            else []
        )
        hint = f" (nearest name there: {near[0]!r})" if near else ""
        size = "any shape" if shape is None else f"{shape}"
        yield f"missing: {name!r} {size} {as_dtype(dtype)}{hint}"


def _remedy(missing: bool, extra: bool, shapes: bool, dtypes: bool) -> str:
    remedies = (
        (missing, "allow_missing=True keeps the present values of the missing ones"),
        (extra, "ignore_extra=True leaves the extra ones out"),
        (dtypes, "cast_dtype=True converts dtypes"),
        (shapes, "other shapes need the net that the weights were saved from"),
    )
    return "; ".join(text for applies, text in remedies if applies) + "."
