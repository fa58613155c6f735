"""GPT: the logits of `transformers`' GPT-2, sizes, generation, training, errors."""

import numpy
import pytest

import unideep as ud
from unideep import gluon, np
from unideep.errors import ArgumentError, DTypeError, ShapeError
from unideep.model_zoo import get_model
from unideep.model_zoo.gpt import GPT

SIZES = {"vocabulary": 50, "max_length": 24, "units": 32, "num_layers": 2, "num_heads": 2}
PROMPT = [[1, 2, 3], [4, 5, 6]]


def made(**options) -> GPT:
    net = GPT(**(SIZES | options))
    net.initialize("xavier")
    return net


def gpt2():
    """A small GPT-2 of `transformers` with random weights, and these by our names."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    config = transformers.GPT2Config(
        vocab_size=50, n_positions=24, n_embd=32, n_layer=2, n_head=2, initializer_range=0.3,
        bos_token_id=None, eos_token_id=None,
    )  # fmt: skip
    module = transformers.GPT2LMHeadModel(config).eval()
    for name, p in module.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.normal_(p)
    theirs = {name: p.detach().numpy() for name, p in module.transformer.named_parameters()}
    ours = {
        "embedding.weight": theirs["wte.weight"], "positions.weight": theirs["wpe.weight"],
        **renamed(theirs, "ln_f.", "decoder.norm."),
    }  # fmt: skip
    for i in range(2):
        here, there = f"decoder.layers.{i}.", f"h.{i}."
        for part, values in renamed(theirs, f"{there}attn.c_attn.", "").items():
            for name, value in zip(("query", "key", "value"), numpy.split(values, 3), strict=True):
                ours[f"{here}attention.{name}.{part}"] = value
        for their, our in {
            "ln_1": "attention_norm", "attn.c_proj": "attention.out", "ln_2": "feed_forward_norm",
            "mlp.c_fc": "feed_forward.hidden", "mlp.c_proj": "feed_forward.out",
        }.items():  # fmt: skip
            ours |= renamed(theirs, f"{there}{their}.", f"{here}{our}.")
    return module, ours, torch


def renamed(found: dict, prefix: str, new: str) -> dict:
    """Weights and biases of one layer: theirs are (inputs, outputs), and norms have γ and β."""
    weight, bias = found[f"{prefix}weight"], found[f"{prefix}bias"]
    if weight.ndim == 1:
        return {f"{new}gamma": weight, f"{new}beta": bias}
    return {f"{new}weight": weight.T, f"{new}bias": bias}


def test_logits_and_text_are_those_of_transformers(backend: str) -> None:
    module, weights, torch = gpt2()
    net = GPT(**SIZES)
    net.load_dict(weights)
    tokens = numpy.random.default_rng(0).integers(0, 50, (2, 9))
    with torch.no_grad():
        want = module(torch.tensor(tokens)).logits.numpy()
        text = module.generate(torch.tensor(tokens), max_new_tokens=6, do_sample=False)
    numpy.testing.assert_allclose(net(np.array(tokens)).asnumpy(), want, rtol=1e-4, atol=1e-4)
    assert net.generate(tokens, 6, temperature=0).asnumpy().tolist() == text.tolist()


def test_size_of_gpt2_small_without_its_weights() -> None:
    net = get_model("gpt")
    assert sum(numpy.prod(p.shape) for p in net.collect_params().values()) == 124_439_808


def test_weights_begin_as_those_of_gpt2() -> None:
    net = made(units=64, num_layers=8)
    for name, p in net.collect_params(r".*weight").items():
        sigma = 0.01 if "positions" in name else 0.005 if name.endswith("out.weight") else 0.02
        numpy.testing.assert_allclose(p.data().asnumpy().std(), sigma, rtol=0.06, err_msg=name)
    for name, p in net.collect_params(r".*(bias|beta)").items():
        assert not p.data().asnumpy().any(), name


def test_greedy_text_is_the_same_with_and_without_a_cache(installed: list[str]) -> None:
    texts = []
    for name in installed:
        with ud.use_backend(name):
            ud.random.seed(0)
            net = made(dropout=0.5)
            texts.append(net.generate(PROMPT, 8, temperature=0).asnumpy().tolist())
            texts.append(net.generate(PROMPT, 8, temperature=0, use_cache=False).asnumpy().tolist())
    assert texts == [texts[0]] * len(texts)
    assert numpy.shape(texts[0]) == (2, 11) and [t[:3] for t in texts[0]] == PROMPT


def test_tokens_that_a_narrow_prompt_could_not_hold(backend: str) -> None:
    net = made(vocabulary=300)
    text = net.generate(np.array(PROMPT, "uint8"), 6, temperature=0)
    assert text.dtype == "int64"
    assert text.asnumpy().tolist() == net.generate(PROMPT, 6, temperature=0).asnumpy().tolist()


def test_a_hybridized_net_generates_the_same_and_is_compiled_once(backend: str) -> None:
    if backend == "torch":
        pytest.skip("Inductor takes long, and compiled generation is tested in tests/nn")
    net = made()
    want = net.generate(PROMPT, 8, temperature=0).asnumpy().tolist()
    net.hybridize()
    for _ in range(2):
        assert net.generate(PROMPT, 8, temperature=0).asnumpy().tolist() == want
    assert net.explain().retraces == 1  # the prompt, and then each token


def test_narrow_choices_are_greedy(backend: str) -> None:
    net = made()
    want = net.generate(PROMPT, 4, temperature=0).asnumpy().tolist()
    for narrow in ({"top_k": 1}, {"top_p": 1e-6}, {"temperature": 1e-6}):
        assert net.generate(PROMPT, 4, **narrow).asnumpy().tolist() == want


def test_draws_are_of_the_seed_and_of_the_most_probable(backend: str) -> None:
    net = made()
    logits = net(np.array(PROMPT))[:, -1].asnumpy()
    best = numpy.argsort(-logits)[:, :5]
    drawn = [net.generate(PROMPT, 1, top_k=5)[:, -1].asnumpy() for _ in range(20)]
    assert all(token in best[i] for pair in drawn for i, token in enumerate(pair))
    assert len({int(pair[0]) for pair in drawn}) > 1
    texts = []
    for _ in range(2):
        ud.random.seed(3)
        texts.append(net.generate(PROMPT, 6, top_p=0.9).asnumpy().tolist())
    assert texts[0] == texts[1]


def test_trains_and_comes_back(learns, comes_back, backend: str) -> None:
    small = {"units": 16, "num_layers": 1, "dropout": 0.0}  # for Inductor, which takes long
    net = made(**small)
    loss_fn = gluon.loss.SoftmaxCrossEntropyLoss()
    x = np.array(numpy.tile(numpy.arange(8), (4, 1)))
    learns(net, lambda x, y: loss_fn(net(x), y).mean(), x[:, :-1], x[:, 1:])
    comes_back(net, GPT(**(SIZES | small)), x)


def test_errors(backend: str) -> None:
    net = made()
    with pytest.raises(ShapeError, match=r"ends at position 25, and the table at 24"):
        net(np.zeros((1, 25), dtype="int32"))
    with pytest.raises(ShapeError, match=r"from one token at least[\s\S]*\(1, 0\)"):
        net.generate([[]], 3)
    with pytest.raises(ShapeError, match=r"ends at 24[\s\S]*22 more"):
        net.generate(PROMPT, 22)
    with pytest.raises(ShapeError, match=r"tokens\[None\]"):
        net(np.array([1, 2]))
    with pytest.raises(DTypeError, match=r"integers[\s\S]*float32"):
        net(np.ones((1, 2)))
    for bad in (50, -1):
        with pytest.raises(ArgumentError, match=r"the tokens 0 to 49[\s\S]*" + str(bad)):
            net(np.array([[3, bad]]))
        with pytest.raises(ArgumentError, match=r"0 to 49"):
            net.generate([[bad]], 1)
    for wrong in ({"temperature": -1}, {"top_k": -1}, {"top_p": 0}, {"length": -1}):
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            net.generate(PROMPT, **({"length": 2} | wrong))
