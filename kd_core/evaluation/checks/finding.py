"""What a check is, what it finds, and how a finding reads in English.

The English sentence and remedy stand beside the code that finds, in the check itself: the command line prints them, and
the dashboard's English catalogue takes them over (``dashboard/text.py``), so that they are written once. The German
ones stand in the dashboard's catalogue. A placeholder of a sentence is a value of the finding; the type of the value
says how it is written, by each side in its own way.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, Literal

from kd_core.evaluation.checks.view import StudyView

Severity = Literal["error", "warning"]


class Share(float):
    """A share of 1, written in percent."""


class Figure(float):
    """A figure without unit, or whose unit the sentence names."""


class PValue(float):
    """A p-value, written with its sign of relation: "p = 0.032" or "p < 0.001"."""


class Milliseconds(float):
    """A time in ms."""


class Bytes(int):
    """A size in bytes."""


class Count(int):
    """A number of things."""


class Verbatim(str):
    """A word as it stands in a file, a path or a command; the sentence sets it between backticks."""


class RunName(str):
    """The name of a run."""


class SplitName(str):
    """The name of a split: "val" or "test"."""


class RunNames(tuple[str, ...]):
    """The names of several runs."""


class ClassNames(tuple[str, ...]):
    """The names of several classes."""


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        code: of the check, such as "KD007".
        severity: "error": a figure must not be believed as it stands; "warning": read it with this in mind.
        run: which run it is about; None for the study as a whole.
        values: the figures that the sentence names.
    """

    code: str
    severity: Severity
    run: str | None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What the function of a check yields; ``severity`` where it is another than the check's own."""

    run: str | None
    values: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True)
class Check:
    """One check: a code, how grave it is, what it looks for, and what is said and advised where it fires."""

    code: str
    severity: Severity
    looks_for: str
    sentence: str
    remedy: str
    find: Callable[[StudyView], Iterable[Found]]

    def __call__(self, view: StudyView) -> list[Finding]:
        """Return what the check finds in a study; an empty list where all is well or nothing is known."""
        return [self.finding(found) for found in self.find(view)]

    def finding(self, found: Found) -> Finding:
        """Return what was found as a finding of this check."""
        return Finding(self.code, found.severity or self.severity, found.run, found.values)


def check(
    code: str, severity: Severity, *, looks_for: str, sentence: str, remedy: str
) -> Callable[[Callable[[StudyView], Iterable[Found]]], Check]:
    """Make a check of the function that finds; the texts are English, with the finding's values as placeholders."""
    return lambda find: Check(code, severity, looks_for, sentence, remedy, find)


def filled(text: str, finding: Finding, write: Callable[[Any], str]) -> str:
    """Return a sentence or remedy with a finding's values, each written by ``write``."""
    values = {"run": RunName(finding.run or ""), **finding.values}
    return text.format(**{name: write(value) for name, value in values.items()})


@singledispatch
def in_english(value: object) -> str:
    """Return a value of a finding as the command line writes it."""
    return str(value)


@in_english.register
def _(value: Share) -> str:
    return f"{value:.1%}"


@in_english.register
def _(value: Figure) -> str:
    return f"{value:.3g}"


@in_english.register
def _(value: PValue) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"


@in_english.register
def _(value: Milliseconds) -> str:
    return f"{value:.2f} ms"


@in_english.register
def _(value: Bytes) -> str:
    return f"{value / 1e3:,.0f} kB"


@in_english.register
def _(value: Count) -> str:
    return f"{value:,}"


@in_english.register
def _(value: tuple) -> str:
    return ", ".join(map(str, value))
