"""How many pictures each class has in each split, as a figure with its words."""

import pandas as pd

from dashboard.charts.data_set import counts_figure
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_count
from dashboard.names import class_name, in_figure, split_name
from dashboard.palette import neutral
from dashboard.text import t


def class_counts_chart(study: str, counts: pd.DataFrame, *, dark: bool) -> Exhibit:
    """Return the pictures of every class and split of a study.

    Args:
        study: the study.
        counts: as ``dashboard.tables.data_set.class_counts`` returns it.
        dark: whether the page is.
    """
    figure = counts_figure(
        counts,
        titles={split: f"{split_name(split)}<br>{fmt_count(counts[split].sum())}" for split in counts.columns},
        class_names={label: in_figure(class_name(label)) for label in counts.index},
        colour=neutral(dark),
    )
    table = counts.rename(columns=split_name).rename_axis(t("data_set.class")).reset_index()
    return Exhibit(figure, t("data_set.counts_caption", study=study, n=fmt_count(counts.to_numpy().sum())), table)
