"""Progress of long work: a bar in the terminal, nothing where nobody looks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Advance = Callable[..., None]


class Reporter(Protocol):
    """Something that tells a person what is going on."""

    def say(self, text: str) -> None:
        """Tell one line that stays."""

    def task(self, label: str, total: int) -> AbstractContextManager[Advance]:
        """Show a bar of ``total`` steps; call what it yields as ``advance(steps=1, note="")``."""


class Silent:
    """Tells nothing: for tests and for use as a library."""

    def say(self, text: str) -> None:
        """Ignore the line."""

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Advance]:
        """Ignore the steps."""
        yield lambda steps=1, note="": None


class Terminal:
    """Tells through rich; where the output is no terminal, a bar becomes its first and its last line."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()

    def say(self, text: str) -> None:
        """Print one line; it may carry rich markup."""
        self.console.print(text, highlight=False, soft_wrap=True)

    @contextmanager
    def task(self, label: str, total: int) -> Iterator[Advance]:
        """Show a bar until the block ends."""
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self.console, refresh_per_second=4) as bars:
            bar = bars.add_task(label, total=total, note="")

            def advance(steps: int = 1, note: str = "") -> None:
                if note:
                    bars.update(bar, note=note)
                bars.advance(bar, steps)

            yield advance
