"""What the slides of the talk are about, and what a slide is."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard import address, context, derived
from dashboard.formats import fmt_points
from dashboard.names import run_label, run_name, split_name, study_name
from dashboard.roles import is_student
from dashboard.selection import PREFERRED
from dashboard.tables.figures import Figures
from dashboard.text import t
from kd_core.artifacts import RunRecord

SPLIT = "test"


@dataclass(frozen=True)
class Scene:
    """The study of the talk, its teacher and its student; None where there is none that can be read."""

    study: str
    teacher: RunRecord | None
    student: RunRecord | None

    def master(self) -> RunRecord:
        """Return the teacher.

        Raises:
            MissingError: if it is not there.
        """
        if self.teacher is None:
            raise MissingError(t("presenter.no_teacher", study=study_name(self.study)))
        return self.teacher

    def pair(self) -> tuple[RunRecord, RunRecord]:
        """Return teacher and student.

        Raises:
            MissingError: if one of them is not there.
        """
        teacher = self.master()
        if self.student is None:
            raise MissingError(t("presenter.no_student", study=study_name(self.study)))
        return teacher, self.student


@dataclass(frozen=True)
class Slide:
    """One message: its sentence, what is drawn below it, and what all of it was measured on (run, split, n)."""

    title: str
    draw: Callable[[], None]
    caption: str


class MissingError(Exception):
    """A slide has nothing to show; the message is the sentence for the audience."""


def read_scene() -> Scene | None:
    """Return what the address asks for, and put into it what that came to; None without any study."""
    options = context.studies()
    if not options:
        return None
    wanted = address.read("study")
    study = wanted if wanted in options else next((name for name in PREFERRED if name in options), options[0])
    records, _ = context.runs(study)
    asked = address.read("student")
    student = next((r for r in records if r.run == asked and is_student(r, records)), None)
    student = student or derived.best_student(study) or next((r for r in records if is_student(r, records)), None)
    address.write("study", study)
    address.write("student", student.run if student else None)
    return Scene(study, derived.teacher(study), student)


def figures(record: RunRecord) -> Figures:
    """Return the figures of a run on the test split; what could not be read is not known in them."""
    return derived.figures(record, SPLIT)[0]


def source(*records: RunRecord, n: str) -> str:
    """Return what a slide was measured on: runs, split, and how many pictures."""
    runs = ", ".join(f"{record.study}/{record.run}" for record in records)
    return t("presenter.source", runs=runs, split=split_name(SPLIT), n=n)


def called(record: RunRecord) -> str:
    """Return what a run is called in a title."""
    return run_name(record.run) if record.stage == "teacher" else run_label(record)


def points(difference: float) -> str:
    """Return a difference of shares without its sign, in percentage points."""
    return fmt_points(abs(difference)).lstrip("+")
