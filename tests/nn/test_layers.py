"""Layers: formulas, statistics, training and inference, eager and hybridized."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import nn

LAYERS = [
    (nn.Dense(3, activation="tanh"), (4, 5)),
    (nn.Dense(3, flatten=False, use_bias=False), (2, 4, 5)),
    (nn.Conv2D(4, 3, strides=2, padding=1, activation="relu"), (2, 3, 7, 6)),
    (nn.Conv2D(4, (3, 2), dilation=2, groups=2), (2, 2, 7, 6)),
    (nn.Conv2DTranspose(3, 4, strides=2, padding=1), (2, 4, 3, 5)),
    (nn.Conv2DTranspose(4, 3, strides=2, output_padding=1, groups=2), (2, 2, 3, 5)),
    (nn.Conv1D(4, 3, strides=2, padding=1, groups=2), (2, 2, 7)),
    (nn.Conv3D(2, (2, 3, 2), activation="tanh"), (1, 2, 3, 4, 4)),
    (nn.Conv1DTranspose(4, 3, strides=2, output_padding=1, groups=2), (2, 2, 4)),
    (nn.Conv3DTranspose(2, 2, strides=(2, 1, 2), use_bias=False), (1, 3, 2, 3, 2)),
    (nn.MaxPool1D(3, 2, 1), (2, 3, 7)),
    (nn.MaxPool3D(), (2, 3, 4, 4, 5)),
    (nn.AvgPool1D(3, ceil_mode=True), (2, 3, 7)),
    (nn.AvgPool3D(2, 1, 1, count_include_pad=False), (2, 3, 3, 4, 3)),
    (nn.GlobalMaxPool1D(), (2, 3, 5)),
    (nn.GlobalMaxPool2D(), (2, 3, 4, 5)),
    (nn.GlobalMaxPool3D(), (2, 3, 2, 3, 2)),
    (nn.GlobalAvgPool1D(), (2, 3, 5)),
    (nn.GlobalAvgPool3D(), (2, 3, 2, 3, 2)),
    (nn.PixelShuffle1D(3), (2, 6, 4)),
    (nn.PixelShuffle2D((1, 2)), (2, 6, 4, 3)),
    (nn.PixelShuffle3D(2), (1, 16, 2, 3, 2)),
    (nn.ReflectionPad2D(1), (2, 3, 4, 5)),
    (nn.MaxPool2D(3, 2, 1), (2, 3, 7, 6)),
    (nn.AvgPool2D(2, ceil_mode=True), (2, 3, 7, 6)),
    (nn.GlobalAvgPool2D(), (2, 3, 4, 5)),
    (nn.BatchNorm(), (4, 3, 2, 2)),
    (nn.BatchNorm(axis=-1, scale=False), (6, 3)),
    (nn.LayerNorm(), (4, 5)),
    (nn.GroupNorm(2), (3, 4, 5)),
    (nn.InstanceNorm(), (3, 4, 5)),
    (nn.InstanceNorm(axis=-1, scale=True), (3, 4, 5, 2)),
    (nn.RMSNorm(), (4, 5)),
    (nn.RMSNorm(axis=1, scale=False), (4, 5, 3)),
    (nn.Flatten(), (2, 3, 4)),
    (nn.Activation("softrelu"), (2, 3)),
    (nn.LeakyReLU(0.1), (2, 3)),
    (nn.PReLU(), (2, 3)),
    (nn.PReLU(in_channels=3), (2, 3, 4)),
    (nn.ELU(0.5), (2, 3)),
    (nn.SELU(), (2, 3)),
    (nn.GELU(), (2, 3)),
    (nn.GELU("tanh"), (2, 3)),
    (nn.SiLU(), (2, 3)),
    (nn.Swish(1.5), (2, 3)),
    (nn.Identity(), (2, 3)),
    (nn.HybridLambda("tanh"), (2, 3)),
    (nn.Dropout(0.4), (5, 6)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=lambda v: str(v)[:60])
def test_every_backend_gives_numpys_values_and_gradients(layer, shape, backend: str) -> None:
    x = numpy.random.default_rng(0).standard_normal(shape)
    want, got = run(layer, x, "numpy"), run(layer, x, backend)
    for a, b in zip(got, want, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


def run(layer: nn.HybridBlock, array: numpy.ndarray, backend: str) -> list[numpy.ndarray]:
    """Output in training, gradients, output in inference, all parameters; in float64."""
    ud.random.seed(2)
    with ud.use_backend(backend):
        layer.initialize("normal", force_reinit=True)
        with autograd.pause():
            layer(np.array(array.astype("float32")))  # the shapes of deferred parameters
        for p in layer.collect_params().values():
            p.cast("float64")
        layer.initialize("normal", force_reinit=True)
        ud.random.seed(4)
        x = np.array(array)
        x.attach_grad()
        with autograd.record():
            y = layer(x)
            loss = (y * y * y).sum()
        loss.backward()
        params = layer.collect_params().values()
        found = [y.detach(), x.grad, layer(x), *(p.data() for p in params)]
        found += [p.grad() for p in params if p.grad_req != "null"]
        return [t.asnumpy() for t in found]


def test_dense_flattens_unless_told(backend: str) -> None:
    x = np.ones((2, 3, 4))
    for flatten, shape in ((True, (2, 5)), (False, (2, 3, 5))):
        layer = nn.Dense(5, flatten=flatten)
        layer.initialize()
        assert layer(x).shape == shape


def test_batch_norm_follows_gluon(backend: str) -> None:
    layer = nn.BatchNorm(momentum=0.9, in_channels=2)
    layer.initialize()
    a = numpy.random.default_rng(0).standard_normal((8, 2)).astype("float32") * 3 + 1
    with autograd.record():
        y = layer(np.array(a)).asnumpy()
    numpy.testing.assert_allclose(y.mean(0), 0, atol=1e-5)
    numpy.testing.assert_allclose(y.std(0), 1, atol=1e-3)
    mean, var = layer.running_mean.data().asnumpy(), layer.running_var.data().asnumpy()
    numpy.testing.assert_allclose(mean, 0.1 * a.mean(0), rtol=1e-4)
    numpy.testing.assert_allclose(var, 0.9 + 0.1 * a.var(0), rtol=1e-4)  # the biased variance
    numpy.testing.assert_allclose(
        layer(np.array(a)).asnumpy(), (a - mean) / numpy.sqrt(var + 1e-5), rtol=1e-3, atol=1e-4
    )
    assert layer.running_mean.grad_req == "null"


def test_dropout_drops_in_training_only(backend: str) -> None:
    layer = nn.Dropout(0.25)
    x = np.ones((100, 100))
    assert layer(x) is x
    with autograd.train_mode():
        y = layer(x).asnumpy()
    assert set(numpy.unique(y).tolist()) == {0.0, numpy.float32(1 / 0.75).item()}
    assert abs((y == 0).mean() - 0.25) < 0.02
    with autograd.record():
        a, b = layer(x), layer(x)
    assert (a.asnumpy() != b.asnumpy()).any()


def test_dropout_masks_are_bit_equal_to_numpys(backend: str) -> None:
    def mask(name: str) -> numpy.ndarray:
        ud.random.seed(9)
        with ud.use_backend(name), autograd.train_mode():
            return nn.Dropout(0.5)(np.ones(333)).asnumpy()

    numpy.testing.assert_array_equal(mask(backend), mask("numpy"))


def test_embedding_takes_whole_floats_and_learns(backend: str) -> None:
    table = nn.Embedding(5, 3)
    table.initialize()
    ids = np.array([[1.0, 1.0, 4.0]])
    with autograd.record():
        loss = table(ids).sum()
    loss.backward()
    assert table.weight.grad().asnumpy()[:, 0].tolist() == [0, 2, 0, 0, 1]


def test_unknown_activation_lists_the_known() -> None:
    with pytest.raises(ud.errors.UnknownNameError, match="did you mean 'relu'"):
        nn.Activation("rleu")(np.ones(2))


@pytest.mark.parametrize(
    ("layer", "shape", "text"),
    [
        (nn.Conv2D(4, 3, in_channels=3), (2, 5, 8, 8), "in_channels is 3"),
        (nn.Conv2D(4, 3, in_channels=3), (2, 3, 8), "needs 4"),
        (nn.BatchNorm(in_channels=3), (2, 5, 8, 8), "in_channels is 3"),
        (nn.RMSNorm(in_channels=3), (2, 5), "in_channels is 3"),
        (nn.GroupNorm(2), (2, 5, 4), "5 channels cannot be split into 2 groups"),
        (nn.InstanceNorm(in_channels=3), (2, 5, 4), "in_channels is 3"),
        (nn.PReLU(in_channels=3), (2, 5, 4), "in_channels is 3"),
        (nn.MaxPool2D(), (2, 3), "needs 4"),
        (nn.Conv1D(4, 3), (2, 3, 8, 8), "needs 3: NCW"),
        (nn.Conv3D(4, 3), (2, 3, 8, 8), "needs 5: NCDHW"),
        (nn.Conv1D(4, 3, groups=2), (2, 3, 8), "3 channels cannot be split into 2 groups"),
        (nn.GlobalMaxPool1D(), (2, 3, 8, 8), "needs 3"),
        (nn.PixelShuffle2D(2), (2, 3, 4, 4), "cannot be split"),
        (nn.PixelShuffle2D(2), (2, 4, 4), "needs 4"),
        (nn.Dense(2, in_units=3), (2, 4), "in_units is 3"),
    ],
)
def test_wrong_inputs_are_explained(layer, shape, text, backend: str) -> None:
    layer.initialize(force_reinit=True)
    with pytest.raises(ud.errors.ShapeError, match=text):
        layer(np.ones(shape))


def branches() -> nn.HybridConcatenate:
    """Layers of every kind, side by side."""
    net = nn.HybridConcatenate(axis=1)
    for layer in (nn.GroupNorm(2), nn.InstanceNorm(), nn.RMSNorm(), nn.PReLU(), nn.SELU()):
        column = nn.HybridSequential()
        column.add(layer, nn.GELU(), nn.HybridLambda(lambda x: x.reshape(x.shape[0], -1)))
        net.add(column)
    return net


def test_a_compiled_step_equals_an_eager_one(tmp_path, backend: str) -> None:
    x = np.array(numpy.random.default_rng(0).standard_normal((3, 4, 5)).astype("float32"))

    def losses(compiled: bool) -> list[float]:
        ud.random.seed(0)
        net = branches()
        net.initialize()
        trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})

        def step(x):
            with autograd.record():
                loss = (net(x) ** 2).mean()
            loss.backward()
            trainer.step(1)
            return loss

        run = ud.compile(step) if compiled else step
        found = [float(run(x)) for _ in range(4)]
        net.save_parameters(tmp_path / "net.safetensors")
        twin = branches()
        twin.load_parameters(tmp_path / "net.safetensors")
        numpy.testing.assert_array_equal(twin(x).asnumpy(), net(x).asnumpy())
        return found

    eager = losses(False)
    assert eager[-1] < eager[0]
    numpy.testing.assert_allclose(losses(True), eager, rtol=1e-5)


def test_layers_side_by_side_are_indexed_and_sliced() -> None:
    net = branches()
    assert len(net) == 5
    part = net[1:3]
    assert isinstance(part, nn.HybridConcatenate)
    assert len(part) == 2
    part.initialize()
    assert part(np.ones((2, 4, 3))).shape == (2, 24)


def test_pixels_go_where_their_channel_says() -> None:
    x = np.arange(6).reshape(1, 2, 3)
    assert nn.PixelShuffle1D(2)(x).tolist() == [[[0, 3, 1, 4, 2, 5]]]


def test_functions_as_layers_are_found_by_name() -> None:
    x = np.array([-1.0, 2.0])
    assert nn.Lambda("abs")(x).tolist() == [1, 2]
    assert nn.Lambda("relu")(x).tolist() == [0, 2]  # not in np, but in npx
    assert nn.Lambda(lambda a, b: a - b)(x, x).tolist() == [0, 0]
    with pytest.raises(ud.errors.UnknownNameError, match="'rleu'"):
        nn.Lambda("rleu")


def test_options_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ud.errors.ShapeError, match="'NHWC'"):
        nn.Conv2D(4, 3, layout="NHWC")
    with pytest.raises(ud.errors.ShapeError, match="'NWC'"):
        nn.MaxPool1D(layout="NWC")
    with pytest.raises(ud.errors.ShapeError, match="2 entries for 3 spatial axes"):
        nn.Conv3D(4, (3, 3))
    with pytest.raises(ud.errors.ShapeError, match="5 channels cannot be split into 2"):
        nn.Conv1DTranspose(5, 3, groups=2)
    with pytest.raises(ud.errors.ShapeError, match="3 numbers"):
        nn.ReflectionPad2D((1, 2, 3))


def test_an_unknown_approximation_is_refused() -> None:
    with pytest.raises(ud.errors.ArgumentError, match="'exact'"):
        nn.GELU("exact")
