"""Losses between sequences."""

# T time, N batch, K classes, L length of labels

from __future__ import annotations

from typing import Any

from unideep import ops
from unideep.dispatch import as_tensor
from unideep.errors import ShapeError, check_one_of
from unideep.loss.base import Loss
from unideep.rnn.common import check_lengths
from unideep.tensor import Tensor

__all__ = ["CTCLoss"]


class CTCLoss(Loss):
    """-log p(label), where nobody knows which step belongs to which label.

    Args:
        layout: "NTC" or "TNC", of pred.
        label_layout: "NT" or "TN".
        blank_label: The class that stands for no label: "last", with labels from 0 padded by -1,
            or "first", with labels from 1 padded by 0.

    Shape:
        pred (N, T, K) logits with the blank among the K, label (N, L), pred_lengths and
        label_lengths (N,) -> (N,). Without label_lengths the padding tells them.

    Raises:
        ShapeError: other axes, or lengths that do not lie within pred and label. In a compiled step
            nothing tells the values of lengths: they count as the nearest that is possible.

    Source:
        Graves et al., 2006, "Connectionist temporal classification".

    Example:
        >>> loss = gluon.loss.CTCLoss()
        >>> loss(np.zeros((1, 2, 3)), np.array([[0, -1]])).exp().round(2).tolist()
        [3.0]
    """

    def __init__(
        self,
        layout: str = "NTC",
        label_layout: str = "NT",
        weight: float | None = None,
        blank_label: str = "last",
    ) -> None:
        super().__init__(weight, 0)
        options = {
            "layout": (layout, ("NTC", "TNC")),
            "label_layout": (label_layout, ("NT", "TN")),
            "blank_label": (blank_label, ("first", "last")),
        }
        for name, (value, known) in options.items():
            check_one_of(name, value, known)
        self._layout, self._label_layout = layout, label_layout
        self._is_last = blank_label == "last"

    def forward(
        self,
        pred: Tensor,
        label: Any,
        pred_lengths: Any = None,
        label_lengths: Any = None,
        sample_weight: Any = None,
    ) -> Tensor:
        """The loss of each item."""
        label_NL = as_tensor(label, backend=pred._backend)
        self._check_axes(pred, label_NL)
        pred_TNK = ops.swapaxes(pred, 0, 1) if self._layout == "NTC" else pred
        label_NL = ops.swapaxes(label_NL, 0, 1) if self._label_layout == "TN" else label_NL
        label_NL = label_NL.astype("int64", copy=False)
        if label_lengths is None:
            label_lengths = ops.sum(label_NL >= int(not self._is_last), axis=1)
        else:
            label_lengths = check_lengths(
                label_lengths, pred_TNK, 0, label_NL.shape[1], "label_lengths"
            )
        if pred_lengths is not None:
            pred_lengths = check_lengths(pred_lengths, pred_TNK, 1, name="pred_lengths")
        blank = pred.shape[-1] - 1 if self._is_last else 0
        loss = ops.ctc_loss(pred_TNK, label_NL, pred_lengths, label_lengths, blank=blank)
        return self._reduce(loss, sample_weight)

    def _check_axes(self, pred: Tensor, label: Tensor) -> None:
        sizes = [
            dict(zip(layout, t.shape, strict=False)).get("N")
            for layout, t in ((self._layout, pred), (self._label_layout, label))
        ]
        if pred.ndim != 3 or label.ndim != 2 or sizes[0] != sizes[1]:
            raise ShapeError(
                f"pred has to be {self._layout}, and label {self._label_layout} of the same batch.",
                got=f"pred {pred.shape}, label {label.shape}",
            )

    def _facts(self) -> str:
        return f"{self._layout}, {self._label_layout}, weight={self._weight}"
