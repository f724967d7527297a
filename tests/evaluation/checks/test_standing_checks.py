"""Checks of whether runs still belong to their sources, their data and their study file."""

import pytest

from tests.evaluation.checks.studies import Small


@pytest.mark.parametrize(
    ("started", "found"),
    [("2026-01-01T02:10:00+00:00", False), ("2026-01-01T02:10:01+00:00", False), ("2026-01-01T02:11:00+00:00", True)],
)
def test_a_parent_that_was_made_anew_since_is_found(small: Small, started: str, found: bool) -> None:
    # The parent takes 50 minutes, and the two runs made from it were begun at 3:00 and 4:00.
    small.change("student", started=started)
    assert small.codes() == ([("KD018", "warning", "pruned")] if found else [])
    if found:
        assert small.values("KD018") == {"source": "student", "study": "small", "name": "pruned"}


def test_times_that_cannot_be_compared_say_nothing(small: Small) -> None:
    small.change("teacher", started="2030-01-01T00:00:00")
    small.change("student", started="yesterday")
    small.change("int8", started=None)
    assert small.codes() == []


def test_runs_of_other_data_are_found_together(small: Small) -> None:
    for run in ("scratch", "int8"):
        small.change(run, data__fingerprint="0" * 64)
    assert small.codes() == [("KD019", "warning", None)]
    assert small.values("KD019") == {"count": 2, "runs": ("scratch", "int8")}


def test_runs_whose_settings_changed_are_found_where_the_file_is_known(small: Small) -> None:
    inputs = {"student": "other", "pruned": "other still", "teacher": "inputs of teacher"}
    assert small.codes(inputs=inputs) == [("KD020", "warning", None)]
    assert small.values("KD020", inputs=inputs) == {"count": 2, "runs": ("student", "pruned"), "study": "small"}
    assert small.codes() == []
