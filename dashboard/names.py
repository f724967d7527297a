"""Names as people read them: studies, runs, stages, splits, classes."""

from dashboard.text import has, t
from kd_core.artifacts import RunRecord


def study_name(study: str) -> str:
    """Return the name of a study; one of our own has a title, any other keeps its folder's name."""
    return _named("names.study", study)


def stage_name(stage: str) -> str:
    """Return what a stage of the line is called."""
    return _named("names.stage", stage)


def split_name(split: str) -> str:
    """Return what a split is called."""
    return _named("names.split", split)


def class_name(name: str) -> str:
    """Return a class in the language of the session; a class that the catalogue does not know keeps its name."""
    return _named("names.class", name)


def precision_name(precision: str) -> str:
    """Return what a precision of a deployed model is called."""
    return _named("names.precision", precision)


def run_name(run: str) -> str:
    """Return a run's name as a title: "student3-int8" becomes "Student3 int8"; a known one is translated."""
    key = f"names.run.{run}"
    if has(key):
        return t(key)
    words = run.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def run_label(record: RunRecord) -> str:
    """Return a run's name with its stage, for lists of choice: "Student 3 · distilled"."""
    stage = stage_name(record.stage)
    name = run_name(record.run)
    # A published run says nothing by its stage, and "Teacher · teacher" says it twice.
    return name if record.stage in ("published", "teacher") else f"{name} · {stage}"


def _named(prefix: str, name: str) -> str:
    key = f"{prefix}.{name}"
    return t(key) if has(key) else name
