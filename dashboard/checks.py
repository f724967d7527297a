"""What the checks find in a study, kept by the content of its files: with hundreds of runs they take a minute."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from dashboard import context
from dashboard.kept import kept
from dashboard.memory import remembered
from dashboard.stamps import Stamp
from kd_core.artifacts import ArtifactStore
from kd_core.environment import machine_name
from kd_core.evaluation.checks import Checked, Finding, StudyView, run_checks
from kd_core.evaluation.checks import finding as kinds
from kd_core.evaluation.checks.finding import Severity

# How a value is written hangs on its type, which JSON does not know.
Kind = Literal[
    "Share", "Figure", "PValue", "Milliseconds", "Bytes", "Count", "Verbatim", "RunName", "SplitName", "RunNames",
    "ClassNames", "str", "int", "float",
]  # fmt: skip
_PLAIN: dict[str, Any] = {"str": str, "int": int, "float": float}
_TYPES: dict[str, Any] = {name: _PLAIN.get(name) or getattr(kinds, name) for name in get_args(Kind)}


@dataclass(frozen=True)
class _Found:
    code: str
    severity: Severity
    run: str | None
    values: dict[str, tuple[Kind, int | float | str | list[str]]]


@dataclass(frozen=True)
class _All:
    findings: list[_Found]
    problems: list[str]


def checked(study: str) -> Checked:
    """Return what all checks find in a study on this machine; the settings of its file are not known here."""
    records, _ = context.runs(study)
    named = [name for record in records for name in (record.parent, record.teacher, record.twin) if name]
    elsewhere = sorted({name.rpartition("/")[0] for name in named if "/" in name})
    sources = tuple(stamp for one in (study, *elsewhere) for stamp in context.study_stamp(one))
    return _checked(str(context.store().root), study, machine_name(), sources)


@remembered(max_entries=64)
def _checked(root: str, study: str, machine: str, sources: Stamp) -> Checked:
    def derive() -> _All:
        return _written(run_checks(StudyView(ArtifactStore(Path(root)), study, machine)))

    return _read(kept("checks", (study, machine), sources, _All, derive, whole=lambda: True))


def _written(checked: Checked) -> _All:
    findings = [
        _Found(one.code, one.severity, one.run, {name: _value(value) for name, value in one.values.items()})
        for one in checked.findings
    ]
    return _All(findings, list(checked.problems))


def _value(value: Any) -> tuple[Any, Any]:
    plain = next((kind for kind in (tuple, int, float) if isinstance(value, kind)), str)
    return type(value).__name__, [str(one) for one in value] if plain is tuple else plain(value)


def _read(found: _All) -> Checked:
    findings = (
        Finding(one.code, one.severity, one.run, {name: _TYPES[kind](v) for name, (kind, v) in one.values.items()})
        for one in found.findings
    )
    return Checked(tuple(findings), tuple(found.problems))
