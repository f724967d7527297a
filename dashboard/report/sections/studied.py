"""What was studied: the classes, the runs and how each was made."""

import json
from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard import context
from dashboard.components.deployment import noted
from dashboard.exhibit import Sheet
from dashboard.formats import UNKNOWN, fmt_count, fmt_seconds
from dashboard.names import class_name, run_label, split_name, study_name
from dashboard.report.blocks import Block, Facts, Numbers, Points, Section
from dashboard.report.material import SPLIT, Material
from dashboard.text import t
from kd_core.artifacts import RunRecord


def studied(material: Material) -> Section:
    """Return what the study is: facts, one row a run, and what the runs say of themselves."""
    blocks: list[Block] = [Facts(_facts(material)), Numbers(_recipes(material), "recipes", t("report.recipes_title"))]
    notes = noted(material.records)
    if notes:
        blocks.append(Points(notes, t("deployment.notes")))
    return Section("studied", t("report.studied_title"), blocks)


def _facts(material: Material) -> list[tuple[str, str]]:
    classes = material.records[0].classes
    best = material.student
    started = sorted(record.started for record in material.records if record.started)
    facts = [
        (t("shell.study"), f"{study_name(material.study)} ({material.study})"),
        (t("report.runs"), fmt_count(len(material.records))),
        (t("report.classes"), f"{fmt_count(len(classes))}: {', '.join(map(class_name, classes))}"),
        (t("report.teacher"), _named(material.teacher, material.study)),
        (t("report.student"), _named(best, material.study)),
        (t("report.chosen"), t("report.chosen_by", split=split_name("val"))),
        (t("report.measured_on"), split_name(SPLIT)),
    ]
    if started:
        days = dict.fromkeys(_day(moment) for moment in (started[0], started[-1]))
        facts.append((t("report.made"), " – ".join(days)))
    return facts


def _named(record: RunRecord | None, study: str) -> str:
    if record is None:
        return UNKNOWN
    label = run_label(record)
    return label if record.study == study else t("family.elsewhere", run=label, study=study_name(record.study))


def _recipes(material: Material) -> Sheet:
    rows = [_row(record, material) for record in material.records]
    numbers: dict[str, Callable[[Any], str]] = {
        t("report.input"): str,
        t("report.epochs"): fmt_count,
        t("report.seed"): lambda seed: f"{int(seed)}",
        t("report.date"): str,
        t("report.took"): fmt_seconds,
    }
    frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    plain = pd.DataFrame([_plain(record) for record in material.records])
    kept = {title: write for title, write in numbers.items() if title in frame}
    return Sheet(frame, kept, t("report.recipes_caption"), plain)


def _row(record: RunRecord, material: Material) -> dict[str, object]:
    taken, epochs = record.input, record.config.get("epochs")
    return {
        t("shell.run"): run_label(record),
        t("report.network"): record.network,
        t("report.input"): f"{taken.width} × {taken.height}" if taken else None,
        t("report.made_from"): _link(record.parent, material),
        t("report.learned_from"): _link(record.teacher, material),
        t("report.twin"): _link(record.twin, material),
        t("report.epochs"): epochs if isinstance(epochs, int) else None,
        t("report.seed"): record.seed,
        t("report.date"): _day(record.started) if record.started else None,
        t("report.took"): _took(record),
    }


def _took(record: RunRecord) -> float | None:
    """Return the seconds that a run took. The record of one that was interrupted knows those of its last part alone."""
    history, _ = context.history(record.study, record.run)
    trained = 0.0 if history is None else float(history["seconds"].sum())
    return max(record.seconds or 0.0, trained) or None


def _link(name: str | None, material: Material) -> str | None:
    return run_label(material.by_name[name]) if name in material.by_name else name


def _plain(record: RunRecord) -> dict[str, object]:
    taken = record.input
    return {
        "run": record.run,
        "stage": record.stage,
        "network": record.network,
        "input_height": taken.height if taken else None,
        "input_width": taken.width if taken else None,
        "parent": record.parent,
        "teacher": record.teacher,
        "twin": record.twin,
        "seed": record.seed,
        "started": record.started,
        "seconds": _took(record),
        "selected_epoch": record.selection.epoch if record.selection else None,
        "model_sha256": record.model.sha256 if record.model else None,
        "data_fingerprint": record.data.fingerprint if record.data else None,
        "config": json.dumps(record.config, ensure_ascii=False, default=str),
        "notes": " ".join(record.notes),
    }


def _day(moment: str) -> str:
    # ISO 8601: what comes before the T is the day, in either language.
    return moment.partition("T")[0]
