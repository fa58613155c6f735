"""Checks for backends, ours and third parties': what they compute against NumPy in float64."""

from unideep.testing.cases import CASES as CASES
from unideep.testing.cases import Case as Case
from unideep.testing.cases import cases_of as cases_of
from unideep.testing.conformance import check as check
from unideep.testing.conformance import conformance as conformance
