"""Choosing one layer of a real run, to play with its weights."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from dashboard import context
from dashboard.choices import pick_from
from dashboard.components.chart import is_dark
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_count
from dashboard.names import run_label, study_name
from dashboard.palette import run_styles
from dashboard.selection import Keep, pick_run
from dashboard.text import t
from kd_core.artifacts import Problem, RunRecord
from kd_core.artifacts.run_files import WEIGHTS

# A kernel of a few hundred weights has no histogram worth looking at.
LEAST_WEIGHTS = 1000

Kernels = Callable[[str, str], tuple[Mapping[str, Any] | None, list[Problem]]]


@dataclass(frozen=True)
class Layer:
    """One layer of a run: its name, and the colour of the run."""

    record: RunRecord
    name: str
    colour: str

    def where(self, kernel: np.ndarray) -> str:
        """Return study, run, layer and number of weights, as captions name them."""
        shape = " \u00d7 ".join(map(str, kernel.shape))
        record = self.record
        return t(
            "playing.where",
            study=study_name(record.study),
            run=run_label(record),
            layer=self.name,
            shape=shape,
            n=fmt_count(kernel.size),
        )


def pick_layer(
    study: str, kernels: Kernels, size_of: Callable[[Any], int], *, keep: Keep, default: str | None, missing: str
) -> tuple[Layer, Any] | None:
    """Draw the lists of runs and layers; return the layer and its kernel, or None with a note where there is none.

    Args:
        study: whose runs are offered.
        kernels: reads the kernels of a run by layer.
        size_of: the number of weights of what that reads.
        keep: which runs are offered.
        default: the run that is chosen at first.
        missing: what is said where the study has no such run.
    """
    records, _ = context.runs(study)
    if not any(keep(record) for record in records):
        show_missing(missing)
        return None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        record = pick_run(study, name="weights", label=t("playing.run"), keep=keep, default=default, forget=("layer",))
        if record is None:
            return None
        found, problems = kernels(study, record.run)
        show_problems(problems)
        sizes = {name: size_of(kernel) for name, kernel in (found or {}).items()}
        sizes = {name: size for name, size in sizes.items() if size >= LEAST_WEIGHTS}
        if found is None or not sizes:
            show_missing(missing)
            return None
        labels = {name: t("playing.layer_size", layer=name, n=fmt_count(size)) for name, size in sizes.items()}
        name = pick_from(
            "layer",
            t("playing.layer"),
            list(sizes),
            default=max(sizes, key=sizes.__getitem__),
            label_of=labels.__getitem__,
        )
    colour = run_styles(records, is_dark())[record.run].colour
    return Layer(record, name, colour), found[name]


def trained_layer(study: str, stage: str) -> tuple[Layer, np.ndarray] | None:
    """Draw the choice among runs that ship the weights of their training; first offered is what ``stage`` began from.

    Args:
        study: whose runs are offered.
        stage: "prune" or "cluster".
    """
    records, _ = context.runs(study)
    names = {record.run for record in records}
    begun = (record.parent for record in records if record.stage == stage and record.parent in names)

    def keep(record: RunRecord) -> bool:
        return (context.store().root / record.study / record.run / WEIGHTS).is_file()

    return pick_layer(
        study,
        context.kernels,
        np.size,
        keep=keep,
        default=next(begun, None),
        missing=t("playing.no_weights", study=study_name(study)),
    )


def same_layer(layer: Layer, stage: str, shape: tuple[int, ...]) -> list[tuple[RunRecord, np.ndarray]]:
    """Return this layer's kernel in every run that a stage made of the layer's run, as far as it ships weights."""
    records, _ = context.runs(layer.record.study)
    found = []
    for record in records:
        if record.stage == stage and record.parent == layer.record.run:
            kernel = (context.kernels(record.study, record.run)[0] or {}).get(layer.name)
            if kernel is not None and kernel.shape == shape:
                found.append((record, kernel))
    return found
