"""What the command line shows of doubtful labels: the first of them, and how many there are where."""

from rich.console import Group, RenderableType
from rich.markup import escape

from kd_core.artifacts import Suspects
from kd_core.data.layout import SPLITS
from kd_core.report import plain_table

TOP = 20


def suspects_table(found: Suspects) -> RenderableType:
    """Return the most doubtful labels, and the doubted of all pictures by class and split; fits 80 columns."""
    first = found.pictures[:TOP]
    title = f"Study {found.study}: the {len(first)} most doubtful labels"
    table = plain_table(title, "Picture", "Label", "p", "Suggested", "p")
    # A long path goes on in the next line: cut off it would name no picture.
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    for one in first:
        table.add_row(
            escape(one.path), one.label, f"{one.label_probability:.3f}",
            one.suggested, f"{one.suggested_probability:.3f}",
        )  # fmt: skip
    doubted = f"{found.n_flagged:,} of {found.n_audited:,} labels are doubted, {len(found.pictures):,} are listed."
    made = (
        f"Asked: a linear classifier on the features of {found.network} ({found.teacher}), {found.folds} folds by "
        f"group, seed {found.seed}; out of sample it gives {found.accuracy:.1%} of the pictures their label."
    )
    return Group(table, "", _counts(found), "", doubted, made)


def _counts(found: Suspects) -> RenderableType:
    table = plain_table("Doubted by label and split", "Label", *SPLITS)
    labels = sorted({label for counts in found.audited.values() for label in counts})
    for label in labels:
        table.add_row(label, *(_of(found.flagged, found.audited, split, label) for split in SPLITS))
    table.add_row("[bold]all[/]", *(f"[bold]{_of(found.flagged, found.audited, split)}[/]" for split in SPLITS))
    return table


def _of(
    flagged: dict[str, dict[str, int]], audited: dict[str, dict[str, int]], split: str, label: str | None = None
) -> str:
    count, total = (
        sum(n for name, n in counts.get(split, {}).items() if label in (None, name)) for counts in (flagged, audited)
    )
    return f"{count:,} of {total:,}"
