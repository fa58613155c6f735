"""Multi-head attention: PyTorch's outputs and gradients, masks, caches, errors."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.gluon import nn

B, T, S, U = 2, 5, 7, 8


def arrays(*shapes: tuple[int, ...]) -> list[numpy.ndarray]:
    rng = numpy.random.default_rng(0)
    return [rng.standard_normal(shape).astype("float32") for shape in shapes]


def assert_equal(got, want) -> None:
    numpy.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-5)


def assert_gradients(layer: nn.HybridBlock, want) -> None:
    params = layer.collect_params()
    assert set(want) == set(params)
    for name, p in params.items():
        numpy.testing.assert_allclose(
            p.grad().asnumpy(), want[name], rtol=1e-5, atol=1e-5, err_msg=name
        )


MASKS = ["none", "causal", "padding", "additive", "of each head"]


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("is_cross", [False, True])
def test_equals_pytorchs(kind, is_cross, weights_of, gradients_of, backend: str) -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    dims = {"kdim": 6, "vdim": 9} if is_cross else {}
    module = torch.nn.MultiheadAttention(U, 2, batch_first=True, **dims)
    torch.nn.init.normal_(module.in_proj_bias)
    layer = nn.MultiHeadAttention(U, 2, **dims)
    layer.load_dict(weights_of(module))
    found = arrays((B, T, U), (B, S, 6), (B, S, 9)) if is_cross else arrays((B, T, U))
    ours = [np.array(a) for a in found]
    theirs = [torch.tensor(a, requires_grad=True) for a in found]
    keys = S if is_cross else T
    options, hidden = mask_of(kind, keys)
    for x in ours:
        x.attach_grad()
    with autograd.record():
        y, weights = layer(*ours, **options, need_weights=True)
        plain = layer(*ours, **options)
        loss = (y * y).mean() + plain.mean()
    loss.backward()
    hidden = {n: torch.tensor(a) for n, a in hidden.items()}
    args = theirs if is_cross else theirs * 3
    want, want_weights = module(*args, **hidden, average_attn_weights=False)
    ((want * want).mean() + want.mean()).backward()
    assert_equal(y.asnumpy(), want.detach().numpy())
    assert_equal(plain.asnumpy(), want.detach().numpy())
    assert_equal(weights.asnumpy(), want_weights.detach().numpy())
    for x, t in zip(ours, theirs, strict=True):
        assert_equal(x.grad.asnumpy(), t.grad.numpy())
    assert_gradients(layer, gradients_of(module))


def mask_of(kind: str, keys: int) -> tuple[dict, dict]:
    """Our options, and PyTorch's, whose booleans are True where a key is hidden."""
    rng = numpy.random.default_rng(1)
    seen = rng.random((B, 2, T, keys)) < 0.7
    seen[..., 0] = True
    padding = numpy.arange(keys) < numpy.array([[3], [keys]])
    numbers = rng.standard_normal((T, keys)).astype("float32")
    causal = ~numpy.tri(T, keys, dtype=bool)
    return {
        "none": ({}, {}),
        "causal": ({"is_causal": True}, {"attn_mask": causal}),
        "padding": ({"key_mask": np.array(padding)}, {"key_padding_mask": ~padding}),
        "additive": ({"mask": np.array(numbers)}, {"attn_mask": numbers}),
        "of each head": (
            {"mask": np.array(seen)}, {"attn_mask": ~seen.reshape(-1, *seen.shape[2:])}
        ),
    }[kind]  # fmt: skip


def test_masks_combine(backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize("xavier")
    (x,) = map(np.array, arrays((B, T, U)))
    rng = numpy.random.default_rng(1)
    padding = numpy.arange(T) < numpy.array([[3], [T]])
    seen = rng.random((B, T, T)) < 0.8
    all_of_them = numpy.tri(T, dtype=bool) & seen & padding[:, None]
    want = layer(x, mask=np.array(all_of_them)).asnumpy()
    key_mask = np.array(padding)
    got = layer(x, mask=np.array(seen), key_mask=key_mask, is_causal=True)
    assert_equal(got.asnumpy(), want)
    numbers = np.array(numpy.where(seen, 0.0, -numpy.inf).astype("float32"))
    assert_equal(layer(x, mask=numbers, key_mask=key_mask, is_causal=True).asnumpy(), want)


@pytest.mark.parametrize("options", [{}, {"num_key_heads": 2}, {"rotary": True}])
@pytest.mark.parametrize("compiled", [False, True])
def test_generation_with_a_cache_equals_the_full_pass(options, compiled, backend: str) -> None:
    if compiled and backend == "torch" and options:
        pytest.skip("one compilation by Inductor is enough")
    if "rotary" in options:
        options = {"rotary": nn.RotaryPositionalEmbedding()}
    layer = nn.MultiHeadAttention(U, 4, **options)
    layer.initialize("xavier")
    (x,) = map(np.array, arrays((B, 9, U)))
    want = layer(x, is_causal=True).asnumpy()
    cache = layer.begin_cache(B, length=12)
    step = ud.compile(lambda piece: layer(piece, cache=cache)) if compiled else (
        lambda piece: layer(piece, cache=cache)
    )  # fmt: skip
    for _ in range(2):
        cache.reset()
        parts = [step(x[:, :3]), *(step(x[:, t : t + 1]) for t in range(3, 9))]
        assert_equal(np.concatenate(parts, 1).asnumpy(), want)
    if compiled:
        assert step.explain().retraces == 1  # a prompt, and single steps


@pytest.mark.parametrize("compiled", [False, True])
def test_a_full_cache_says_so_and_stays_as_it_was(compiled: bool, backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize()
    cache = layer.begin_cache(1, length=4)

    def step(x):
        return layer(x, cache=cache)

    run = ud.compile(step) if compiled else step
    for _ in range(4):
        run(np.ones((1, 1, U)))
    for _ in range(2):
        with pytest.raises(ud.errors.ShapeError, match="room for 4 steps"):
            run(np.ones((1, 1, U)))
    with pytest.raises(ud.errors.ShapeError, match="a batch of 1"):
        layer(np.ones((2, 1, U)), cache=cache)
    assert cache.position == 4
    cache.reset()
    run(np.ones((1, 1, U)))
    assert cache.position == 1


def test_a_memory_is_projected_once(backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize("xavier")
    x, memory, other = map(np.array, arrays((B, T, U), (B, S, 6), (B, S, 6)))
    want = layer(x, memory).asnumpy()
    known = layer.remember(memory)
    assert_equal(layer(x, cache=known).asnumpy(), want)
    assert layer.remember(other, known) is known
    assert_equal(layer(x, cache=known).asnumpy(), layer(x, other).asnumpy())


def test_float64_and_a_cache_of_it(backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize()
    x = np.array(arrays((1, 2, U))[0].astype("float64"))
    layer(x.astype("float32"))
    layer.cast("float64")
    cache = layer.begin_cache(1, 3)
    assert layer(x, cache=cache).dtype is x.dtype is cache.key.dtype


def test_hybridized_and_deferred_and_saved(tmp_path, backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2, dropout=0.3)
    layer.initialize("xavier")
    x, memory = map(np.array, arrays((B, T, U), (B, S, 6)))
    want = layer(x, memory).asnumpy()
    assert layer.key.weight.shape == (U, 6)
    layer.save_parameters(tmp_path / "weights")
    twin = nn.MultiHeadAttention(U, 2)
    twin.load_parameters(tmp_path / "weights")
    if backend != "torch":
        twin.hybridize()
    for _ in range(3):
        numpy.testing.assert_allclose(twin(x, memory).asnumpy(), want, rtol=1e-5, atol=1e-6)


def test_dropped_weights_are_numpys(backend: str) -> None:
    def run(name: str) -> numpy.ndarray:
        with ud.use_backend(name):
            ud.random.seed(1)
            layer = nn.MultiHeadAttention(U, 2, dropout=0.5, in_units=U, kdim=U, vdim=U)
            layer.initialize("xavier")
            with autograd.train_mode():
                return layer(np.array(arrays((B, T, U))[0])).asnumpy()

    assert_equal(run(backend), run("numpy"))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: nn.MultiHeadAttention(8, 3), "3 heads cannot share 8 units"),
        (lambda: nn.MultiHeadAttention(8, 0), "0 heads"),
        (lambda: nn.MultiHeadAttention(8, 4, num_key_heads=3), "3 heads of keys"),
        (lambda: nn.MultiHeadAttention(8, 2, dropout=1.5), "a probability"),
    ],
)
def test_wrong_sizes_are_told(make, text) -> None:
    with pytest.raises(ud.errors.ArgumentError, match=text):
        make()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"mask": (T, S + 1)}, "mask does not broadcast"),
        ({"mask": (3, T, S)}, "mask does not broadcast"),
        ({"key_mask": (B, T)}, "give booleans of shape"),
    ],
)
def test_wrong_masks_are_told(options, text, backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize()
    x, memory = map(np.array, arrays((B, T, U), (B, S, U)))
    masks = {name: np.ones(shape, dtype="bool") for name, shape in options.items()}
    with pytest.raises(ud.errors.ShapeError, match=text):
        layer(x, memory, **masks)


def test_masks_of_integers_are_refused(backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2)
    layer.initialize()
    with pytest.raises(ud.errors.DTypeError, match="booleans, or floats"):
        layer(np.ones((B, T, U)), mask=np.ones((T, T), dtype="int64"), is_causal=True)


def test_wrong_inputs_are_told(backend: str) -> None:
    layer = nn.MultiHeadAttention(U, 2, kdim=6)
    layer.initialize()
    with pytest.raises(ud.errors.ShapeError, match="batch, time, units"):
        layer(np.ones((3, U)))
    with pytest.raises(ud.errors.ShapeError, match=r"'key': .*in_units is 6"):
        layer(np.ones((B, T, U)))
    with pytest.raises(ud.errors.ShapeError, match="one batch size"):
        layer(np.ones((B, T, U)), np.ones((1, S, 6)))
