"""How far the confidences of runs can be believed, cached by the files that it was derived from."""

from functools import partial

from dashboard import context
from dashboard.memory import remembered
from dashboard.part import Part, answers
from dashboard.stamps import Stamp
from dashboard.tables.calibration import Calibrated
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.calibration import calibration, validation_temperature
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.reliability import Binning


def temperature(record: RunRecord) -> tuple[float | None, list[Problem]]:
    """Return the temperature of a run, fitted on leak-free validation.

    None where its answers, or what leaked, cannot be read: the problems say which; or where there are no such pictures.
    """
    return _temperature(record, _stamps(record))


def calibrated(
    record: RunRecord, split: str, *, clean: bool, binning: Binning
) -> tuple[Calibrated | None, list[Problem]]:
    """Return how well a run is calibrated on a split; None where it has no answers or what leaked cannot be read.

    Args:
        record: the run.
        split: "val" or "test".
        clean: whether pictures that leaked from training are left out.
        binning: how the bins are made.
    """
    return _calibrated(record, split, clean, binning, _stamps(record))


def _stamps(record: RunRecord) -> Stamp:
    return (
        *context.stamp(record.study, record.run, "run.json", "predictions.parquet"),
        *context.stamp(record.study, "", "data.parquet"),
    )


@remembered(max_entries=1024)
def _temperature(_record: RunRecord, key: Stamp) -> tuple[float | None, list[Problem]]:
    stored, problems = context.predictions(_record.study, _record.run)
    index, met = context.index(_record.study)
    if stored is None or index is None:
        return None, problems + met
    try:
        return validation_temperature(stored, index), problems + met
    except ValueError as error:
        return None, [*problems, *met, _unusable(_record, error)]


@remembered(max_entries=1024)
def _calibrated(
    _record: RunRecord, split: str, clean: bool, binning: Binning, key: Stamp
) -> tuple[Calibrated | None, list[Problem]]:
    found, problems = answers(_record, Part(split, clean))
    index, met = context.index(_record.study)
    problems = [*problems, *(problem for problem in met if problem not in problems)]
    if found is None or not len(found):
        return None, problems
    fitted, _ = temperature(_record)
    figures = partial(calibration, found.logits, found.label, picture_groups(found, index), binning=binning)
    try:
        plain, scaled = figures(), figures(temperature=fitted) if fitted else None
    except ValueError as error:
        return None, [*problems, _unusable(_record, error)]
    return Calibrated(plain, scaled), problems


def _unusable(record: RunRecord, error: ValueError) -> Problem:
    # Readable, and yet not what a network answers: logits that are no numbers.
    file = context.store().root / record.study / record.run / "predictions.parquet"
    return Problem(file, f"{file}: {error}. Evaluate the run again.")
