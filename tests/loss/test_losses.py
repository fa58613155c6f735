"""Losses: formulas, reductions, and wrong shapes that would have broadcast."""

import numpy
import pytest

from unideep import autograd, gluon, np
from unideep.errors import ArgumentError, ShapeError

RNG = numpy.random.default_rng(0)
PRED, LABEL = RNG.standard_normal((4, 3)), RNG.standard_normal((4, 3))


def log_softmax(x: numpy.ndarray) -> numpy.ndarray:
    return x - numpy.log(numpy.exp(x).sum(-1, keepdims=True))


def test_formulas(backend: str) -> None:
    p, t = np.array(PRED), np.array(LABEL)
    classes = numpy.array([0, 2, 1, 2])
    prob = 1 / (1 + numpy.exp(-PRED))
    target = numpy.abs(LABEL) / 3
    bce = -(target * numpy.log(prob) + (1 - target) * numpy.log(1 - prob))
    want = {
        "L2Loss": (((PRED - LABEL) ** 2).mean(1) / 2, (p, t)),
        "L1Loss": (numpy.abs(PRED - LABEL).mean(1), (p, t)),
        "SoftmaxCELoss": (-log_softmax(PRED)[range(4), classes], (p, np.array(classes))),
        "SigmoidBCELoss": (bce.mean(1), (p, np.array(target))),
    }
    for name, (value, args) in want.items():
        loss = getattr(gluon.loss, name)()(*args)
        assert loss.shape == (4,)
        numpy.testing.assert_allclose(loss.asnumpy(), value, rtol=1e-9, err_msg=name)


def test_options_of_the_cross_entropies(backend: str) -> None:
    p = np.array(PRED)
    classes = np.array([0.0, 2.0, 1.0, 2.0])  # whole floats, as Gluon code has them
    sparse = gluon.loss.SoftmaxCELoss()(p, classes).asnumpy()
    dense = gluon.loss.SoftmaxCELoss(sparse_label=False)(p, np.array(numpy.eye(3)[[0, 2, 1, 2]]))
    given = gluon.loss.SoftmaxCELoss(from_logits=True)(np.array(log_softmax(PRED)), classes)
    for other in (dense, given):
        numpy.testing.assert_allclose(other.asnumpy(), sparse, rtol=1e-6)
    weighted = gluon.loss.SoftmaxCELoss(weight=2.0)(p, classes, np.array([1.0, 0, 0, 1]))
    numpy.testing.assert_allclose(weighted.asnumpy(), sparse * [2, 0, 0, 2], rtol=1e-6)
    target = np.array((LABEL > 0).astype("float64"))
    plain = gluon.loss.SigmoidBCELoss()(p, target).asnumpy()
    probs = gluon.loss.SigmoidBCELoss(from_sigmoid=True)(1 / (1 + np.exp(-p)), target).asnumpy()
    one = gluon.loss.SigmoidBCELoss()(p, target, None, np.array([1.0, 1.0, 1.0])).asnumpy()
    numpy.testing.assert_allclose(probs, plain, rtol=1e-6)
    numpy.testing.assert_allclose(one, plain, rtol=1e-6)


def test_images_of_classes_are_averaged(backend: str) -> None:
    pred = np.array(RNG.standard_normal((2, 3, 4, 4)))
    label = np.array(RNG.integers(0, 3, (2, 4, 4)))
    assert gluon.loss.SoftmaxCELoss(axis=1)(pred, label).shape == (2,)


@pytest.mark.parametrize(
    "name",
    ["HingeLoss", "HuberLoss", "KLDivLoss", "L1Loss", "L2Loss", "LogisticLoss", "PoissonNLLLoss",
     "SigmoidBCELoss", "SoftmaxCELoss"],
)  # fmt: skip
def test_labels_that_would_broadcast_are_refused(name: str, backend: str) -> None:
    loss = getattr(gluon.loss, name)()
    pred = np.ones((4, 3)) if name == "SoftmaxCELoss" else np.ones(4)
    label = np.ones((4, 1), dtype="int64") if name == "SoftmaxCELoss" else np.ones((4, 4))
    with pytest.raises(ShapeError, match=r"\(4, "):
        loss(pred, label)


def test_shapes_that_do_not_fit_are_refused(backend: str) -> None:
    x, column, line = np.ones((4, 3)), np.ones((4, 1)), np.ones(4)
    with pytest.raises(ShapeError, match=r"label \(3,\)"):
        gluon.loss.CosineEmbeddingLoss()(x, x, np.ones(3))
    with pytest.raises(ShapeError, match=r"label \(4, 1\)"):
        gluon.loss.TripletLoss()(x, x, column)
    with pytest.raises(ShapeError, match=r"loss \(4, 1\), weighted \(4, 4\)"):
        gluon.loss.L2Loss()(column, column, line)


def test_options_out_of_range_are_refused() -> None:
    with pytest.raises(ArgumentError, match="label_smoothing is 2"):
        gluon.loss.SoftmaxCELoss(label_smoothing=2)
    with pytest.raises(ArgumentError, match="'sign'"):
        gluon.loss.LogisticLoss(label_format="sign")


def test_slopes_at_the_edges_are_finite(backend: str) -> None:
    x = np.zeros((2, 3))
    x.attach_grad()
    with autograd.record():
        near = gluon.loss.CosineEmbeddingLoss()(x, np.ones((2, 3)), np.ones(2)).sum()
        counts = gluon.loss.PoissonNLLLoss(compute_full=True)(x, np.zeros((2, 3))).sum()
        total = near + counts + gluon.loss.KLDivLoss()(x, np.zeros((2, 3))).sum()
    total.backward()
    assert numpy.isfinite(x.grad.asnumpy()).all()


def test_one_column_counts_as_a_vector(backend: str) -> None:
    """Gluon reshapes the label to the prediction: (B, 1) against (B,) is one label each."""
    loss = gluon.loss.L2Loss()(np.ones((4, 1)), np.zeros(4))
    assert loss.tolist() == [0.5] * 4


def test_a_large_logit_does_not_overflow(backend: str) -> None:
    x = np.array([[1000.0, -1000.0]])
    x.attach_grad()
    with autograd.record():
        loss = gluon.loss.SigmoidBCELoss()(x, np.array([[1.0, 0.0]]))
    loss.backward()
    assert loss.item() == 0
    assert numpy.isfinite(x.grad.asnumpy()).all()
