"""`ops.scan`, the loop that `npx.foreach` and `npx.while_loop` become in compiled code."""

from types import SimpleNamespace
from typing import Any

from unideep import np, ops


class Accumulate:
    """The step of a weighted running sum, the same on tensors and on raws."""

    def __init__(self, output: Any) -> None:
        self.outputs = SimpleNamespace(tensors=[output])

    def on_tensors(self, carry: Any, rows: Any, rest: Any) -> Any:
        new = carry[0] + rows[0] * rest[0]
        return [new], [new]

    on_raws = on_tensors


def test_scan_gives_the_last_carry_and_all_outputs(backend: str) -> None:
    xs, weight, start = np.array([1.0, 2.0, 3.0]), np.array(10.0), np.array(1.0)
    last, sums = ops.scan([start], [xs], [weight], step=Accumulate(start), length=3)
    assert last.item() == 61
    assert sums.tolist() == [11, 31, 61]
