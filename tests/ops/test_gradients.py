"""The rules of the shared tape against finite differences, first and second order."""

import pytest

import unideep as ud
from unideep.autograd import gradcheck
from unideep.autograd.tape import Var
from unideep.op import OPS
from unideep.testing import CASES, Case

# Steps have slope 0; a cast to float32 is too coarse for differences, conformance covers it.
EXEMPT = {"cast", "ceil", "custom_gradient", "floor", "rint", "sign", "trunc"}
SMOOTH = [
    c
    for c in CASES
    if c.differentiable and c.op != "dropout" and "dropout" not in c.attrs and c.slack < 100
]


@pytest.mark.parametrize("call", SMOOTH, ids=str)
def test_rules_match_finite_differences(call: Case) -> None:
    gradcheck(*call.of_floats(), order=2, tolerance=2e-4)


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
                stack += var.node.inputs()
    return names
