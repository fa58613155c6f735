"""Block: names, tree, hooks, deferred shapes, errors that name the layer."""

import warnings
from pathlib import Path

import numpy
import pytest

import unideep as ud
from unideep import np
from unideep.errors import (
    CheckpointError,
    DeferredInitializationError,
    ShapeError,
    UninitializedParameterError,
)
from unideep.gluon import nn


class Net(nn.Block):
    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential()
        self.body.add(nn.Dense(4, activation="relu"), nn.Dense(3))
        self.head = nn.Dense(2)

    def forward(self, x):
        return self.head(self.body(x))


def test_parameters_have_structural_names() -> None:
    net = Net()
    names = ["body.0.weight", "body.0.bias", "body.1.weight", "body.1.bias", "head.weight",
             "head.bias"]  # fmt: skip
    assert list(net.collect_params()) == names
    assert list(net.collect_params("body.0")) == names[:2]
    assert list(net.collect_params(".*bias")) == names[1::2]
    assert isinstance(net.collect_params(), ud.gluon.ParameterDict)


def test_shapes_are_inferred_at_the_first_call(backend: str) -> None:
    net = Net()
    with pytest.raises(UninitializedParameterError, match="initialize"):
        net(np.ones((2, 5)))
    net.initialize()
    assert net.body[0].weight.shape == (4, -1)
    with pytest.raises(DeferredInitializationError, match="run one batch"):
        net.body[0].weight.data()
    assert net(np.ones((2, 5))).shape == (2, 2)
    assert net.body[0].weight.shape == (4, 5)


def test_a_shape_error_names_the_layer_the_shapes_and_the_fix(backend: str) -> None:
    net = Net()
    net.initialize()
    net(np.ones((2, 5)))
    with pytest.raises(ShapeError) as caught:
        net(np.ones((2, 6)))
    text = str(caught.value)
    assert text.startswith("Dense 'body.0': ")
    assert "in_units is 5" in text
    assert "(2, 6) float32" in text
    assert "(4, 5) float32" in text
    assert "Fix: Dense(4, in_units=6)" in text


def test_a_block_without_infer_shape_says_so() -> None:
    class Own(nn.HybridBlock):
        def __init__(self) -> None:
            super().__init__()
            self.scale = ud.gluon.Parameter("scale", shape=(0,), allow_deferred_init=True)

        def forward(self, x):
            return x * self.scale.data()

    net = Own()
    net.initialize("ones")
    with pytest.raises(DeferredInitializationError, match="infer_shape"):
        net(np.ones(3))


def test_initialize_twice_and_force(backend: str) -> None:
    net = nn.Dense(2, in_units=3)
    net.initialize()
    first, handle = net.weight.data().asnumpy(), net.weight.data()
    net.initialize()
    numpy.testing.assert_array_equal(net.weight.data().asnumpy(), first)
    net.initialize(force_reinit=True)
    assert net.weight.data() is handle
    assert (net.weight.data().asnumpy() != first).any()
    assert net.bias.data().asnumpy().tolist() == [0, 0]


def test_the_seed_decides_the_weights_bit_for_bit(backend: str) -> None:
    def weights(name: str) -> list[numpy.ndarray]:
        ud.random.seed(11)
        with ud.use_backend(name):
            net = Net()
            net.initialize("xavier")
            net(np.ones((1, 3)))
            return [p.data().asnumpy() for p in net.collect_params().values()]

    for a, b in zip(weights(backend), weights("numpy"), strict=True):
        numpy.testing.assert_array_equal(a, b)


def test_two_nets_of_one_seed_differ() -> None:
    ud.random.seed(0)
    one, two = nn.Dense(3, in_units=3), nn.Dense(3, in_units=3)
    one.initialize()
    two.initialize()
    assert (one.weight.data().asnumpy() != two.weight.data().asnumpy()).any()


def test_writing_data_writes_through(backend: str) -> None:
    net = nn.Dense(2, in_units=2)
    net.initialize("ones")
    net.weight.data()[:] += 1
    net.weight.data()[0, 0] = 42
    assert net.weight.data().tolist() == [[42, 2], [2, 2]]
    assert net(np.ones((1, 2))).tolist() == [[44, 4]]


def test_shared_parameters(backend: str) -> None:
    shared = nn.Dense(4, in_units=4)
    net = nn.Sequential(shared, nn.Dense(4, in_units=4), shared)
    net[1].share_parameters(shared.collect_params())
    net.initialize()
    net[0].weight.data()[0, 0] = 5
    assert net[1].weight.data()[0, 0].item() == 5
    assert list(net.collect_params()) == ["0.weight", "0.bias", "1.weight", "1.bias"]


@pytest.mark.parametrize("deduplicate", [False, True])
def test_what_has_several_names_is_saved_and_loaded(deduplicate: bool, tmp_path: Path) -> None:
    def made() -> nn.Sequential:
        shared, tied = nn.Dense(4, in_units=4), nn.Dense(4, in_units=4)
        tied.share_parameters({"weight": shared.weight})
        return nn.Sequential(shared, tied, shared)

    net, twin = made(), made()
    net.initialize("xavier")
    net.save_parameters(tmp_path / "weights.safetensors", deduplicate)
    twin.load_parameters(tmp_path / "weights.safetensors")
    x = np.ones((2, 4))
    assert twin(x).tolist() == net(x).tolist()
    values = {name: p.data() for name, p in net.collect_params().items()}
    apart = nn.Sequential(*(nn.Dense(4, in_units=4) for _ in range(3)))
    if deduplicate:
        with pytest.raises(CheckpointError, match="3 missing"):
            apart.load_parameters(tmp_path / "weights.safetensors")
    else:
        apart.load_parameters(tmp_path / "weights.safetensors")
        assert apart(x).tolist() == net(x).tolist()
    del values["0.weight"], values["1.weight"]
    with pytest.raises(CheckpointError, match="1 missing"):
        twin.load_dict(values)


def test_hooks_apply_and_attributes(backend: str) -> None:
    net = Net()
    net.initialize()
    seen: list[str] = []
    before = net.register_forward_pre_hook(lambda block, args: seen.append("before"))
    after = net.head.register_forward_hook(lambda block, args, out: seen.append(str(out.shape)))
    net(np.ones((1, 2)))
    before.detach()
    after.detach()
    net(np.ones((1, 2)))
    assert seen == ["before", "(1, 2)"]
    kinds: list[str] = []
    net.apply(lambda block: kinds.append(type(block).__name__))
    assert kinds == ["Dense", "Dense", "Sequential", "Dense", "Net"]
    net.setattr("grad_req", "null")
    assert net.head.weight.data().grad is None


def test_sequential_is_a_sequence() -> None:
    net = nn.HybridSequential(nn.Dense(1), nn.Dense(2), nn.Dense(3))
    assert len(net) == 3
    assert [b._units for b in net[1:]] == [2, 3]
    assert net[-1] is list(net)[2]
    with pytest.raises(IndexError):
        net[3]


def test_blocks_in_a_list_are_warned_about() -> None:
    net = nn.Block()
    net.layers = [nn.Dense(1)]
    with pytest.warns(UserWarning, match="Sequential"):
        net.collect_params()


def test_a_registered_name_keeps_its_kind() -> None:
    net = Net()
    with pytest.raises(TypeError):
        net.head = ud.gluon.Parameter()

    class Early(nn.Block):
        def __init__(self) -> None:
            self.layer = nn.Dense(1)

    with pytest.raises(ud.errors.UniDeepError, match="super"):
        Early()


def test_cast_to_backend_and_zero_grad(backend: str) -> None:
    net = Net()
    net.initialize()
    x = np.ones((2, 3))
    want = net(x).asnumpy()
    handle = net.head.weight.data()
    net.to_backend("numpy")
    assert net.head.weight.data() is handle
    with ud.use_backend("numpy"):
        numpy.testing.assert_allclose(net(np.ones((2, 3))).asnumpy(), want, rtol=1e-5)
    net.cast("float64")
    assert handle.dtype is ud.float64
    net.zero_grad()
    assert net.head.weight.grad().asnumpy().any() is numpy.False_


def test_save_and_load(backend: str, tmp_path) -> None:
    net, other = Net(), Net()
    net.initialize()
    want = net(np.ones((2, 3)))
    net.save_parameters(tmp_path / "net.safetensors")
    other.load_parameters(tmp_path / "net.safetensors")  # never initialised
    numpy.testing.assert_array_equal(other(np.ones((2, 3))).asnumpy(), want.asnumpy())


def test_a_file_that_does_not_match_changes_nothing(tmp_path) -> None:
    net = Net()
    net.initialize()
    net(np.ones((2, 3)))
    path = tmp_path / "net.safetensors"
    net.save_parameters(path)
    wrong = nn.Sequential(nn.Dense(4, in_units=9))
    wrong.initialize("ones")
    with pytest.raises(CheckpointError):
        wrong.load_parameters(path)
    assert wrong[0].weight.data().asnumpy().min() == 1
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(CheckpointError):
        net.load_parameters(path)


def test_summary_prints_layers_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    net = Net()
    net.initialize()
    net.summary(np.ones((2, 5)))
    text = capsys.readouterr().out
    for part in ("body.0", "Dense", "(2, 4)", "24", "total", "47"):
        assert part in text


def test_summary_sees_into_a_hybridized_net(capsys: pytest.CaptureFixture[str]) -> None:
    net = nn.HybridSequential(nn.Dense(4), nn.Dense(3))
    net.initialize()
    net.hybridize()
    for _ in range(3):
        net.summary(np.ones((2, 5)))
        assert "(2, 4)" in capsys.readouterr().out


def test_repr_shows_the_tree() -> None:
    text = repr(Net())
    assert "(body): Sequential" in text
    assert "(0): Dense(None -> 4, relu)" in text


def test_no_property_of_a_block_raises() -> None:
    net = Net()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in dir(net):
            getattr(net, name)
