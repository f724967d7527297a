"""All checks together: a study in which nothing is wrong, one that is damaged, and what each check says."""

import re
import shutil
from pathlib import Path

import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.frame import fingerprint
from kd_core.evaluation.checks import BY_CODE, CHECKS, StudyView, filled, in_english, run_checks
from kd_core.evaluation.checks.finding import Finding
from kd_core.paths import PROJECT
from kd_core.published.build import build_published
from tests.evaluation.checks.studies import MACHINE, STUDY, Small

FILES = ("run.json", "history.csv", "layers.csv", "predictions.parquet")


def test_nothing_is_found_where_nothing_is_wrong(small: Small) -> None:
    inputs = {run: f"inputs of {run}" for run in ("teacher", "scratch", "student", "pruned", "int8")}
    checked = run_checks(small.view(inputs=inputs))
    assert (checked.findings, checked.problems) == ((), ())


def test_codes_are_unique_and_texts_are_whole() -> None:
    assert len(BY_CODE) == len(CHECKS)
    for check in CHECKS:
        assert re.fullmatch(r"KD\d{3}", check.code)
        assert all(text.strip() for text in (check.looks_for, check.sentence, check.remedy))
        assert check.sentence.endswith(".") and check.remedy.endswith(".")


def test_errors_come_first(small: Small) -> None:
    small.change("student", twin=None)
    small.change("pruned", selection__split="test")
    assert small.codes() == [("KD013", "error", "pruned"), ("KD001", "warning", "student")]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_a_sentence_and_the_rest_is_checked(small: Small, name: str) -> None:
    (small.folder / "scratch" / name).write_text("{")
    small.change("int8", model__precision="float32")
    checked = run_checks(small.view())
    assert [name in problem for problem in checked.problems] == [True]
    assert ("KD029", "int8") in [(found.code, found.run) for found in checked.findings]


def test_damaged_index_and_benchmark_leave_the_rest(small: Small) -> None:
    (small.folder / "data.parquet").write_bytes(b"PAR1")
    (small.folder / "benchmarks" / f"{MACHINE}.json").write_text("[]")
    small.change("student", twin=None)
    checked = run_checks(small.view())
    assert sorted(problem.partition(STUDY)[2][:6] for problem in checked.problems) == ["/bench", "/data."]
    assert [found.code for found in checked.findings] == ["KD001"]


def test_an_empty_study_has_nothing_to_find(tmp_path: Path) -> None:
    assert run_checks(StudyView(ArtifactStore(tmp_path), "nothing")).findings == ()


def test_of_the_published_figures_only_what_applies_is_said(tmp_path: Path) -> None:
    build_published(tmp_path)
    checked = run_checks(StudyView(ArtifactStore(tmp_path), "published", MACHINE))
    students = ["student1", "student2", "student3"]
    found: dict[str, list[str | None]] = {}
    for finding in checked.findings:
        found.setdefault(finding.code, []).append(finding.run)
    # Counted with masks; layers that end in softmax; no twin; the factor T² is not stated.
    assert found == {"KD005": ["student3"], "KD021": students, "KD001": students, "KD012": students}
    assert checked.problems == ()


def test_the_shipped_showcase_has_no_error_and_nothing_unreadable() -> None:
    checked = run_checks(StudyView(ArtifactStore(PROJECT / "artifacts"), "showcase"))
    assert [finding for finding in checked.findings if finding.severity == "error"] == []
    assert checked.problems == ()


def test_the_fingerprint_of_a_stored_index_is_what_its_runs_recorded() -> None:
    store = ArtifactStore(PROJECT / "artifacts")
    recorded = store.run("showcase", "teacher").data
    assert recorded is not None
    assert fingerprint(store.index("showcase")) == recorded.fingerprint


def test_english_names_every_figure_with_its_unit(small: Small) -> None:
    small.benchmark(student=2.0, int8=2.345)
    (found,) = run_checks(small.view()).findings
    said = filled(BY_CODE["KD008"].sentence, found, in_english)
    assert said == "int8 takes 2.35 ms for a picture on `here`, its float form student only 2.00 ms."


def test_a_study_of_several_folders_reads_the_teacher_of_another(small: Small) -> None:
    shutil.copytree(small.folder / "teacher", small.root / "other" / "teacher")
    record = small.root / "other" / "teacher" / "run.json"
    record.write_text(record.read_text().replace(f'"study": "{STUDY}"', '"study": "other"'))
    for run in ("student", "pruned"):
        small.change(run, teacher="other/teacher")
    assert small.codes() == []
    shutil.rmtree(small.root / "other")
    assert small.codes() == [("KD030", "warning", "student"), ("KD030", "warning", "pruned")]


def test_a_finding_without_a_run_has_a_sentence_too() -> None:
    check = BY_CODE["KD020"]
    found = Finding("KD020", "warning", None, {"count": 1, "runs": ("a", "b"), "study": "s"})
    assert filled(check.sentence, found, in_english).endswith("since: a, b.")
