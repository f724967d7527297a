"""The pictures that a page of evidence is about: a split as published, or the part of it that did not leak."""

from dataclasses import dataclass

from dashboard import context
from dashboard.choices import pick_option
from dashboard.components.notices import show_problems
from dashboard.names import split_name
from dashboard.selection import pick_split
from dashboard.text import t
from kd_core.artifacts import Predictions, Problem, RunRecord
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.parts import CLEAN, WHOLE


@dataclass(frozen=True)
class Part:
    """A split ("val" or "test"), and whether only its leak-free pictures count."""

    split: str
    clean: bool

    @property
    def words(self) -> str:
        """The part as captions name it."""
        return f"{split_name(self.split)}, {t(f'differences.part_{CLEAN if self.clean else WHOLE}')}"


def pick_part(study: str) -> Part:
    """Draw the two choices; without a readable index nobody knows what leaked, and the whole split is offered."""
    split = pick_split()
    index, problems = context.index(study)
    show_problems(problems)
    offered = (CLEAN, WHOLE) if index is not None else (WHOLE,)
    chosen = pick_option("part", t("differences.part"), offered, label_of=lambda name: t(f"differences.part_{name}"))
    return Part(split, chosen == CLEAN)


def answers(record: RunRecord, part: Part) -> tuple[Predictions | None, list[Problem]]:
    """Return a run's answers to the pictures of a part; None where they, or what leaked, cannot be read."""
    predictions, problems = context.predictions(record.study, record.run)
    index, met = context.index(record.study) if part.clean else (None, [])
    if predictions is None or (part.clean and index is None):
        return None, problems + met
    own = predictions.of(part.split)
    return (own.where(leak_free(own, index)) if index is not None else own), problems + met
