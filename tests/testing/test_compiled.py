"""A compiled step gives what the eager one gives: every case of every family, with its gradient."""

import pytest

from unideep.testing import cases_of
from unideep.testing.cases import families
from unideep.testing.parity import NOT_APPLICABLE, parity


@pytest.mark.parametrize("family", families())
def test_compiled_is_eager(family: str, backend: str) -> None:
    cells = parity(cases_of(family), [backend], ["compiled"])
    fine = ("", NOT_APPLICABLE)
    different = [f"{cell.op}: {cell.reason}" for cell in cells if cell.reason not in fine]
    assert not different, "\n".join(different)
