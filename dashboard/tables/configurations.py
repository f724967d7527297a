"""What several runs were made with, setting by setting, side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

SETTING = "setting"


def configurations(configs: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row a setting: its name in column ``SETTING``, and a column 0, 1, ... with the value of each run.

    Names and values are written as in a study's file, tables with a dot: ``augmentation.views``. None where a run has
    no such setting. The order is that in which the settings first appear.

    Args:
        configs: ``RunRecord.config`` of the runs.
    """
    flat = [dict(_flat(config)) for config in configs]
    names = dict.fromkeys(name for one in flat for name in one)
    rows = [[name, *(one.get(name) for one in flat)] for name in names]
    return pd.DataFrame(rows, columns=[SETTING, *range(len(flat))], dtype=object)


def differing(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``configurations`` in which not all runs have the same; having none is a value too."""
    values = frame.drop(columns=SETTING)
    return frame[values.nunique(axis="columns", dropna=False) > 1]


def _flat(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in config.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        elif value is not None:
            yield f"{prefix}{name}", _written(value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(one) for one in value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
