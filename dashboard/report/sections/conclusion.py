"""What came of it, first: whether distillation helped, what was saved, what it cost, and what is not proven."""

from dashboard.components.verdict import Column
from dashboard.components.verdict_words import told
from dashboard.evidence import conclusion_on
from dashboard.names import escaped, run_label, split_name, study_name
from dashboard.report.blocks import Beside, Block, Heading, Points, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.text import t


def conclusion(material: Material) -> Section:
    """Return the conclusion on the best student, or why there is none."""
    title = t("conclusion.title")
    teacher, student = material.teacher, material.student
    if teacher is None or student is None:
        missing = t("report.no_teacher" if teacher is None else "report.no_student")
        return Section("conclusion", title, [Prose(missing)])
    found = conclusion_on(student, teacher, SPLIT)
    blocks: list[Block] = []
    words = told(found.distillation, material.part)
    if words is not None:
        question = Heading(t("verdict.distillation_title"))
        blocks = [question, Prose(words.sentence, "large"), *map(Prose, words.grounds), Prose(words.caveats, "note")]
    names = {"teacher": escaped(run_label(teacher)), "student": escaped(run_label(student))}
    blocks += [
        Prose(t("report.pair", **names)),
        Beside([_points(found.saved), _points(found.cost)]),
        _points(found.unproven),
        Prose(
            t("conclusion.caption", study=escaped(study_name(student.study)), split=split_name(SPLIT), **names), "note"
        ),
    ]
    return Section("conclusion", title, blocks, found.problems)


def _points(column: Column) -> Points:
    return Points(column.points, column.title, column.note)
