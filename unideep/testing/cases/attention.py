"""Attention."""

from unideep.testing.cases.case import B, Case, N, attrs

_QKV = (N(2, 3, 4, 5), N(2, 3, 6, 5), N(2, 3, 6, 7))  # (B, H, T, D), (B, H, S, D), (B, H, S, E)

CASES = [
    *attrs("masked_softmax", (N(3, 4, 5), B(4, 5)), {}, {"axis": 0}),
    *attrs("attention_weights", _QKV[:2], {"scale": 0.5}, {"is_causal": True}),
    Case("attention_weights", (*_QKV[:2], N(4, 6), B(2, 1, 1, 6)), {"is_causal": True}),
    *attrs("attend", _QKV, {}, {"is_causal": True}, {"scale": 0.3}),
    *attrs("attend", (*_QKV, None, B(2, 1, 4, 6)), {}, {"is_causal": True}),
    Case("attend", (*_QKV, N(3, 4, 6))),
    Case("attend", (*_QKV, N(3, 1, 6), B(4, 1)), {"is_causal": True}),
    Case("attend", (*_QKV, None, B(2, 1, 1, 6), B(2, 3, 4, 6)), {"keep": 0.5}),
    *attrs("scaled_dot_product_attention", _QKV, {}, {"dropout": 0.4, "is_causal": True}),
    *attrs("scaled_dot_product_attention", (N(2, 4, 3, 5), N(2, 2, 6, 5), N(2, 2, 6, 7)), {}),
    *attrs("scaled_dot_product_attention", (*_QKV, B(4, 6)), {}, {"scale": 2.0}),
]
