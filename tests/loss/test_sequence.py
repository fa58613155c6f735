"""CTCLoss: PyTorch's values and gradients, layouts, lengths and padding, errors."""

import numpy
import pytest

from unideep import autograd, np
from unideep.errors import ArgumentError, ShapeError
from unideep.loss import CTCLoss

RNG = numpy.random.default_rng(0)
PRED = RNG.standard_normal((3, 8, 5)).astype("float32")
LABEL = numpy.array([[0, 1, 1], [3, -1, -1], [2, 2, -1]])
LENGTHS, COUNTS = numpy.array([8, 4, 6]), numpy.array([3, 1, 2])


@pytest.mark.parametrize(
    ("layout", "blank", "hybridized"),
    [
        ("NTC", "last", False),
        ("TNC", "last", False),
        ("NTC", "first", False),
        ("NTC", "last", True),
    ],
)
def test_equals_pytorchs(layout: str, blank: str, hybridized: bool, backend: str) -> None:
    torch = pytest.importorskip("torch")
    first, swap = blank == "first", layout == "TNC"
    x = torch.tensor(PRED, requires_grad=True)
    label = LABEL + 1 if first else LABEL  # padded by 0
    want = torch.nn.functional.ctc_loss(
        x.log_softmax(-1).swapaxes(0, 1), torch.tensor(label), torch.tensor(LENGTHS),
        torch.tensor(COUNTS), blank=0 if first else 4, reduction="none",
    )  # fmt: skip
    want.sum().backward()
    pred = np.array(PRED.swapaxes(0, 1) if swap else PRED)
    labels = np.array((label.T if swap else label).astype("float32"))  # as Gluon code has them
    pred.attach_grad()
    fn = CTCLoss(layout, "TN" if swap else "NT", blank_label=blank)
    if hybridized:
        fn.hybridize()
    for counts in (None, np.array(COUNTS))[: 2 - hybridized]:  # the padding tells them as well
        for _ in range(2):
            with autograd.record():
                loss = fn(pred, labels, np.array(LENGTHS), counts)
                total = loss.sum()
            total.backward()
        numpy.testing.assert_allclose(loss.asnumpy(), want.detach().numpy(), rtol=1e-5)
        grad = pred.grad.asnumpy()
        grad = grad.swapaxes(0, 1) if swap else grad
        numpy.testing.assert_allclose(grad, x.grad.numpy(), rtol=1e-5, atol=1e-5)


def test_without_lengths_all_steps_count_and_weights_hold(backend: str) -> None:
    pred, label = np.array(PRED), np.array(LABEL)
    plain = CTCLoss()(pred, label).asnumpy()
    given = CTCLoss()(pred, label, [8, 8, 8], [3, 1, 2]).asnumpy()
    numpy.testing.assert_allclose(given, plain, rtol=1e-6)
    weights = np.array([1.0, 0.0, 2.0])
    weighted = CTCLoss(weight=3.0)(pred, label, None, None, weights).asnumpy()
    numpy.testing.assert_allclose(weighted, plain * [3, 0, 6], rtol=1e-6)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((LABEL, [9, 8, 8]), "pred_lengths lie between 1 and 8"),
        ((LABEL, [0, 8, 8]), "pred_lengths lie between 1 and 8"),
        ((LABEL, None, [4, 1, 1]), "label_lengths lie between 0 and 3"),
        ((LABEL, None, [-1, 1, 1]), "label_lengths lie between 0 and 3"),
        ((LABEL, [8, 8]), "one length for each of 3"),
        ((LABEL[:2],), "pred has to be NTC"),
        ((LABEL[0],), "label NT"),
    ],
)
def test_wrong_lengths_and_axes_are_explained(args, text: str, backend: str) -> None:
    label, *rest = args
    with pytest.raises(ShapeError, match=text):
        CTCLoss()(np.array(PRED), np.array(label), *rest)


def test_unknown_layouts_are_refused() -> None:
    for options in ({"layout": "CNT"}, {"label_layout": "NTC"}, {"blank_label": "middle"}):
        with pytest.raises(ArgumentError, match=next(iter(options))):
            CTCLoss(**options)
