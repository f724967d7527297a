"""What the command line says of distillation and compression: a sentence for each, with interval, test and seeds."""

from kd_core.artifacts import ArtifactError, ArtifactStore, Predictions
from kd_core.errors import KdError
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.parts import CLEAN
from kd_core.evaluation.recipes import Comparison, comparisons, untested
from kd_core.evaluation.verdict import Verdict, judge

TITLES = {"distillation": "Did distillation help?", "compression": "What did each step of compression cost?"}
HELPED = {"better": "it helped", "worse": "it hurt", "open": "no proof that it helped"}


def verdict_lines(study: str, store: ArtifactStore, split: str) -> tuple[list[str], list[str]]:
    """Return the lines to print, and a sentence for everything that could not be read.

    Args:
        study: name of the study.
        store: the artifacts.
        split: "val" or "test".

    Raises:
        KdError: if the study has no run to compare.
    """
    records, unreadable = store.runs(study)
    found = comparisons(records)
    problems = [problem.sentence for problem in unreadable]
    if not found:
        nothing = f"The study {study} has no distilled run with a twin and no compressed run to judge: train it first."
        raise KdError("\n".join([*problems, nothing]))
    lines = [f"Study {study}, {split}. Differences in points of accuracy [95 % interval, near-copies drawn together]."]
    for kind, title in TITLES.items():
        lines += ["", title]
        for comparison in found:
            if comparison.kind == kind:
                lines += _lines(comparison, store, split, problems)
        if kind == "distillation":
            lines += [f"  {r.run}: distilled without a twin, so that nothing can be said." for r in untested(records)]
    return lines, list(dict.fromkeys(problems))


def sentence(verdict: Verdict) -> str:
    """Return what follows, with interval, every seed's own value, and tests.

    Such as "it helped: +3.1 points [1.8, 4.4], 3 seeds (+2.9, +3.1, +3.3; sd 0.2), McNemar p < 0.001 in each".
    """
    over, seeds = verdict.difference.over, len(verdict.difference.each)
    told = _helped(verdict) if verdict.comparison.kind == "distillation" else _cost(verdict)
    if over.deviation is not None:
        values = ", ".join(f"{100 * value:+.1f}" for value in over.each)
        drawn = f"{seeds} seeds ({values}; sd {100 * over.deviation:.1f})"
    else:
        drawn = "1 seed (the interval covers pictures, not trainings)"
    against = f", all against one training of {verdict.comparison.against}" if verdict.comparison.shared else ""
    return f"{told}, {drawn}{against}, {_tests(verdict)}"


def _lines(comparison: Comparison, store: ArtifactStore, split: str, problems: list[str]) -> list[str]:
    def read(study: str, run: str) -> Predictions | None:
        try:
            return store.predictions(study, run)
        except ArtifactError as error:
            problems.append(str(error))
            return None

    head = f"  {comparison.recipe} against {comparison.against}"
    try:
        index = store.index(comparison.pairs[0].record.study)
    except ArtifactError as error:
        problems.append(str(error))
        index = None
    try:
        found = judge(comparison, read, split, index)
    except KdError as error:
        problems.append(f"{comparison.recipe} against {comparison.against}: {error}")
        found = {}
    if not found:
        return [f"{head}: their answers cannot be compared."]
    pictures = {verdict.difference.over.n for verdict in found.values()}
    if len(found) > 1 and len(pictures) == 1:
        return [head, f"    no copy was trained on (n = {pictures.pop():,}): {sentence(found[CLEAN])}."]
    return [head, *(f"    {_part(verdict)}: {sentence(verdict)}." for verdict in found.values())]


def _part(verdict: Verdict) -> str:
    return f"{'leak-free' if verdict.part == CLEAN else 'as published'} (n = {verdict.difference.over.n:,})"


def _helped(verdict: Verdict) -> str:
    over = verdict.difference.over
    return f"{HELPED[verdict.outcome]}: {100 * over.value:+.1f} points {_interval(over, 1)}"


def _cost(verdict: Verdict) -> str:
    """Return a loss as what the step costs and a gain as what it gains; the interval goes the same way round."""
    over = verdict.difference.over
    gains = over.value > 0
    proven = "within noise" if verdict.outcome == "open" else "proven"
    points = f"{100 * abs(over.value):.1f} points {_interval(over, 1 if gains else -1)}"
    return f"{'gains' if gains else 'costs'} {points}: {proven}"


def _interval(over: Estimate, sign: int) -> str:
    low, high = sorted((sign * over.low, sign * over.high))
    # Adding 0 takes the sign from what rounds to nothing.
    return f"[{round(100 * low, 1) + 0:.1f}, {round(100 * high, 1) + 0:.1f}]"


def _tests(verdict: Verdict) -> str:
    values = [one.p_value for one in verdict.difference.each]
    if all(value < 0.001 for value in values):
        return "McNemar p < 0.001" + (" in each" if len(values) > 1 else "")
    written = ", ".join("< 0.001" if value < 0.001 else f"{value:.3f}" for value in values)
    return f"McNemar p {'' if written.startswith('<') else '= '}{written}"
