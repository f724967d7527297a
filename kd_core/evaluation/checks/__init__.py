"""Checks of what was measured: each has a code, and finds what a reader should look at before trusting a study."""

from kd_core.evaluation.checks.answers import low_agreement
from kd_core.evaluation.checks.finding import Check, Finding, filled, in_english
from kd_core.evaluation.checks.registry import BY_CODE, CHECKS, Checked, run_checks
from kd_core.evaluation.checks.view import StudyView

__all__ = [
    "BY_CODE",
    "CHECKS",
    "Check",
    "Checked",
    "Finding",
    "StudyView",
    "filled",
    "in_english",
    "low_agreement",
    "run_checks",
]
