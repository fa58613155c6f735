"""Transformer layers: PyTorch's outputs and gradients, generation, training, errors."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np
from unideep.gluon import nn

B, T, S, U, HIDDEN = 2, 5, 7, 8, 12


def arrays(*shapes: tuple[int, ...]) -> list[numpy.ndarray]:
    rng = numpy.random.default_rng(0)
    return [rng.standard_normal(shape).astype("float32") for shape in shapes]


def assert_equal(got, want) -> None:
    numpy.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def torch_cell(kind: str, pre_norm: bool, activation: str):
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    module = getattr(torch.nn, f"Transformer{kind}Layer")(
        U, 2, HIDDEN, 0.0, activation, batch_first=True, norm_first=pre_norm
    )
    for name, p in module.named_parameters():
        if "norm" in name or "bias" in name:
            torch.nn.init.normal_(p)
    return module, torch


@pytest.mark.parametrize("hybridized", [False, True])
@pytest.mark.parametrize(("pre_norm", "activation"), [(False, "relu"), (True, "gelu")])
def test_encoder_equals_pytorchs(
    pre_norm, activation, hybridized, weights_of, gradients_of, backend: str
) -> None:
    module, torch = torch_cell("Encoder", pre_norm, activation)
    cell = nn.TransformerEncoderCell(U, 2, HIDDEN, activation=activation, pre_norm=pre_norm)
    cell.load_dict(weights_of(module))
    (found,) = arrays((B, T, U))
    padding = numpy.arange(T) < numpy.array([[3], [T]])
    theirs = torch.tensor(found, requires_grad=True)
    want = module(theirs, src_key_padding_mask=torch.tensor(~padding))
    (want * want).mean().backward()
    assert_alike(
        cell, [found], {"key_mask": padding}, [theirs], want, gradients_of(module),
        hybridized and (backend != "torch" or pre_norm),
    )  # fmt: skip


@pytest.mark.parametrize("pre_norm", [False, True])
def test_decoder_equals_pytorchs(pre_norm, weights_of, gradients_of, backend: str) -> None:
    module, torch = torch_cell("Decoder", pre_norm, "relu")
    cell = nn.TransformerDecoderCell(U, 2, HIDDEN, pre_norm=pre_norm)
    cell.load_dict(weights_of(module))
    found = arrays((B, T, U), (B, S, U))
    padding = numpy.arange(S) < numpy.array([[4], [S]])
    theirs = [torch.tensor(a, requires_grad=True) for a in found]
    want = module(
        *theirs,
        tgt_mask=torch.nn.Transformer.generate_square_subsequent_mask(T),
        memory_key_padding_mask=torch.tensor(~padding),
    )
    (want * want).mean().backward()
    assert_alike(
        cell, found, {"memory_key_mask": padding}, theirs, want, gradients_of(module),
        hybridized=backend != "torch",
    )  # fmt: skip


def assert_alike(cell, found, masks, theirs, want, want_gradients, hybridized: bool) -> None:
    """Output and all gradients, at the first calls and at a later one."""
    if hybridized:
        cell.hybridize()
    ours, masks = [np.array(a) for a in found], {n: np.array(m) for n, m in masks.items()}
    for x in ours:
        x.attach_grad()
    for _ in range(3 if hybridized else 1):
        with autograd.record():
            y = cell(*ours, **masks)
            loss = (y * y).mean()
        loss.backward()
    assert_equal(y.asnumpy(), want.detach().numpy())
    for x, t in zip(ours, theirs if isinstance(theirs, list) else [theirs], strict=True):
        assert_equal(x.grad.asnumpy(), t.grad.numpy())
    params = cell.collect_params()
    assert set(params) == set(want_gradients)
    for name, p in params.items():
        assert_equal(p.grad().asnumpy(), want_gradients[name])


@pytest.mark.parametrize("compiled", [False, True])
def test_a_stack_generates_what_the_full_pass_gives(compiled: bool, backend: str) -> None:
    net = nn.TransformerDecoder(2, U, 2, pre_norm=True)
    net.initialize("xavier")
    x, memory, other = map(np.array, arrays((B, 6, U), (B, S, U), (B, S, U)))
    cache = net.begin_cache(memory, length=8)

    def step(piece):
        return net(piece, None, cache=cache)

    run = ud.compile(step) if compiled else step
    for seen in (memory, other):
        net.restart(cache, seen)
        parts = [run(x[:, t : t + 1]) for t in range(6)]
        assert_equal(np.concatenate(parts, 1).asnumpy(), net(x, seen).asnumpy())
    if compiled:
        assert run.explain().retraces == 0


def test_an_encoder_with_a_cache_is_a_language_model(backend: str) -> None:
    net = nn.TransformerEncoder(2, U, 2, num_key_heads=1, rotary=nn.RotaryPositionalEmbedding())
    net.initialize("xavier")
    (x,) = map(np.array, arrays((B, 6, U)))
    cache = net.begin_cache(B, length=6)
    parts = [net(x[:, :4], cache=cache), net(x[:, 4:5], cache=cache), net(x[:, 5:], cache=cache)]
    assert_equal(np.concatenate(parts, 1).asnumpy(), net(x, is_causal=True).asnumpy())


class LanguageModel(nn.HybridBlock):
    """Learned positions that start where the cache ends."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.LearnedPositionalEmbedding(8, U)
        self.body = nn.TransformerEncoder(2, U, 2, pre_norm=True)

    def forward(self, x, cache=None):
        first = 0 if cache is None else cache[0].position
        return self.body(self.places(x, first), is_causal=True, cache=cache)


def test_positions_of_a_compiled_model_move_with_its_cache(backend: str) -> None:
    net = LanguageModel()
    net.initialize("xavier")
    (x,) = map(np.array, arrays((B, 6, U)))
    want = net(x).asnumpy()
    cache = net.body.begin_cache(B, length=8)
    step = ud.compile(lambda piece: net(piece, cache))
    for _ in range(2):
        parts = [step(x[:, t : t + 1]) for t in range(6)]
        assert_equal(np.concatenate(parts, 1).asnumpy(), want)
        for layer in cache:
            layer.reset()
    assert step.explain().retraces == 0


def curve(backend: str, compiled: bool) -> list[float]:
    """Losses of a small encoder that learns to reverse. Inductor takes long for random masks."""
    with ud.use_backend(backend):
        ud.random.seed(0)
        net = nn.TransformerEncoder(1, U, 2, dropout=0.0 if compiled else 0.1, pre_norm=True)
        net.initialize("xavier")
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 1e-2})
        (x,) = map(np.array, arrays((4, T, U)))

        def step(x):
            with autograd.record():
                loss = ((net(x) - x[:, ::-1]) ** 2).mean()
            loss.backward()
            trainer.step(1)
            return loss

        run = ud.compile(step) if compiled else step
        return [float(run(x)) for _ in range(6)]


@pytest.mark.parametrize("compiled", [False, True])
def test_trains_alike_everywhere(compiled: bool, backend: str) -> None:
    losses, want = (curve(name, compiled) for name in (backend, "numpy"))
    numpy.testing.assert_allclose(losses, want, rtol=1e-4)
    assert losses[-1] < losses[0]


def test_float64(backend: str) -> None:
    net = nn.TransformerEncoder(1, U, 2, pre_norm=True, activation=nn.Activation("silu"))
    net.initialize()
    net.cast("float64")
    x = np.array(arrays((1, 2, U))[0].astype("float64"))
    assert net(x).dtype is x.dtype


def test_saved_and_loaded(tmp_path, backend: str) -> None:
    x, memory = map(np.array, arrays((B, T, U), (B, S, 3)))
    net = nn.TransformerDecoder(2, U, 2)
    net.initialize("xavier")
    want = net(x, memory).asnumpy()
    net.save_parameters(tmp_path / "weights")
    twin = nn.TransformerDecoder(2, U, 2)
    twin.load_parameters(tmp_path / "weights")
    numpy.testing.assert_array_equal(twin(x, memory).asnumpy(), want)


def test_wrong_arguments_are_told(backend: str) -> None:
    with pytest.raises(ud.errors.ArgumentError, match="one layer at least"):
        nn.TransformerEncoder(0, U, 2)
    with pytest.raises(ud.errors.ArgumentError, match="3 heads cannot share 8"):
        nn.TransformerEncoderCell(U, 3)
    net = nn.TransformerEncoder(2, U, 2)
    net.initialize()
    with pytest.raises(ud.errors.ShapeError, match=r"layers\.0\.attention\.query.*in_units is 8"):
        net(np.ones((B, T, U + 1)))
    with pytest.raises(ud.errors.ArgumentError, match="a memory"):
        nn.TransformerDecoderCell(U, 2)(np.ones((B, T, U)), None)
