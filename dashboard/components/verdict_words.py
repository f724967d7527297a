"""What a verdict says, in words: the sentence with interval, seeds and tests, and what it does not cover."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import context
from dashboard.components.differences import fmt_p, written_p
from dashboard.formats import fmt_count, fmt_number, fmt_percent, fmt_points
from dashboard.names import run_label, run_name, split_name, study_name
from dashboard.text import t
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.recipes import Comparison
from kd_core.evaluation.verdict import Outcome, Verdict

VERY_SMALL = 0.001


@dataclass(frozen=True)
class Told:
    """The verdict on a distilled recipe in words, in Markdown: the sentence, what it rests on, what it does not cover.

    ``outcome`` is "better", "worse" or "open".
    """

    outcome: Outcome
    sentence: str
    grounds: tuple[str, ...]
    caveats: str


def told(by_part: dict[str, Verdict], part: str) -> Told | None:
    """Return the verdict on a distilled recipe in words; None where there is none.

    Args:
        by_part: the verdicts by part of the split.
        part: which one is the sentence's; the whole where that part is not known. Another is among the grounds where it
            is of other pictures.
    """
    verdict = preferred(by_part, part)
    if verdict is None:
        return None
    names = {"recipe": recipe_name(verdict.comparison), "against": against_name(verdict.comparison)}
    figures = {"accuracy": accuracy(verdict.accuracy), "accuracy_against": accuracy(verdict.against)}
    twins = f"{t('verdict.twins', **names, **figures)} {measured_on(verdict)}"
    # A part lies within the whole: of as many pictures it is the same.
    others = [one for one in by_part.values() if one.difference.over.n != verdict.difference.over.n]
    grounds = (twins, *(f"{measured_on(other)} {helped(other)}." for other in others))
    return Told(verdict.outcome, helped(verdict), grounds, " ".join(caveats(verdict)))


def preferred(by_part: dict[str, Verdict], part: str = CLEAN) -> Verdict | None:
    """Return the verdict on a part of the split, else on the whole; None where there is none."""
    return by_part.get(part, by_part.get(WHOLE))


def recipe_name(comparison: Comparison) -> str:
    """Return what is judged: the run's name without its seed."""
    return run_label(comparison.pairs[0].record.model_copy(update={"run": comparison.recipe}))


def against_name(comparison: Comparison) -> str:
    """Return what it is compared with; of another study, with that study."""
    study, run = comparison.pairs[0].place
    recipe = comparison.against.rpartition("/")[2]
    record, _ = context.record(study, run)
    name = run_label(record.model_copy(update={"run": recipe})) if record else run_name(recipe)
    if study == comparison.pairs[0].record.study:
        return name
    return t("family.elsewhere", run=name, study=study_name(study))


def step_cost(verdict: Verdict) -> str:
    """Return what a step of compression cost as a sentence that names both runs, in Markdown."""
    names = {"run": recipe_name(verdict.comparison), "parent": against_name(verdict.comparison)}
    return f"{t('verdict.step', **names)}: {cost(verdict)}."


def helped(verdict: Verdict) -> str:
    """Return whether distillation helped, such as "It helped: +3.1 pp [1.8, 4.4], 3 seeds, p < 0.001 in each"."""
    over = verdict.difference.over
    # What one training shows is proven for that training, and the sentence says no more.
    alone = over.deviation is None and verdict.outcome != "open"
    return t(
        f"verdict.helped_{verdict.outcome}_once" if alone else f"verdict.helped_{verdict.outcome}",
        points=fmt_points(over.value),
        interval=bracket(over.low, over.high),
        certainty=certainty(verdict),
    )


def cost(verdict: Verdict) -> str:
    """Return what a step of compression cost or gained; the interval goes the same way round."""
    over = verdict.difference.over
    gains = over.value > 0
    interval = bracket(over.low, over.high) if gains else bracket(-over.high, -over.low)
    return t(
        "verdict.gains" if gains else "verdict.costs",
        points=fmt_points(abs(over.value)).lstrip("+"),
        interval=interval,
        verdict=t("verdict.noise" if verdict.outcome == "open" else "verdict.proven"),
        certainty=certainty(verdict),
    )


def certainty(verdict: Verdict) -> str:
    """Return how many seeds there are and what the test says in each."""
    return f"{_seeds(verdict)}, McNemar {_tests([one.p_value for one in verdict.difference.each])}"


def caveats(verdict: Verdict) -> list[str]:
    """Return what the verdict does not cover, and every seed's own value."""
    comparison, over = verdict.comparison, verdict.difference.over
    found = []
    if over.deviation is None:
        found.append(t("verdict.one_seed"))
    else:
        values = " / ".join(fmt_points(value) for value in over.each)
        found.append(t("verdict.each", values=values, deviation=_unsigned(over.deviation)))
    if comparison.shared:
        found.append(t("verdict.shared", count=len(comparison.pairs), against=against_name(comparison)))
    if verdict.missing:
        found.append(t("verdict.missing", count=verdict.missing))
    return found


def accuracy(estimate: Estimate) -> str:
    """Return an accuracy with its interval: 76.0 % [74.3, 77.7]."""
    return f"{fmt_percent(estimate.value)} {bracket(estimate.low, estimate.high)}"


def measured_on(verdict: Verdict) -> str:
    """Return the pictures: split, part and n."""
    part = t(f"differences.part_{verdict.part}")
    return t("verdict.measured_on", split=split_name(verdict.split), part=part, n=fmt_count(verdict.difference.over.n))


def bracket(low: float, high: float) -> str:
    """Return the bounds of an interval of fractions, in points: [1.8, 4.4]."""
    return t("verdict.bracket", low=fmt_number(100 * low, 1), high=fmt_number(100 * high, 1))


def _seeds(verdict: Verdict) -> str:
    count = len(verdict.difference.each)
    return t("verdict.seed") if count == 1 else t("verdict.seeds", count=count)


def _tests(values: Sequence[float]) -> str:
    if len(values) > 1 and all(value < VERY_SMALL for value in values):
        return t("verdict.in_each", p=written_p(values[0]))
    return " / ".join([written_p(values[0]), *map(fmt_p, values[1:])])


def _unsigned(value: float) -> str:
    return fmt_points(value).lstrip("+")
