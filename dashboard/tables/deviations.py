"""In what a training of ours is not the original's: both told in the same settings, whatever their files call them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kd_core.artifacts import RunRecord

# In the order of a table; None in a column is what the slides, or the run's settings, do not say.
SETTINGS = (
    "network",
    "pictures",
    "input",
    "epochs",
    "batch_size",
    "learning_rate",
    "decay",
    "weight_decay",
    "views",
    "alpha",
    "temperature",
    "scale_by_t2",
    "objective",
    "dropped",
)
# What the slides call a decay is "exponential" in a study.
_EXPONENTIAL = "exponential"


def stated_settings(record: RunRecord) -> dict[str, Any]:
    """Return what the slides state of a training: pixels of a side, counts and rates as numbers."""
    config = record.config
    decay = config.get("learning_rate_decay")
    return {
        "network": record.network,
        "pictures": config.get("size"),
        "input": config.get("size"),
        "epochs": config.get("epochs"),
        "learning_rate": config.get("learning_rate"),
        "decay": _decay(decay.get("rate"), decay.get("steps")) if isinstance(decay, Mapping) else "constant",
        "weight_decay": config.get("weight_decay"),
        "views": 1 if config.get("augmentation") is False else None,
        "alpha": config.get("alpha"),
        "temperature": config.get("temperature"),
    }


def own_settings(record: RunRecord, index: pd.DataFrame | None) -> dict[str, Any]:
    """Return the same of a run of ours, from its settings and from the index of its pictures where that is there.

    ``pictures`` is the longest side of any picture, ``dropped`` how many were left out of training.
    """
    config = record.config
    augmentation = config.get("augmentation")
    schedule = config.get("schedule")
    exponential = schedule == _EXPONENTIAL
    return {
        "network": record.network,
        "pictures": None if index is None else int(index[["width", "height"]].to_numpy().max()),
        "input": record.input.width if record.input else config.get("input_size"),
        "epochs": config.get("epochs"),
        "batch_size": config.get("batch_size"),
        "learning_rate": config.get("learning_rate"),
        "decay": _decay(config.get("decay_rate"), config.get("decay_steps")) if exponential else schedule,
        "weight_decay": _weight_decay(config),
        "views": augmentation.get("views") if isinstance(augmentation, Mapping) else None,
        "alpha": config.get("alpha"),
        "temperature": config.get("temperature"),
        "scale_by_t2": config.get("scale_by_t2"),
        "objective": config.get("objective"),
        "dropped": record.data.dropped if record.data else None,
    }


def _weight_decay(config: Mapping[str, Any]) -> str | None:
    """Return what keeps the weights small, by its kind and strength; None where nothing does."""
    kinds = (("L2", config.get("l2")), ("AdamW", config.get("weight_decay")))
    return next((f"{kind} {strength:g}" for kind, strength in kinds if strength), None)


def _decay(rate: object, steps: object) -> str:
    return f"{rate} / {steps}"
