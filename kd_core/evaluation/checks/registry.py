"""All checks, in the order of their codes, and running them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kd_core.evaluation.checks import answers, compression, data, standing, teaching, timing, training
from kd_core.evaluation.checks.finding import Check, Finding
from kd_core.evaluation.checks.view import StudyView

CHECKS: tuple[Check, ...] = (
    teaching.without_twin,
    data.leaked_split,
    data.selected_on_copies,
    data.two_labels,
    compression.not_stripped,
    compression.no_smaller,
    answers.rounded_away,
    timing.int8_slower,
    answers.other_answers,
    answers.worse_calibrated,
    teaching.student_beats_teacher,
    teaching.unrecorded_recipe,
    training.selected_elsewhere,
    data.few_test_pictures,
    timing.other_machine,
    timing.machines_mixed,
    timing.other_file,
    standing.older_than_source,
    standing.other_data,
    standing.settings_changed,
    teaching.probabilities,
    teaching.tiny_divergence,
    teaching.unequal_twin,
    training.selection_unknown,
    training.selected_otherwise,
    training.cut_short,
    training.not_a_number,
    compression.sparsity_lost,
    compression.other_precision,
    compression.missing_source,
    answers.guessing,
    answers.other_pictures,
)
BY_CODE = {check.code: check for check in CHECKS}


@dataclass(frozen=True)
class Checked:
    """What came of all checks: the findings, errors first, and a sentence for everything that could not be read."""

    findings: tuple[Finding, ...]
    problems: tuple[str, ...]

    def count(self, severity: str) -> int:
        """Return how many findings are of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


def run_checks(view: StudyView, checks: Sequence[Check] = CHECKS) -> Checked:
    """Run all checks on a study; what one of them cannot read does not stop the others.

    Returns:
        The findings, errors first, then in the order of the codes and of the runs.
    """
    findings = [finding for check in checks for finding in check(view)]
    findings.sort(key=lambda finding: finding.severity != "error")
    return Checked(tuple(findings), tuple(dict.fromkeys(view.problems)))
