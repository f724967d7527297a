"""What the command line shows of checks: what they found in a study, and the list of all of them."""

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from kd_core.evaluation.checks import BY_CODE, CHECKS, Checked, filled, in_english

COLOURS = {"error": "red", "warning": "yellow"}


def findings_text(study: str, found: Checked) -> RenderableType:
    """Return every finding as a sentence with its remedy below, and how many there are of each severity."""
    count = f"{len(CHECKS)} checks of the study {escape(study)}"
    if not found.findings:
        # What could not be read could not be checked either.
        return f"{count}: {'[green]none fires[/]' if not found.problems else 'none fires on what can be read'}."
    table = _table()
    for finding in found.findings:
        check = BY_CODE[finding.code]
        text = Text(filled(check.sentence, finding, in_english) + "\n")
        text.append(filled(check.remedy, finding, in_english), style="dim")
        table.add_row(finding.code, Text(finding.severity, COLOURS[finding.severity]), text)
    return Group(table, f"{count}: {found.count('error')} error(s), {found.count('warning')} warning(s).")


def list_of_checks() -> RenderableType:
    """Return code, severity and subject of every check."""
    table = _table()
    for check in sorted(CHECKS, key=lambda one: one.code):
        table.add_row(check.code, Text(check.severity, COLOURS[check.severity]), Text(check.looks_for))
    return table


def _table() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table
