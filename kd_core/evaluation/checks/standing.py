"""Checks of whether a run still belongs to what stands around it: its sources, its data, its study file."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kd_core.artifacts import RunRecord
from kd_core.data.frame import fingerprint
from kd_core.evaluation.checks.finding import Count, Found, RunName, RunNames, Verbatim, check
from kd_core.evaluation.checks.view import StudyView

# A record keeps whole seconds of the start and tenths of the length.
_ROUNDING = timedelta(seconds=2)


@check(
    "KD018",
    "warning",
    looks_for="stale runs: those whose parent or teacher was finished after they were begun",
    sentence="{run} was begun before {source}, which it builds on, was finished: it was made from an earlier form "
    "of it.",
    remedy="Make it again with `python -m kd_core run {study} --only {name} --force`.",
)
def older_than_source(view: StudyView) -> Iterator[Found]:
    """Find runs that cannot have been made from the parent or teacher that is there now."""
    for record in view.measured:
        begun = _time(record.started)
        for name in dict.fromkeys(name for name in (record.parent, record.teacher) if name is not None):
            source = view.named(name)
            finished = _finished(source) if source is not None else None
            if begun is not None and finished is not None and finished > begun + _ROUNDING:
                yield Found(
                    record.run, {"source": RunName(name), "study": Verbatim(view.study), "name": Verbatim(record.run)}
                )


@check(
    "KD019",
    "warning",
    looks_for="runs that were made from other pictures than those of the study's index",
    sentence="{count} runs were made from other pictures than the study's index lists: {runs}.",
    remedy="Make them again on the data that is here, or restore the index that they were made with.",
)
def other_data(view: StudyView) -> Iterator[Found]:
    """Find runs whose data fingerprint is not that of the index."""
    recorded = {record.run: record.data.fingerprint for record in view.measured if record.data is not None}
    if not recorded or view.index is None:
        return
    listed = fingerprint(view.index)
    other = [run for run, found in recorded.items() if found != listed]
    if other:
        yield Found(None, {"count": Count(len(other)), "runs": RunNames(other)})


@check(
    "KD020",
    "warning",
    looks_for="stale runs: those whose settings, or a parent's, have changed in the study file since; on the command "
    "line only, which knows the file",
    sentence="The settings of {count} runs, or of what they build on, have changed in the study file since: {runs}.",
    remedy="Make them again with `python -m kd_core run {study} --force`, or take the change back.",
)
def settings_changed(view: StudyView) -> Iterator[Found]:
    """Find runs that the study file would make otherwise today."""
    if view.inputs is None:
        return
    changed = [
        record.run
        for record in view.measured
        if record.inputs is not None and view.inputs.get(record.run, record.inputs) != record.inputs
    ]
    if changed:
        yield Found(None, {"count": Count(len(changed)), "runs": RunNames(changed), "study": Verbatim(view.study)})


def _finished(record: RunRecord) -> datetime | None:
    begun = _time(record.started)
    return None if begun is None or record.seconds is None else begun + timedelta(seconds=record.seconds)


def _time(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    # A time without zone cannot be set against one with it.
    return found if found is not None and found.tzinfo is not None else None
