"""Update."""

from unideep.testing.cases.case import Case, N, P

CASES = [
    Case(op, (*([N(2, 3), N(4)] for _ in range(n)), *([P(2, 3), P(4)] for _ in range(p)), 0.1),
         {**own, **common}, differentiable=False)
    for op, n, p, own in (
        ("sgd_step", 2, 0, {}),
        ("sgd_momentum_step", 3, 0, {"momentum": 0.9}),
        ("adam_step", 3, 1, {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-8}),
        ("adamw_step", 3, 1, {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-6}),
    )
    for common in (
        {"wd": (0.0, 0.0), "lr_mult": (1.0, 1.0)},
        {"wd": (0.1, 0.0), "lr_mult": (1.0, 2.0), "rescale": 0.5, "clip": 0.3},
    )
]  # fmt: skip
