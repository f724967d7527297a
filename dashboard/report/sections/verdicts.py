"""Whether distillation helped, and what every step of compression cost, over all seeds."""

import pandas as pd

from dashboard.components.forest import forest
from dashboard.components.verdict_words import against_name, preferred, recipe_name, step_cost, told
from dashboard.names import escaped, run_label
from dashboard.report.blocks import Block, Chart, Heading, Points, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.tables.verdict import verdict_frame
from dashboard.text import t
from dashboard.verdicts import ByPart
from dashboard.verdicts import verdicts as read_verdicts
from kd_core.evaluation.recipes import Comparison, untested
from kd_core.evaluation.verdict import Verdict

Found = list[tuple[Comparison, ByPart]]


def verdicts(material: Material) -> Section:
    """Return the verdicts of a study as sentences and as forest plots."""
    title = t("verdict.title")
    if not material.measured:
        return Section("verdicts", title, [Prose(t("report.only_stated"))])
    helped, problems = read_verdicts(material.study, SPLIT, "distillation")
    steps, met = read_verdicts(material.study, SPLIT, "compression")
    blocks = [*_distillation(material, helped), *_compression(material, steps), Prose(t("verdict.method"), "note")]
    return Section("verdicts", title, blocks, [*problems, *met])


def _distillation(material: Material, found: Found) -> list[Block]:
    blocks: list[Block] = []
    for _, by_part in found:
        words = told(by_part, material.part)
        if words is not None:
            blocks += [Prose(words.sentence, "large"), *map(Prose, words.grounds), Prose(words.caveats, "note")]
    blocks += [Prose(t("verdict.untested", run=escaped(run_label(record)))) for record in untested(material.records)]
    blocks += _unread(found)
    if not blocks:
        blocks = [Prose(t("report.no_distillation"))]
    return [Heading(t("verdict.distillation_title")), *blocks, *_forest(material, found, "distillation")]


def _compression(material: Material, found: Found) -> list[Block]:
    title = t("verdict.compression_title")
    judged = _judged(material, found)
    if not found:
        return [Heading(title), Prose(t("report.no_compression"))]
    return [
        Heading(title),
        Points([step_cost(verdict) for verdict in judged]),
        *_unread(found),
        *_forest(material, found, "compression"),
    ]


def _forest(material: Material, found: Found, name: str) -> list[Block]:
    judged = _judged(material, found)
    if not judged:
        return []
    # The file has both parts of the split; the figure, which shows one, has a column that says so.
    every = [verdict for _, by_part in found for verdict in by_part.values()]
    chart = forest(judged, material.study, dark=False)
    return [Chart(chart, f"verdicts-{name}", table=pd.DataFrame(verdict_frame(every)))]


def _judged(material: Material, found: Found) -> list[Verdict]:
    return [verdict for _, by_part in found if (verdict := preferred(by_part, material.part)) is not None]


def _unread(found: Found) -> list[Block]:
    return [
        Prose(t("verdict.incomparable", first=escaped(recipe_name(one)), second=escaped(against_name(one))))
        for one, by_part in found
        if not by_part
    ]
