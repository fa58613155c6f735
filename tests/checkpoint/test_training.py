"""A run as one file: it goes on as if it had never been ended; a wrong file is told."""

from pathlib import Path

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.errors import CheckpointError
from unideep.gluon import nn

X = numpy.arange(42.0).reshape(14, 3) / 42


class Run:
    """A net with dropout and moving statistics, and shuffled batches that roll over."""

    def __init__(self) -> None:
        ud.random.seed(3)
        self.net = nn.HybridSequential()
        self.net.add(nn.Dense(4), nn.BatchNorm(), nn.Dropout(0.5), nn.Dense(1))
        self.net.initialize()
        self.trainer = gluon.Trainer(self.net.collect_params(), "adam")
        self.total = np.zeros(())
        self.loader = gluon.data.DataLoader(X, 4, shuffle=True, last_batch="rollover")

    def parts(self) -> dict[str, object]:
        return {
            "net": self.net, "trainer": self.trainer, "total": self.total, "batches": self.loader
        }  # fmt: skip

    def steps(self, count: int) -> list[float]:
        losses: list[float] = []
        while len(losses) < count:
            for x in self.loader:
                with autograd.record():
                    loss = (self.net(x) ** 2).mean()
                loss.backward()
                self.trainer.step(1)
                self.total[...] = self.total + loss
                losses.append(float(loss))
                if len(losses) == count:
                    break
        return losses


@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_run_goes_on(first: int, backend: str, tmp_path: Path) -> None:
    whole = Run()
    want = whole.steps(9)
    begun = Run()
    losses = begun.steps(first)
    ud.checkpoint.save_training(tmp_path / "run", begun.parts(), {"losses": losses})
    ud.random.seed(99)
    resumed = Run()
    ud.random.seed(77)
    facts = ud.checkpoint.load_training(tmp_path / "run", resumed.parts())
    found = facts["losses"] + resumed.steps(9 - first)
    numpy.testing.assert_allclose(found, want, rtol=1e-6)
    numpy.testing.assert_allclose(float(resumed.total), float(whole.total), rtol=1e-6)


def test_a_loader_with_threads_goes_on() -> None:
    def loader() -> gluon.data.DataLoader:
        ud.random.seed(0)
        return gluon.data.DataLoader([*range(10)], 3, shuffle=True, num_workers=2)

    whole = loader()
    want = [batch.tolist() for _ in range(2) for batch in whole]
    begun = loader()
    batches = iter(begun)
    found = [next(batches).tolist() for _ in range(2)]
    state = begun.state_dict()
    batches.close()  # pyright: ignore
    resumed = loader()
    resumed.load_state_dict(state)
    found += [batch.tolist() for _ in range(2) for batch in resumed]
    assert found == want


def test_a_file_that_does_not_fit_is_told(tmp_path: Path) -> None:
    run = Run()
    run.steps(1)
    path = tmp_path / "run"
    ud.checkpoint.save_training(path, run.parts())
    other = nn.Dense(7, in_units=3)
    with pytest.raises(CheckpointError, match="'net'"):
        ud.checkpoint.load_training(path, {**run.parts(), "net": other})
    with pytest.raises(CheckpointError, match="other parts"):
        ud.checkpoint.load_training(path, {"net": run.net})
    weights = tmp_path / "weights"
    run.net.save_parameters(weights)
    with pytest.raises(CheckpointError, match="no training run"):
        ud.checkpoint.load_training(weights, run.parts())
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(CheckpointError):
        ud.checkpoint.load_training(path, run.parts())
