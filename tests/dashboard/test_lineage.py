"""Parents, teachers and twins, across studies and where one is missing."""

from pathlib import Path

import pytest

from dashboard import lineage
from kd_core.artifacts import ArtifactStore, RunRecord
from tests.dashboard.kin import copy_run, edit_record

STUDY = "showcase"


def _record(artifacts: Path, run: str, study: str = STUDY) -> RunRecord:
    return ArtifactStore(artifacts).run(study, run)


def _name(record: RunRecord | None) -> str | None:
    return f"{record.study}/{record.run}" if record else None


def test_what_was_compressed_twice_goes_back_to_its_training(artifacts: Path) -> None:
    record = _record(artifacts, "student3_pruned_int8")
    assert _name(lineage.parent(record)) == "showcase/student3_pruned"
    assert _name(lineage.origin(record)) == "showcase/student3_distilled"
    assert lineage.teacher_name(record) == "showcase/teacher"
    assert _name(lineage.teacher(record)) == "showcase/teacher"
    assert _name(lineage.twin(record)) == "showcase/student3_scratch"


@pytest.mark.parametrize("run", ["student3_scratch", "teacher"])
def test_who_learned_from_nobody_has_no_teacher(artifacts: Path, run: str) -> None:
    record = _record(artifacts, run)
    assert (lineage.parent(record), lineage.teacher_name(record), lineage.teacher(record)) == (None, None, None)
    assert lineage.origin(record) == record


def test_parent_and_teacher_may_belong_to_another_study(artifacts: Path) -> None:
    source = artifacts / STUDY / "student3_distilled"
    student = copy_run(
        source, artifacts / "ablation" / "hot", teacher="showcase/teacher", twin="showcase/student3_scratch"
    )
    copy_run(source, artifacts / "search" / "small", stage="prune", parent="ablation/hot", teacher=None, twin=None)
    record = _record(artifacts, "small", "search")
    assert _name(lineage.origin(record)) == f"ablation/{student.name}"
    assert lineage.teacher_name(record) == "showcase/teacher"
    assert _name(lineage.twin(record)) == "showcase/student3_scratch"


def test_a_teacher_that_cannot_be_read_is_still_named(artifacts: Path) -> None:
    edit_record(artifacts / STUDY / "student3_distilled", teacher="elsewhere/giant")
    record = _record(artifacts, "student3_int8")
    assert (lineage.teacher_name(record), lineage.teacher(record)) == ("elsewhere/giant", None)


def test_where_a_parent_is_missing_the_line_ends(artifacts: Path) -> None:
    (artifacts / STUDY / "student3_pruned" / "run.json").unlink()
    record = _record(artifacts, "student3_pruned_int8")
    assert lineage.parent(record) is None
    assert lineage.origin(record) == record


def test_a_circle_of_parents_ends(artifacts: Path) -> None:
    edit_record(artifacts / STUDY / "student3_pruned", parent="student3_pruned_int8")
    assert lineage.origin(_record(artifacts, "student3_pruned_int8")).run == "student3_pruned"
