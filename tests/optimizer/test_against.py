"""Optimizers against `torch.optim`, or against the paper's formulas in NumPy, over ten steps."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, gluon, np

RANDOM = numpy.random.default_rng(3)
START = [RANDOM.standard_normal((3, 2)), numpy.zeros((2,))]
TARGETS = RANDOM.standard_normal((10, 2))  # the loss is Σ (w - target)² / 2: gradients depend on w


def lamb(w, g, t, state, lr, wd, b1=0.9, b2=0.999, eps=1e-6):
    m = state["m"] = b1 * state.get("m", 0) + (1 - b1) * g
    v = state["v"] = b2 * state.get("v", 0) + (1 - b2) * g**2
    r = m / (1 - b1**t) / (numpy.sqrt(v / (1 - b2**t)) + eps) + wd * w
    norm = numpy.linalg.norm(w)
    return w - lr * (norm / numpy.linalg.norm(r) if norm else 1.0) * r


def lion(w, g, t, state, lr, wd, b1=0.9, b2=0.99):
    m = state.get("m", 0)
    state["m"] = b2 * m + (1 - b2) * g
    return w - lr * (numpy.sign(b1 * m + (1 - b1) * g) + wd * w)


def signum(w, g, t, state, lr, wd, mu=0.9):
    m = state["m"] = mu * state.get("m", 0) + (1 - mu) * (g + wd * w)
    return w - lr * numpy.sign(m)


def ftrl(w, g, t, state, lr, wd, l1=0.01, beta=1.0):
    z, n = state.get("z", 0), state.get("n", 0)
    state["n"] = n + g**2
    root = numpy.sqrt(state["n"])
    z = state["z"] = z + g - (root - numpy.sqrt(n)) / lr * w
    return numpy.where(abs(z) > l1, (numpy.sign(z) * l1 - z) / ((beta + root) / lr + wd), 0)


def adabelief(w, g, t, state, lr, wd, b1=0.9, b2=0.999, eps=1e-6):
    g = g + wd * w
    m = state["m"] = b1 * state.get("m", 0) + (1 - b1) * g
    s = state["s"] = b2 * state.get("s", 0) + (1 - b2) * (g - m) ** 2 + eps
    return w - lr * m / (1 - b1**t) / (numpy.sqrt(s / (1 - b2**t)) + eps)


def ftml(w, g, t, state, lr, wd, b1=0.6, b2=0.999, eps=1e-8):
    g = g + wd * w
    v = state["v"] = b2 * state.get("v", 0) + (1 - b2) * g**2
    d = (1 - b1**t) / lr * (numpy.sqrt(v / (1 - b2**t)) + eps)
    sigma = d - b1 * state.get("d", 0)
    z = b1 * state.get("z", 0) + (1 - b1) * g - sigma * w
    state.update(d=d, z=z)
    return -z / d


def lars(w, g, t, state, lr, wd, eta=0.001, mu=0.0):
    norm, slope = numpy.linalg.norm(w), numpy.linalg.norm(g)
    trust = 1.0 if w.ndim < 2 else eta * norm / (slope + wd * norm + 1e-8)
    m = state["m"] = mu * state.get("m", 0) - lr * trust * (g + wd * w)
    return w + m


FORMULAS = {
    "lamb": lamb, "lion": lion, "signum": signum, "ftrl": ftrl, "adabelief": adabelief,
    "ftml": ftml, "lars": lars,
}  # fmt: skip
TORCH = {
    "nag": ("SGD", {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": ("RMSprop", {"gamma1": 0.8, "epsilon": 1e-8}, {"alpha": 0.8, "eps": 1e-8}),
    "rmsprop centered": (
        "RMSprop",
        {"rho": 0.8, "centered": True, "epsilon": 1e-14},  # inside the root here, outside there
        {"alpha": 0.8, "centered": True, "momentum": 0.9, "eps": 1e-14},
    ),
    "adagrad": ("Adagrad", {"epsilon": 1e-6}, {"eps": 1e-6}),
    "adadelta": ("Adadelta", {"rho": 0.8}, {"rho": 0.8}),
    "adamax": ("Adamax", {}, {}),
    "nadam": ("NAdam", {}, {}),
}
OTHERS: list[tuple[str, dict]] = [
    *((name, {}) for name in FORMULAS),
    ("rmsprop", {"clip_weights": 0.1}),
    ("lamb", {"lower_bound": 0.5, "upper_bound": 0.6}),
    ("lamb", {"bias_correction": False}),
    ("signum", {"momentum": 0.0, "wd_lh": 0.1}),
    ("adabelief", {"correct_bias": False}),
    ("lars", {"momentum": 0.9, "eta": 0.1}),
    ("sgld", {}),
]
COMMON = {"learning_rate": 0.05, "wd": 0.1}


def train(
    cases: list[tuple[str, dict]], compiled: bool = False, dtype: str = "float64", file=None
) -> list[list[numpy.ndarray]]:
    """For each optimizer the weights after ten steps, all in one function (one program).

    With `file`, the state of the first goes through it halfway.
    """
    nets, trainers = [], []
    for name, options in cases:
        net = [gluon.Parameter(shape=w.shape, dtype=dtype, init=ud.init.Constant(w)) for w in START]
        for w in net:
            w.initialize()
        nets.append(net)
        trainers.append(gluon.Trainer(net, name, {**COMMON, **options}))

    def step(x):
        with autograd.record():
            loss = sum(((w.data() - x) ** 2).sum() for net in nets for w in net) / 2
        loss.backward()
        for trainer in trainers:
            trainer.step(1)

    step = ud.compile(step) if compiled else step
    for i, x in enumerate(TARGETS):
        if i == 5 and file is not None:
            trainers[0].save_states(file)
            trainers[0] = gluon.Trainer(nets[0], cases[0][0], {**COMMON, **cases[0][1]})
            trainers[0].load_states(file)
        step(np.array(x, dtype=dtype))
    assert all(trainer.num_update == len(TARGETS) for trainer in trainers)
    return [[w.data().asnumpy() for w in net] for net in nets]


def by_torch(name: str) -> list[numpy.ndarray]:
    torch = pytest.importorskip("torch")
    theirs, _, options = TORCH[name]
    weights = [torch.nn.Parameter(torch.tensor(w)) for w in START]
    optimizer = getattr(torch.optim, theirs)(weights, lr=0.05, weight_decay=0.1, **options)
    for x in TARGETS:
        optimizer.zero_grad()
        (sum(((w - torch.tensor(x)) ** 2).sum() for w in weights) / 2).backward()
        optimizer.step()
    return [w.detach().numpy() for w in weights]


def by_formula(name: str) -> list[numpy.ndarray]:
    weights, states = [w.copy() for w in START], [{} for _ in START]
    for t, x in enumerate(TARGETS, 1):
        for i, state in enumerate(states):
            w = weights[i]
            weights[i] = FORMULAS[name](w, w - x, t, state, 0.05, 0.1)
    return weights


def assert_close(got, want, rtol: float = 1e-6, atol: float = 1e-7) -> None:
    for a, b in zip(got, want, strict=True):
        numpy.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


@pytest.mark.parametrize("name", TORCH)
def test_like_torch(name: str, backend: str) -> None:
    assert_close(train([(name.split()[0], TORCH[name][1])])[0], by_torch(name))


@pytest.mark.parametrize("name", FORMULAS)
def test_like_the_paper(name: str, backend: str) -> None:
    assert_close(train([(name, {})])[0], by_formula(name), 1e-9, 1e-12)


def test_compiled_steps_compute_the_same(backend: str) -> None:
    cases = [*((n.split()[0], options) for n, (_, options, _) in TORCH.items()), *OTHERS]
    ud.random.seed(0)
    compiled = train(cases, compiled=True)
    for case, got in zip(cases, compiled, strict=True):
        ud.random.seed(0)
        assert_close(got, train([case])[0], 1e-9, 1e-12)
    clipped = compiled[cases.index(("rmsprop", {"clip_weights": 0.1}))]
    assert max(abs(w).max() for w in clipped) <= 0.1


@pytest.mark.parametrize("name", sorted({*(n.split()[0] for n in TORCH), *FORMULAS}))
def test_states_survive_a_file_and_float32_stays(name: str, backend: str, tmp_path) -> None:
    (want,) = train([(name, {})], dtype="float32")
    (got,) = train([(name, {})], dtype="float32", file=tmp_path / "states")
    assert {str(a.dtype) for a in got} == {"float32"}
    assert_close(got, want, 1e-5, 1e-6)


@pytest.mark.parametrize("name", ["adagrad", "nadam", "lamb"])
def test_rescaled_clipped_and_with_a_rate_of_its_own(name: str, backend: str) -> None:
    def after(gradient: float, **options: float) -> tuple[float, float]:
        pair = [gluon.Parameter(shape=(1,), dtype="float64", init="ones") for _ in range(2)]
        for w in pair:
            w.initialize()
        pair[1].lr_mult = 0.5
        trainer = gluon.Trainer(pair, name, {"learning_rate": 0.1, **options})
        for _ in range(2):
            with autograd.record():
                loss = sum(w.data() * gradient for w in pair)
            loss.backward()
            trainer.step(4)
        return pair[0].data().item(), pair[1].data().item()

    clipped = after(8.0, clip_gradient=0.5)
    numpy.testing.assert_allclose(clipped, after(2.0), rtol=1e-12)
    assert 1 - clipped[0] > 1.5 * (1 - clipped[1]) > 0


def test_sgld_takes_half_a_step_and_adds_noise_of_the_rate(backend: str) -> None:
    def after(gradient: float, name: str = "sgld", rate: float = 0.04) -> numpy.ndarray:
        ud.random.seed(0)
        w = gluon.Parameter(shape=(100, 100), init="ones")
        w.initialize()
        trainer = gluon.Trainer([w], name, {"learning_rate": rate, "wd": 0.5})
        with autograd.record():
            loss = (w.data() * gradient).sum()
        loss.backward()
        trainer.step(1)
        return w.data().asnumpy()

    noise = after(2.0) - after(2.0, "sgd", 0.02)
    assert abs(noise.mean()) < 0.01 and abs(noise.std() - 0.2) < 0.01
    numpy.testing.assert_allclose(after(2.0) - after(1.0), -0.02, atol=1e-6)
    with ud.use_backend("numpy"):
        numpy.testing.assert_allclose(after(2.0), noise + after(2.0, "sgd", 0.02), atol=1e-5)


def test_lars_moves_a_weight_of_zeros(backend: str) -> None:
    w = gluon.Parameter(shape=(2, 2), dtype="float64", init="zeros")
    w.initialize()
    trainer = gluon.Trainer([w], "lars", {"learning_rate": 0.1})
    with autograd.record():
        loss = (w.data() * 3).sum()
    loss.backward()
    trainer.step(1)
    numpy.testing.assert_allclose(w.data().asnumpy(), -0.3)
