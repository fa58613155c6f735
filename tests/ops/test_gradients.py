"""The rules of the shared tape against finite differences, first and second order."""

import numpy
import pytest

import unideep as ud
from unideep import npx
from unideep.autograd import gradcheck
from unideep.autograd.shared import Var
from unideep.op import OPS
from unideep.testing import CASES, Case

# Steps have slope 0; a cast to float32 is too coarse for differences, conformance covers it.
# Of batch_norm_train's outputs only the first has a gradient: a test of its own.
EXEMPT = {"cast", "ceil", "custom_gradient", "floor", "rint", "sign", "trunc"}
ROUGH = {"batch_norm_train", "dropout"}
SMOOTH = [
    c
    for c in CASES
    if c.differentiable and c.op not in ROUGH and "dropout" not in c.attrs and c.slack < 100
]


@pytest.mark.parametrize("call", SMOOTH, ids=str)
def test_rules_match_finite_differences(call: Case) -> None:
    gradcheck(*call.of_floats(), order=2, tolerance=2e-4)


@pytest.mark.parametrize("shape", [(8, 3), (4, 3, 2, 2)])
def test_batch_norm_is_differentiated_through_its_statistics(shape: tuple[int, ...]) -> None:
    rng = numpy.random.default_rng(0)
    arrays = [rng.standard_normal(s) for s in (shape, 3, 3)]
    gradcheck(
        lambda x, gamma, beta: npx.batch_norm_train(x, gamma, beta)[0],
        arrays,
        order=2,
        tolerance=2e-4,
    )


def test_every_differentiable_primitive_has_a_case() -> None:
    covered = set(_ops_run_by(SMOOTH))
    ruled = {op.name for op in OPS.values() if op.gradients}
    missing = sorted(ruled - covered - EXEMPT)
    assert not missing, f"no gradient case runs {missing}"


def _ops_run_by(cases: list[Case]) -> set[str]:
    """The names of all ops that a recording of these cases hangs on the tape."""
    names: set[str] = set()
    for case in cases:
        function, floats = case.of_floats()
        xs = [ud.np.array(a) for a in floats]
        for x in xs:
            x.attach_grad()
        with ud.autograd.record():
            out = function(*xs)
        stack = [out._node]
        while stack:
            var = stack.pop()
            if isinstance(var, Var) and var.node is not None:
                names.add(var.node.op.name)
                stack += var.node.inputs
    return names
