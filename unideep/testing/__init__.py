"""Checks for backends, ours and third parties': what they compute against NumPy in float64."""

from unideep.testing.cases import CASES as CASES, Case as Case, cases_of as cases_of
from unideep.testing.conformance import check as check, conformance as conformance
