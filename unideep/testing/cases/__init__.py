"""The cases that every backend has to pass: one row for each op and combination of attributes."""

from unideep.errors import UnknownNameError, known_names
from unideep.testing.cases import (
    activation,
    attention,
    comparison,
    convolution,
    creation,
    ctc,
    decomposition,
    difference,
    einsum,
    elementwise,
    equations,
    fft,
    grid,
    indexing,
    joining,
    linalg,
    loss,
    norm,
    normalization,
    numeric,
    pooling,
    random,
    recurrent,
    reduction,
    searching,
    sets,
    shape,
    sorting,
    statistics,
    update,
)
from unideep.testing.cases.case import Case as Case

__all__ = ["CASES", "Case", "cases_of", "families"]

_FAMILIES = {
    "creation": creation.CASES,
    "elementwise": elementwise.CASES,
    "numeric": numeric.CASES,
    "comparison": comparison.CASES,
    "reduction": reduction.CASES,
    "shape": shape.CASES,
    "joining": joining.CASES,
    "indexing": indexing.CASES,
    "difference": difference.CASES,
    "grid": grid.CASES,
    "searching": searching.CASES,
    "sets": sets.CASES,
    "sorting": sorting.CASES,
    "statistics": statistics.CASES,
    "linalg": linalg.CASES,
    "einsum": einsum.CASES,
    "decomposition": decomposition.CASES,
    "equations": equations.CASES,
    "norm": norm.CASES,
    "fft": fft.CASES,
    "random": random.CASES,
    "activation": activation.CASES,
    "attention": attention.CASES,
    "convolution": convolution.CASES,
    "recurrent": recurrent.CASES,
    "pooling": pooling.CASES,
    "normalization": normalization.CASES,
    "loss": loss.CASES,
    "ctc": ctc.CASES,
    "update": update.CASES,
}

CASES: list[Case] = [case for family in _FAMILIES.values() for case in family]
"""Every case of every family."""


def families() -> list[str]:
    """The families of ops that have cases."""
    return list(_FAMILIES)


def cases_of(family: str) -> list[Case]:
    """The cases of one family of ops.

    Raises:
        UnknownNameError: there is no such family. Lists them.
    """
    if family not in _FAMILIES:
        raise UnknownNameError(
            f"{family!r} is no family of operations.", fix=known_names(family, _FAMILIES)
        )
    return _FAMILIES[family]
