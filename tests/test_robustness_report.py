"""The table of the command line: what stands in it, and that it fits a terminal."""

import io

from rich.console import Console

from kd_core.robustness_report import robustness_table
from tests.dashboard.robustness_fixture import make_robustness


def _printed(**changes) -> str:
    console = Console(file=io.StringIO(), width=80)
    console.print(robustness_table(make_robustness(**changes)))
    return console.file.getvalue()


def test_every_run_beside_the_teacher_within_80_columns():
    text = _printed(longest="student3-pruned80-clustered-qat")
    assert max(map(len, text.splitlines())) <= 80
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    # Worked out in the fixture.
    assert rows["teacher"] == ["0.900", "0.700", "0.735", "1.000", "1.00"]
    assert rows["student3_scratch"] == ["0.800", "0.450", "0.505", "0.687", "[0.640,", "0.720]", "1.83"]
    assert "student3-pruned80-clustered-qat" in rows


def test_without_a_teacher_nothing_is_relative():
    text = _printed(reference=None)
    assert "no teacher to compare with" in " ".join(text.split())
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["teacher"] == ["0.900", "0.700", "0.735", "-", "-"]
