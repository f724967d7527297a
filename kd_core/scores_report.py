"""What the command line shows of one run: its headline figures, and precision, recall and F1 of every class."""

from math import isnan

from rich.console import Group, RenderableType
from rich.markup import escape

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.scores import FEW_PICTURES, Scores, Share, scores_of, scores_of_matrix
from kd_core.report import plain_table


def run_scores(store: ArtifactStore, study: str, run: str, *, split: str, clean: bool) -> Scores:
    """Return what a run scores on a split; of a published run, what follows from the matrix that the slides state.

    Args:
        store: the artifacts.
        study: name of the study.
        run: name of the run.
        split: "val" or "test".
        clean: whether pictures that leaked from training are left out.

    Raises:
        ArtifactError: if something that is needed cannot be read.
        KdError: if there is no such run or no picture, or the slides do not state what is asked for.
    """
    if not store.folder(study, run).is_dir():
        known = ", ".join(record.run for record in store.runs(study)[0]) or "none yet"
        raise KdError(f"The study {study} has no finished run {run}: choose one of {known}, or train it.")
    record = store.run(study, run)
    if record.claims is not None:
        return _stated(store, record, split, clean)
    part = store.predictions(study, run).of(split)
    return scores_of(part.where(leak_free(part, store.index(study))) if clean else part)


def scores_table(title: str, scores: Scores) -> RenderableType:
    """Return a row a class with 95 % intervals, the averages below, and the headline figures under the table.

    A class of few pictures is yellow and has a star.
    """
    table = plain_table(title, "Class", "Precision [95 %]", "Recall [95 %]", "F1", "Support")
    for row in scores.classes.to_dict("records"):
        few = row["support"] < FEW_PICTURES
        label = escape(row["class"])
        table.add_row(
            f"[yellow]{label} *[/]" if few else label,
            *(
                _share(Share(*(row[figure + end] for end in ("", "_low", "_high"))))
                for figure in ("precision", "recall")
            ),
            _figure(row["f1"]),
            f"{row['support']:,}",
        )
    for row in scores.averages.to_dict("records"):
        # As wide as the interval that an average does not have, so that the points stand below one another.
        figures = (f"{_figure(row[name])}{' ' * 15}" for name in ("precision", "recall"))
        table.add_row(f"[bold]{row['average']}[/]", *figures, _figure(row["f1"]), f"{row['support']:,}")
    lines = _headline(scores)
    if (scores.classes["support"] < FEW_PICTURES).any():
        lines.append(f"[yellow]* Fewer than {FEW_PICTURES} pictures[/]: the figures of these classes say little.")
    return Group(table, *lines)


def _stated(store: ArtifactStore, record: RunRecord, split: str, clean: bool) -> Scores:
    if split != "test" or clean:
        raise KdError(
            f"{record.study}/{record.run} is known from slides, which state the test split as a whole and nothing "
            "else: leave out --split and --leak-free."
        )
    if not (store.folder(record.study, record.run) / "confusion.csv").is_file():
        raise KdError(f"The slides state no confusion matrix of {record.study}/{record.run}: choose another run.")
    return scores_of_matrix(store.confusion(record.study, record.run).to_numpy(), record.classes)


def _headline(scores: Scores) -> list[str]:
    shares = [f"top-1 {_share(scores.top1)}"]
    if scores.top3 is not None:
        shares.append(f"top-3 {_share(scores.top3)}")
    others = [f"macro F1 {_figure(scores.macro_f1)}"]
    if scores.loss is not None:
        others.append(f"NLL {scores.loss:.3f} nats")
    if scores.brier is not None:
        others.append(f"Brier {scores.brier:.3f} (0 to 2)")
    return [
        f"n = {scores.n:,}: {', '.join(shares)}",
        ", ".join(others),
        "Intervals: Wilson, which takes the pictures for independent of one another.",
    ]


def _share(share: Share) -> str:
    interval = f"\\[{_figure(share.low)}, {_figure(share.high)}]"
    return f"{_figure(share.value)} {interval}"


def _figure(value: float) -> str:
    # NaN is a share of nothing.
    return "-" if isnan(value) else f"{value:.3f}"
