"""Random bits: Philox4x32-10's known answers, and the same on every backend."""

import pytest

from unideep import np, ops
from unideep.ops.random import philox_rounds
from unideep.testing import Case, check

# Random123's known answers for philox4x32-10: counter, key, result.
KNOWN = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def test_conformance(case: Case, dtype: str, backend: str) -> None:
    check(case, backend, dtype)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer, backend: str) -> None:
    words = philox_rounds([np.array([c]) for c in counter], [np.array(k) for k in key])
    assert [w.item() for w in words] == answer


def test_known_answer_of_the_operation_that_a_backend_may_supply(backend: str) -> None:
    """Its counters start at 0. The other keys are compared with NumPy's by the rows."""
    assert [w.item() for w in ops.philox(np.array(0), 1)] == KNOWN[0][2]
