"""What the command line shows of a search for a compressed model: the path that was tried, and the winner."""

from collections.abc import Sequence

from rich.table import Table

from kd_core.compression.search import Goal, Trial
from kd_core.report import plain_table


def search_table(goal: Goal, trials: Sequence[Trial], best: Trial | None) -> Table:
    """Return the trials in the order in which they were made; what a limit rules out is red, the winner green."""
    columns = ("Variant", "Val accuracy", "Lost (points)", "File kB", "gzip kB", "p50 ms", "Holds")
    table = plain_table(f"Goal: {goal_text(goal)}", *columns)
    for trial in trials:
        name = f"[green]{trial.variant.name}[/]" if trial == best else trial.variant.name
        if trial.problem:
            table.add_row(name, "[red]could not be made[/]", *[""] * 4, "no")
            continue
        table.add_row(
            name,
            f"{trial.accuracy:.4f}",
            _marked(f"{100 * trial.drop:.2f}", goal.accurate(trial)),
            f"{trial.raw_bytes / 1e3:,.0f}",
            _marked(f"{trial.gzip_bytes / 1e3:,.0f}", goal.small(trial)),
            _marked(f"{trial.p50_ms:.2f}", goal.fast(trial)),
            "yes" if goal.holds(trial) else "no",
        )
    return table


def extremes_text(goal: Goal, trials: Sequence[Trial]) -> str:
    """Return which of the trials that hold the goal, at least one, is the smallest and which the fastest."""
    holding = [trial for trial in trials if goal.holds(trial)]
    smallest = min(holding, key=lambda trial: trial.gzip_bytes)
    fastest = min(holding, key=lambda trial: trial.p50_ms)
    return (
        f"Of those that hold the goal {smallest.variant.name} is the smallest "
        f"({smallest.gzip_bytes / 1e3:,.0f} kB after gzip), "
        f"and {fastest.variant.name} the fastest ({fastest.p50_ms:.2f} ms a call)."
    )


def goal_text(goal: Goal) -> str:
    """Return the goal in words, and what is sought within it."""
    limits = []
    if goal.max_drop is not None:
        limits.append(f"at most {100 * goal.max_drop:g} points of validation accuracy lost")
    if goal.max_bytes is not None:
        limits.append(f"at most {goal.max_bytes / 1e3:,.0f} kB after gzip")
    if goal.max_ms is not None:
        limits.append(f"at most {goal.max_ms:g} ms a call")
    sought = "the smallest" if goal.max_drop is not None else "the most accurate"
    return f"{', '.join(limits)}; of these {sought}"


def _marked(text: str, within: bool) -> str:
    return text if within else f"[red]{text}[/]"
