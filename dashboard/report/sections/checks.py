"""What makes figures of the study doubtful: every finding of the checks with its sentence and what to do."""

import pandas as pd

from dashboard import context
from dashboard.checks import checked
from dashboard.components.findings import summary, told
from dashboard.exhibit import Sheet
from dashboard.report.blocks import Block, Numbers, Prose, Section
from dashboard.report.markup import plain
from dashboard.report.material import Material
from dashboard.text import t
from kd_core.artifacts import Problem


def checks(material: Material) -> Section:
    """Return the open checks, errors first."""
    found = checked(material.study)
    rows = [(finding, *told(finding, material.by_name)) for finding in found.findings]
    blocks: list[Block] = [Prose(summary(found))]
    if rows:
        frame = pd.DataFrame(
            {
                t("report.check"): [finding.code for finding, _, _ in rows],
                t("report.severity"): [t(f"report.{finding.severity}") for finding, _, _ in rows],
                t("report.finding"): [sentence for _, sentence, _ in rows],
                t("report.remedy"): [remedy for _, _, remedy in rows],
            }
        )
        bare = pd.DataFrame(
            {
                "code": [finding.code for finding, _, _ in rows],
                "severity": [finding.severity for finding, _, _ in rows],
                "run": [finding.run for finding, _, _ in rows],
                "finding": [plain(sentence) for _, sentence, _ in rows],
                "remedy": [plain(remedy) for _, _, remedy in rows],
            }
        )
        prose = (t("report.finding"), t("report.remedy"))
        blocks.append(Numbers(Sheet(frame, {}, "", bare), "checks", prose=prose))
    root = context.store().root / material.study
    return Section("checks", t("checks.title"), blocks, [Problem(root, sentence) for sentence in found.problems])
