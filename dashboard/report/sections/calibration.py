"""How far the confidences can be believed: the teacher's and the best student's diagrams, and a table of all runs."""

from dashboard import calibrated
from dashboard.components.calibrations import calibration_sheet
from dashboard.components.reliability import meaning, reliability_diagram
from dashboard.names import escaped, run_label, split_name, study_name
from dashboard.report.blocks import Beside, Block, Chart, Numbers, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.tables.calibration import Calibrated
from dashboard.text import t
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.reliability import Binning

BINNING: Binning = "equal-width"


def calibration(material: Material) -> Section | None:
    """Return the calibration of a study's runs; nothing where the single answers were never published."""
    if not material.measured:
        return None
    title = t("calibration.title")
    where = t("calibration.where_clean" if material.clean else "calibration.where", split=split_name(SPLIT))
    where = f"{study_name(material.study)} · {where}"
    rows: list[tuple[RunRecord, Calibrated]] = []
    problems: list[Problem] = []
    for record in material.measured:
        found, met = calibrated.calibrated(record, SPLIT, clean=material.clean, binning=BINNING)
        problems += met
        rows += [(record, found)] if found else []
    if not rows:
        return Section("calibration", title, [Prose(t("report.no_answers"))], problems)
    charts: list[Block] = []
    words: list[Block] = []
    for role, chosen in (("teacher", material.teacher), ("student", material.student)):
        own = next((found for record, found in rows if record == chosen), None)
        if chosen is not None and own is not None:
            drawn = reliability_diagram(chosen, own.plain, binning=BINNING, where=where, dark=False)
            charts.append(Chart(drawn, f"calibration-{role}", run_label(chosen)))
            words.append(Prose(f"**{escaped(run_label(chosen))}**: {meaning(own.plain)}"))
    table = calibration_sheet(rows, binning=BINNING, where=where)
    blocks: list[Block] = [Prose(t("calibration.lead")), *([Beside(charts), *words] if charts else [])]
    blocks += [Prose(t("calibration.scaling")), Numbers(table, "calibration", t("calibration.table_title"))]
    return Section("calibration", title, blocks, problems)
