"""Scores of classes as rows: in which order they stand, and one or two runs in one table."""

from collections.abc import Mapping, Sequence

import pandas as pd

from kd_core.evaluation.scores import Scores

ORDERS = ("figure", "name")
FIGURES = ("recall", "precision")


def class_order(scores: Scores, names: Mapping[str, str], *, order: str, figure: str) -> list[str]:
    """Return the classes in the order of the page.

    Args:
        scores: of the run that sets the order.
        names: what each class is called.
        order: one of ``ORDERS``: "figure" puts the lowest score first and what has none last, "name" the alphabet.
        figure: a column of ``Scores.classes``.
    """
    alphabet = scores.classes.sort_values("class", key=lambda c: c.map(names).str.casefold(), kind="stable")
    if order == "figure":
        alphabet = alphabet.sort_values(figure, kind="stable", na_position="last")
    return list(alphabet["class"])


def scores_frame(runs: Sequence[tuple[str, Scores]], order: Sequence[str]) -> pd.DataFrame:
    """Return one row a class and run in the given order of classes, then one row an average and run.

    The columns are ``run`` and those of ``Scores.classes``; ``class`` is "macro" or "weighted" in the averages, which
    have neither intervals nor ``predicted``.

    Args:
        runs: what each run is called, and its scores.
        order: the classes.
    """
    frames = []
    for run, scores in runs:
        classes = scores.classes.set_index("class").loc[list(order)].reset_index()
        averages = scores.averages.rename(columns={"average": "class"})
        frames.append(pd.concat([classes, averages], ignore_index=True).assign(run=run))
    # Equal positions come together, in the order of the runs.
    return pd.concat(frames).sort_index(kind="stable")[["run", *runs[0][1].classes.columns]].reset_index(drop=True)
