"""The cases that every backend has to pass: one row for each op and combination of attributes."""

from unideep.testing.cases import (
    activation,
    attention,
    comparison,
    convolution,
    creation,
    decomposition,
    einsum,
    elementwise,
    equations,
    indexing,
    joining,
    linalg,
    loss,
    norm,
    normalization,
    pooling,
    random,
    reduction,
    shape,
    update,
)
from unideep.testing.cases.case import Case as Case

__all__ = ["CASES", "Case", "cases_of"]

_FAMILIES = {
    "creation": creation.CASES,
    "elementwise": elementwise.CASES,
    "comparison": comparison.CASES,
    "reduction": reduction.CASES,
    "shape": shape.CASES,
    "joining": joining.CASES,
    "indexing": indexing.CASES,
    "linalg": linalg.CASES,
    "einsum": einsum.CASES,
    "decomposition": decomposition.CASES,
    "equations": equations.CASES,
    "norm": norm.CASES,
    "random": random.CASES,
    "activation": activation.CASES,
    "attention": attention.CASES,
    "convolution": convolution.CASES,
    "pooling": pooling.CASES,
    "normalization": normalization.CASES,
    "loss": loss.CASES,
    "update": update.CASES,
}

CASES: list[Case] = [case for family in _FAMILIES.values() for case in family]
"""Every case of every family."""


def cases_of(family: str) -> list[Case]:
    """The cases of one family of ops."""
    return _FAMILIES[family]
