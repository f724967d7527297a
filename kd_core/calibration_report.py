"""What the command line shows of the calibration of a study's runs, before and after temperature scaling."""

from rich.console import Group, RenderableType

from kd_core.artifacts import ArtifactError, ArtifactStore
from kd_core.errors import KdError
from kd_core.evaluation.calibration import Calibration, calibration, validation_temperature
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.reliability import BINS
from kd_core.report import plain_table

NOTE = (
    f"ECE and MCE: in %, {BINS} bins of equal width. NLL: in nats. T: 1, then the temperature fitted on the leak-free "
    "part of validation. Gap: mean confidence minus accuracy in points, with its 95 % bootstrap interval."
)


def calibration_table(
    store: ArtifactStore, study: str, split: str, *, clean: bool = False
) -> tuple[RenderableType, list[str]]:
    """Return two rows a run, as it answers and with its fitted temperature, and a sentence for what cannot be read.

    Args:
        store: the artifacts.
        study: name of the study.
        split: "val" or "test".
        clean: whether pictures that leaked from training are left out of the figures.

    Raises:
        KdError: if the study holds stated figures only, or has no index, so that nobody knows what leaked.
    """
    records, unreadable = store.runs(study)
    problems = [problem.sentence for problem in unreadable]
    if records and all(record.claims is not None for record in records):
        raise KdError(f"The study {study} states figures and holds no answers: choose another study.")
    index = store.index(study)
    where = f"{split}, leak-free" if clean else split
    table = plain_table(f"Study {study}, {where}", "Run", "n", "T", "NLL", "Brier", "ECE", "MCE", "Gap")
    for record in records:
        try:
            answers = store.predictions(study, record.run)
        except ArtifactError as error:
            problems.append(str(error))
            continue
        part = answers.of(split)
        part = part.where(leak_free(part, index)) if clean else part
        try:
            temperature = validation_temperature(answers, index)
            if not len(part) or temperature is None:
                missing = where if not len(part) else "leak-free val"
                raise ValueError(f"there are no answers on {missing}")
            groups = picture_groups(part, index)
            plain, scaled = (calibration(part.logits, part.label, groups, temperature=t) for t in (1.0, temperature))
        except ValueError as error:
            problems.append(f"{study}/{record.run}: {error}. Evaluate the run again.")
            continue
        table.add_row(record.run, f"{plain.n:,}", *_figures(plain))
        table.add_row("", "", *_figures(scaled))
    return Group(table, NOTE), problems


def _figures(found: Calibration) -> tuple[str, ...]:
    return (
        f"{found.temperature:.2f}",
        f"{found.nll:.3f}",
        f"{found.brier:.3f}",
        f"{100 * found.ece:.1f}",
        f"{100 * found.mce:.1f}",
        f"{100 * found.gap:+.1f} ± {50 * (found.gap_high - found.gap_low):.1f}",
    )
