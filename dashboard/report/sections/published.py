"""The original's stated figures beside what was measured, and where its slides contradict themselves."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard import context, derived
from dashboard.components.claims import sentences
from dashboard.components.contradictions import told
from dashboard.exhibit import Sheet
from dashboard.formats import fmt_bytes, fmt_number, fmt_percent, fmt_seconds, fmt_short
from dashboard.names import run_label
from dashboard.report.blocks import Block, Heading, Numbers, Points, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.reproduced import OWN, REPRODUCTIONS, claims
from dashboard.roles import PUBLISHED
from dashboard.tables.headline import Duel, duels
from dashboard.text import t
from kd_core.artifacts import RunRecord

WRITERS: dict[str, Callable[[Any], str]] = {
    "accuracy_leak_free": fmt_percent,
    "accuracy": fmt_percent,
    "loss": lambda value: fmt_number(value, 3),
    "size_bytes": fmt_bytes,
    "parameters": fmt_short,
    "test_seconds": fmt_seconds,
}


def published(material: Material) -> Section | None:
    """Return both side by side; nothing where the published figures are not among the artifacts."""
    contradictions, problems = context.contradictions(PUBLISHED)
    sheet = _sheet(material)
    blocks: list[Block] = [] if sheet is None else [Numbers(sheet, "published")]
    reached = _reached(material)
    if reached:
        blocks.append(Points(reached))
    words = [found for one in contradictions if (found := told(one)) is not None]
    if words:
        blocks += [Heading(t("contradictions.title")), Prose(t("contradictions.lead"))]
        blocks.append(Points([f"**{title}.** {text}" for title, text in words]))
    if not blocks and not problems:
        return None
    return Section("published", t("report.published_title"), blocks or [Prose(t("report.no_published"))], problems)


def _reached(material: Material) -> list[str]:
    """Return for each run of the study that answers to a claim whether it holds; problems are told with its figures."""
    if material.study not in (*REPRODUCTIONS, OWN):
        return []
    found, _ = claims(SPLIT)
    return sentences([claim.of(material.study) for claim in found], SPLIT)


def _sheet(material: Material) -> Sheet | None:
    """Return one row a figure: teacher and student of the study, then those of the slides."""
    teacher, student = derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)
    if material.study == PUBLISHED or teacher is None or student is None:
        return None
    claimed = derived.figures(teacher, SPLIT)[0], derived.figures(student, SPLIT)[0]
    own = [derived.figures(record, SPLIT)[0] if record else None for record in (material.teacher, material.student)]
    found = duels(own[0], own[1], claimed)
    if not found:
        return None
    columns = {
        "teacher": _name(material.teacher),
        "student": _name(material.student),
        "claimed_teacher": t("report.claimed", run=run_label(teacher)),
        "claimed_student": t("report.claimed", run=run_label(student)),
    }
    rows = [{side: _written(duel, side) for side in columns} for duel in found]
    frame = pd.DataFrame(rows).rename(columns=columns)
    frame.insert(0, t("report.figure"), [t(f"comparison.column_{duel.figure}") for duel in found])
    plain = pd.DataFrame([{"figure": duel.figure} | {side: getattr(duel, side) for side in columns} for duel in found])
    return Sheet(frame, dict.fromkeys(columns.values(), str), t("report.claimed_note"), plain)


def _name(record: RunRecord | None) -> str:
    return run_label(record) if record else t("report.none")


def _written(duel: Duel, side: str) -> str | None:
    value = getattr(duel, side)
    return None if value is None else WRITERS[duel.figure](value)
