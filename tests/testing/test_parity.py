"""The parity table sees what agrees, what does not apply, and what is wrong."""

import pytest

from unideep.backend import get_backend
from unideep.errors import UnknownNameError
from unideep.testing import cases_of
from unideep.testing.cases.case import Case, N
from unideep.testing.parity import ASPECTS, parity


def test_cells_are_green_or_do_not_apply(backend: str) -> None:
    cases = [Case("sqrt", (lambda rng: rng.uniform(1, 2, 3),)), Case("floor", (N(3),), {}, False)]
    cells = parity(cases, [backend])
    assert {(c.op, c.aspect): c.reason for c in cells} == {
        **{("sqrt", aspect): "" for aspect in ASPECTS},
        **{("floor", aspect): "-" if "gradient" in aspect else "" for aspect in ASPECTS},
    }


def test_a_wrong_result_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    numpy = get_backend("numpy")
    right = numpy.ops["exp"]
    calls = []
    monkeypatch.setitem(numpy.ops, "exp", lambda x: calls.append(1) or right(x) + len(calls))
    (cell,) = parity([Case("exp", (N(3),))], ["numpy"], ["compiled"])
    assert "Mismatched" in cell.reason


def test_an_unknown_family_lists_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match="elementwise"):
        cases_of("elementwize")
