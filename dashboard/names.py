"""Names as people read them: studies, runs, stages, splits, classes."""

import html
import re

from dashboard.formats import fmt_percent
from dashboard.text import has, t
from kd_core.artifacts import RunRecord

_PRECISIONS = ("int8", "float16", "float32", "dynamic")
# Short forms that stay as they are written everywhere: plain, and keeping zeros, shared values or both.
_ABBREVIATIONS = ("qat", "pqat", "cqat", "pcqat")
# Methods, as their papers write them.
_METHODS = {"ema": "EMA", "dist": "DIST", "dkd": "DKD", "cutmix": "CutMix"}
# Heights and widths of inputs, in pixels.
_WIDTHS = {str(size) for size in range(32, 257, 32)}
# What names of runs are made of, and the stage that each part stands for.
_STAGE_OF = {
    "teacher": "teacher",
    "scratch": "scratch",
    "distill": "distill",
    "distilled": "distill",
    "kd": "distill",
    "prune": "prune",
    "pruned": "prune",
    "cluster": "cluster",
    "clustered": "cluster",
    "quantize": "quantize",
    "quantized": "quantize",
}
_STAGE_OF |= dict.fromkeys(_PRECISIONS, "quantize") | dict.fromkeys(_ABBREVIATIONS, "qat")


def study_name(study: str) -> str:
    """Return the name of a study; one of our own has a title, any other keeps its folder's name."""
    return _named("names.study", study)


def stage_name(stage: str) -> str:
    """Return what a stage of the line is called."""
    return _named("names.stage", stage)


def split_name(split: str) -> str:
    """Return what a split is called."""
    return _named("names.split", split)


def class_name(name: str) -> str:
    """Return a class in the language of the session; a class that the catalogue does not know keeps its name."""
    return _named("names.class", name)


def precision_name(precision: str) -> str:
    """Return what a precision of a deployed model is called."""
    return _named("names.precision", precision)


def run_name(run: str) -> str:
    """Return a run's name as a title: "student3_kd_int8" becomes "Student 3 distilled int8"; unknown parts stay.

    A number behind a stage stands apart, and behind pruning it is a share: "pruned80" becomes "pruned 80 %". A part
    that is a width a network can have, a multiple of 32, is one: "student3-scratch-64" ends in "64 px".
    """
    words = " ".join(_word(part) for part in _parts(run))
    return words[:1].upper() + words[1:]


def run_label(record: RunRecord) -> str:
    """Return a run's name with its stage, for lists of choice; the stage is left out where the name says it."""
    name = run_name(record.run)
    said = {_STAGE_OF.get(_split(part)[0]) for part in _parts(record.run)}
    if record.stage == "published" or record.stage in said:
        return name
    return f"{name} \u00b7 {stage_name(record.stage)}"


def escaped(name: str) -> str:
    """Return a name from the artifacts or the disk so that Markdown leaves it as it is."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-!$:~|])", r"\\\1", name)


def in_figure(name: str) -> str:
    """Return a name from the artifacts so that Plotly shows it as it is and takes no part of it for markup."""
    # Plotly knows no entity for quotes, and they mean nothing to it.
    return html.escape(name, quote=False)


def _parts(run: str) -> list[str]:
    return [part for part in re.split(r"[-_\s]+", run) if part]


def _word(part: str) -> str:
    name, number = _split(part)
    if name == "student" and number:
        return t("names.student", number=number)
    if part in _WIDTHS:
        return f"{part}\u00a0px"
    if name == "seed" and number:
        return t("names.seed", number=number)
    stage = _STAGE_OF.get(name)
    if stage is None:
        return _METHODS.get(part, part)
    # "int8" and "QAT" name the stage and say more than it.
    written = name if name in _PRECISIONS else name.upper() if name in _ABBREVIATIONS else stage_name(stage)
    if not number:
        return written
    return f"{written} {fmt_percent(int(number) / 100, 0) if stage == 'prune' else number}"


def _split(part: str) -> tuple[str, str]:
    """Return a part of a name without the number at its end, and that number; "int8" is one name."""
    if part in _STAGE_OF:
        return part, ""
    found = re.fullmatch(r"(\D+)(\d*)", part)
    return (found[1], found[2]) if found else (part, "")


def _named(prefix: str, name: str) -> str:
    key = f"{prefix}.{name}"
    return t(key) if has(key) else name
