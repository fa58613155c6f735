"""Losses: PyTorch's values and gradients."""

import numpy
import pytest

import unideep as ud
from unideep import autograd, np
from unideep.gluon import loss

RNG = numpy.random.default_rng(0)
X, Y, Z = RNG.standard_normal((3, 4, 5))
SIGN = numpy.where(RNG.random((4, 5)) < 0.5, -1.0, 1.0)
COUNT = RNG.poisson(2.0, (4, 5)).astype("float64")
P = numpy.exp(Y) / numpy.exp(Y).sum(1, keepdims=True)
CLASS = RNG.integers(0, 5, 4)

# our loss, its arguments, and the same of PyTorch's, with F = torch.nn.functional
LOSSES = [
    (loss.L2Loss(), (X, Y), "F.mse_loss(x, y, reduction='none') / 2"),
    (loss.L1Loss(), (X, Y), "F.l1_loss(x, y, reduction='none')"),
    (loss.HuberLoss(), (X, Y), "F.smooth_l1_loss(x, y, reduction='none')"),
    (loss.HuberLoss(0.3), (X, Y), "F.smooth_l1_loss(x, y, beta=0.3, reduction='none')"),
    (loss.KLDivLoss(), (X, P), "F.kl_div(x, y, reduction='none')"),
    (loss.KLDivLoss(False), (X, P), "F.kl_div(x.log_softmax(-1), y, reduction='none')"),
    (loss.KLDivLoss(False, 0), (X, P), "F.kl_div(x.log_softmax(0), y, reduction='none')"),
    (loss.HingeLoss(), (X, SIGN), "(1 - x * y).relu()"),
    (loss.SquaredHingeLoss(0.5), (X, SIGN), "(0.5 - x * y).relu() ** 2"),
    (loss.LogisticLoss(), (X, SIGN), "F.soft_margin_loss(x, y, reduction='none')"),
    (loss.LogisticLoss(label_format="binary"), (X, (SIGN + 1) / 2),
     "F.soft_margin_loss(x, 2 * y - 1, reduction='none')"),
    (loss.TripletLoss(3), (X, Y, Z), "(((x - y) ** 2 - (x - z) ** 2).sum(1) + 3).relu()"),
    (loss.CosineEmbeddingLoss(), (X, Y, SIGN[:, 0]),
     "F.cosine_embedding_loss(x, y, z, reduction='none')"),
    (loss.CosineEmbeddingLoss(margin=-0.5), (X, Y, -SIGN[:, 0]),
     "F.cosine_embedding_loss(x, y, z, margin=-0.5, reduction='none')"),
    (loss.SDMLLoss(0.2), (X, Y),
     "F.kl_div((-((x[:, None] - y) ** 2).sum(2)).log_softmax(1), "
     "torch.full((4, 4), 0.2 / 3, dtype=x.dtype).fill_diagonal_(0.8), reduction='none').sum(1)"),
    (loss.PoissonNLLLoss(), (X, COUNT), "F.poisson_nll_loss(x, y, reduction='none')"),
    (loss.PoissonNLLLoss(compute_full=True), (X, COUNT),
     "F.poisson_nll_loss(x, y, full=True, reduction='none')"),
    (loss.PoissonNLLLoss(from_logits=False), (P, COUNT),
     "F.poisson_nll_loss(x, y, log_input=False, reduction='none')"),
    (loss.SoftmaxCELoss(label_smoothing=0.1), (X, CLASS),
     "F.cross_entropy(x, y, label_smoothing=0.1, reduction='none')"),
    (loss.SoftmaxCELoss(sparse_label=False, label_smoothing=0.1), (X, P),
     "F.cross_entropy(x, y, label_smoothing=0.1, reduction='none')"),
    (loss.SoftmaxCELoss(from_logits=True, label_smoothing=0.2), (X, CLASS),
     "F.nll_loss(0.8 * x + 0.2 * x.mean(1, keepdim=True), y, reduction='none')"),
]  # fmt: skip


@pytest.mark.parametrize(("fn", "arrays", "theirs"), LOSSES, ids=lambda v: str(v)[:60])
def test_equals_pytorchs(fn, arrays, theirs: str, backend: str) -> None:
    torch = pytest.importorskip("torch")
    x, *others = map(torch.tensor, arrays)
    x.requires_grad_()
    names = dict(zip("yz", others, strict=False))
    want = eval(theirs, {"torch": torch, "F": torch.nn.functional, "x": x, **names})
    want = want.mean(1) if want.ndim > 1 else want
    weights = numpy.arange(1.0, 5.0)
    (want * torch.tensor(weights)).sum().backward()
    pred, *labels = map(np.array, arrays)
    pred.attach_grad()
    with autograd.record():
        y = fn(pred, *labels)
        total = (y * np.array(weights)).sum()
    total.backward()
    assert y.shape == (4,)
    numpy.testing.assert_allclose(y.asnumpy(), want.detach().numpy(), rtol=1e-7, atol=1e-9)
    numpy.testing.assert_allclose(pred.grad.asnumpy(), x.grad.numpy(), rtol=1e-7, atol=1e-9)


def test_weights_hold_for_each(backend: str) -> None:
    for fn, arrays, _ in LOSSES:
        rows = arrays[0].shape[0]
        name = type(fn).__name__
        pred, *labels = map(np.array, arrays)
        plain = fn(pred, *labels).asnumpy()
        fn._weight, before = 2.0, fn._weight
        column = labels[-1].ndim == 2 and name not in ("SDMLLoss", "TripletLoss")
        weights = numpy.arange(1.0, rows + 1)
        shaped = weights[:, None] if column else weights
        got = fn(pred, *labels, np.array(shaped)).asnumpy()
        fn._weight = before
        factor = 2.0 / (before or 1.0)
        numpy.testing.assert_allclose(got, factor * weights * plain, rtol=1e-9, err_msg=name)


def test_another_batch_axis(backend: str) -> None:
    arrays = [np.array(a) for a in (X, Y, Z)]
    for kind, n in ((loss.HuberLoss, 2), (loss.HingeLoss, 2), (loss.TripletLoss, 3)):
        want = kind(batch_axis=0)(*arrays[:n])
        got = kind(batch_axis=1)(*(a.T for a in arrays[:n]))
        numpy.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=1e-9)


def test_compiled_in_one_step(backend: str) -> None:
    tensors = [tuple(map(np.array, arrays)) for _, arrays, _ in LOSSES]
    for pred, *_ in tensors:
        pred.attach_grad()

    def step():
        with autograd.record():
            found = [fn(*args).mean() for (fn, *_), args in zip(LOSSES, tensors, strict=True)]
            total = np.stack(found).sum()
        total.backward()
        return [t * 1 for t in (*found, *(args[0].grad for args in tensors))]

    eager = [t.asnumpy() for t in step()]
    program = ud.compile(step)
    program()
    for got, want in zip(program(), eager, strict=True):
        numpy.testing.assert_allclose(got.asnumpy(), want, rtol=1e-9, atol=1e-12)
