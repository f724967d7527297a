"""The choices of a view: study, runs, split, language. Each lives in the address and survives a change of page."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import address, context
from dashboard.choices import pick_any, pick_flag, pick_from, pick_option
from dashboard.components.notices import show_missing, show_problems
from dashboard.names import run_label, split_name, study_name
from dashboard.text import DEFAULT, LANGUAGES, t
from kd_core.artifacts import RunRecord

SPLITS = ("test", "val")
PREFERRED = ("showcase", "paper", "smoke", "published")

# What in the address means nothing in another study.
_OF_A_STUDY = (
    "run",
    "other",
    "runs",
    "models",
    "cell",
    "side",
    "student",
    "learner",
    "variant",
    "against",
    "true",
    "given",
    "class",
    "picture",
    "machine",
    "configs",
    "closer",
    "weights",
    "layer",
    "sample.class",
    "sample.split",
    "sample.turn",
    "copies",
    "copies.turn",
    "robustness.turn",
)

_NOBODY = "none"

Keep = Callable[[RunRecord], bool]


def pick_language() -> str:
    """Draw the language selector; return the chosen language and make it the session's."""
    chosen = address.read("lang")
    st.session_state["language"] = chosen if chosen in LANGUAGES else DEFAULT
    return pick_option("lang", t("shell.language"), list(LANGUAGES), default=DEFAULT, label_of=LANGUAGES.__getitem__)


def pick_study(*, key: str = "study") -> str | None:
    """Draw the study selector; return the study, or None (with a plain note) when there are no artifacts at all."""
    options = context.studies()
    if not options:
        show_missing(t("shell.no_studies", folder=str(context.store().root)))
        return None
    preferred = [name for name in PREFERRED if name in options] or options
    return pick_from(key, t("shell.study"), options, default=preferred[0], label_of=study_name, forget=_OF_A_STUDY)


def pick_run(
    study: str,
    *,
    name: str = "run",
    label: str | None = None,
    keep: Keep | None = None,
    default: str | None = None,
    forget: Sequence[str] = (),
) -> RunRecord | None:
    """Draw the selector of one run; return its record, or None (with a plain note) when the study has none to offer.

    Args:
        study: the study whose runs are offered.
        name: the parameter in the address: "run", or another for a second selector on the same page.
        label: what stands over the selector; "Run" without it.
        keep: which runs are offered; all without it.
        default: the run that is chosen when the address names none.
        forget: parameters of the address that hang on this choice.
    """
    records = _offered(study, keep)
    if not records:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return None
    by_name = {r.run: r for r in records}
    labels = {run: run_label(record) for run, record in by_name.items()}
    picked = pick_from(
        name, label or t("shell.run"), list(by_name), default=default, label_of=labels.__getitem__, forget=forget
    )
    return by_name[picked]


def pick_other(first: RunRecord, *, keep: Keep | None = None) -> RunRecord | None:
    """Draw the selector of a second run to set beside ``first``: one of its study with its classes, or none."""
    records = [r for r in context.runs(first.study)[0] if r.run != first.run and r.classes == first.classes]
    by_name = {r.run: r for r in records if keep is None or keep(r)}
    labels = {_NOBODY: t("shell.no_other")} | {run: run_label(record) for run, record in by_name.items()}
    chosen = pick_from("other", t("shell.other"), list(labels), default=_NOBODY, label_of=labels.__getitem__)
    return by_name.get(chosen)


def pick_runs(
    study: str,
    *,
    name: str = "runs",
    label: str | None = None,
    keep: Keep | None = None,
    default: Sequence[str] | None = None,
) -> list[RunRecord]:
    """Draw the selector of several runs; return their records in the study's order, all of them by default."""
    records = _offered(study, keep)
    if not records:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return []
    by_name = {r.run: r for r in records}
    labels = {run: run_label(record) for run, record in by_name.items()}
    value = pick_any(
        name, label or t("shell.runs"), list(by_name), default=default or list(by_name), label_of=labels.__getitem__
    )
    if not value:
        show_missing(t("shell.choose_one"))
    return [by_name[run] for run in value]


def pick_split(*, splits: Sequence[str] = SPLITS) -> str:
    """Draw the selector of the evaluated split; return "test" (the default) or "val"."""
    return pick_option("split", t("shell.split"), splits, label_of=split_name)


def pick_clean(study: str) -> bool:
    """Draw the switch that leaves out what leaked from training; no switch where the study's index does not tell."""
    index, problems = context.index(study)
    show_problems(problems)
    return index is not None and pick_flag("clean", t("shell.clean"), help_text=t("shell.clean_help"))


def _offered(study: str, keep: Keep | None) -> list[RunRecord]:
    records, problems = context.runs(study)
    show_problems(problems)
    return [r for r in records if keep is None or keep(r)]
