"""The family of a study's runs as a tree."""

from collections.abc import Container, Mapping, Sequence

from dashboard import derived
from dashboard.charts.family import family_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.differences import differences
from dashboard.components.family_words import branch, card, label
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_count
from dashboard.names import split_name, study_name
from dashboard.tables.family import Member, identity
from dashboard.tables.figures import Figures
from dashboard.tables.steps import Relative, step, steps_frame
from dashboard.text import t
from kd_core.artifacts import Problem

KEY = "comparison.family"


def show_family(
    study: str,
    members: Sequence[Member],
    figures: Mapping[str, Figures],
    flagged: Container[str],
    *,
    part: str,
    split: str,
    where: str,
) -> list[Problem]:
    """Draw the tree; the arguments are those of ``family_tree``. Returns what could not be read."""
    found, problems = family_tree(study, members, figures, flagged, part=part, split=split, where=where, dark=is_dark())
    show_figure(found.figure, found.caption, found.table, KEY, width=found.figure.layout.width)
    return problems


def family_tree(
    study: str,
    members: Sequence[Member],
    figures: Mapping[str, Figures],
    flagged: Container[str],
    *,
    part: str,
    split: str,
    where: str,
    dark: bool,
    room: tuple[float, float] | None = None,
) -> tuple[Exhibit, list[Problem]]:
    """Return the tree, whose figure has a width of its own, and what could not be read.

    Args:
        study: whose family it is.
        members: the family, at least one.
        figures: of every member, by ``identity`` of its record.
        flagged: names of the study's runs in which a check found something.
        part: "whole" or "leak_free": which pictures of the split the accuracies are of.
        split: "val" or "test".
        where: the machine that latencies come from, as a sentence.
        dark: whether the page is.
        room: width and height in pixels into which the tree is enlarged; None leaves it as it stands on a page.
    """
    relatives, problems = _relatives(members, figures, flagged, part, split)
    left = min(member.column for member in members)
    rows = {identity(member.record): row for row, member in enumerate(members)}
    cards = [card(r, row, r.member.column - left, part, study=study, dark=dark) for row, r in enumerate(relatives)]
    branches = [branch(r, r.step, rows[identity(r.step.origin)], row) for row, r in enumerate(relatives) if r.step]
    figure = family_figure(cards, branches, dark=dark, room=room)
    caption = t(
        "family.caption",
        study=study_name(study),
        split=split_name(split),
        part=t(f"comparison.part_{part}"),
        n=_counts([relative.n(part) for relative in relatives]),
        all=_counts([relative.n("whole") for relative in relatives]),
    )
    table = steps_frame(relatives, part, lambda record: label(record, study))
    return Exhibit(figure, f"{caption} {where}", table), problems


def _relatives(
    members: Sequence[Member], figures: Mapping[str, Figures], flagged: Container[str], part: str, split: str
) -> tuple[list[Relative], list[Problem]]:
    found: list[Relative] = []
    problems: list[Problem] = []
    for member in members:
        own, taken = figures[identity(member.record)], None
        if member.origin is not None:
            compared, met = differences(member.record, member.origin, split)
            problems += met
            agreement = derived.agreement(member.record, member.origin, split)
            taken = step(member.origin, figures[identity(member.origin)], own, compared.get(part), agreement)
        found.append(Relative(member, own, taken, member.record.run in flagged))
    return found, problems


def _counts(counts: Sequence[int | None]) -> str:
    return " / ".join(map(fmt_count, sorted({n for n in counts if n}))) or fmt_count(None)
