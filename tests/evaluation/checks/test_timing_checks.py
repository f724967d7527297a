"""Checks of what was timed: slower in int8, on another machine, on several, of another file."""

import pytest

from tests.evaluation.checks.studies import Small


@pytest.mark.parametrize(("ms", "found"), [(1.99, False), (2.0, False), (2.01, True)])
def test_int8_that_is_slower_than_its_float_form_is_found(small: Small, ms: float, found: bool) -> None:
    small.benchmark(student=2.0, int8=ms)
    assert small.codes() == ([("KD008", "warning", "int8")] if found else [])
    if found:
        assert small.values("KD008") == {"machine": "here", "own": ms, "parent": "student", "before": 2.0}


def test_a_noisy_measurement_says_nothing(small: Small) -> None:
    small.benchmark(student=2.0, int8=(5.0, None, True))
    assert small.codes() == []


def test_the_float_form_of_a_run_made_in_steps_is_its_nearest(small: Small) -> None:
    small.change("int8", parent="pruned")
    small.benchmark(student=0.5, pruned=3.0, int8=1.0)
    assert [e for e in small.codes() if e[0] == "KD008"] == []


def test_times_of_another_machine_are_found_where_this_one_matters(small: Small) -> None:
    assert small.codes(machine="there") == [("KD015", "warning", None)]
    assert small.values("KD015", machine="there")["here"] == "there"
    assert small.codes(machine=None) == []


def test_the_latest_benchmark_decides_which_machine_is_shown(small: Small) -> None:
    small.benchmark("there", day=2, teacher=1.0, scratch=1.0, student=1.0, pruned=1.0, int8=0.5)
    assert small.codes() == [("KD015", "warning", None)]
    assert small.codes(machine="there") == []


def test_runs_that_only_an_older_session_elsewhere_has_are_found(small: Small) -> None:
    small.benchmark("there", day=2, student=1.0, int8=0.5)
    assert small.codes(machine="there") == [("KD016", "warning", None)]
    values = small.values("KD016", machine="there")
    assert (values["runs"], values["machine"]) == (("teacher", "scratch", "pruned"), "there")


@pytest.mark.parametrize(("sha256", "found"), [("student", False), ("another", True), (None, False)])
def test_a_benchmark_of_another_file_is_an_error(small: Small, sha256: str | None, found: bool) -> None:
    small.benchmark(student=(2.0, sha256), int8=(1.0, "int8"))
    assert small.codes() == ([("KD017", "error", None)] if found else [])
    if found:
        assert small.values("KD017")["runs"] == ("student",)
