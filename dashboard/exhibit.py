"""What a page and the report both show: a figure or a table, in the reader's words, with the numbers behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go


@dataclass(frozen=True)
class Exhibit:
    """A figure, its caption (study and run, split, n), and the table behind it; None where it needs none."""

    figure: go.Figure
    caption: str
    table: pd.DataFrame | None


@dataclass(frozen=True)
class Sheet:
    """A table whose first column names the row.

    ``numbers`` says how each numeric column is written; None and NaN are written as a dash. ``table`` has the same, or
    more, as bare numbers for a download.
    """

    frame: pd.DataFrame
    numbers: Mapping[str, Callable[[Any], str]]
    caption: str
    table: pd.DataFrame
