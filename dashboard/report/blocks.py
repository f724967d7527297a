"""What a report is made of: sections of text, lists, tables and charts, each with the numbers behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import pandas as pd

from dashboard.exhibit import Exhibit, Sheet
from kd_core.artifacts import Problem


@dataclass(frozen=True)
class Prose:
    """A paragraph in the catalogue's Markdown: as text, as the sentence that matters, or as a quiet note."""

    kind: ClassVar[str] = "prose"
    text: str
    look: Literal["text", "large", "note"] = "text"


@dataclass(frozen=True)
class Heading:
    """A title within a section."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Points:
    """A list in the catalogue's Markdown (a line feed begins a new line), with a title and a note where it has them."""

    kind: ClassVar[str] = "points"
    points: Sequence[str]
    title: str = ""
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """Names with what they are, one a line: plain text, not Markdown."""

    kind: ClassVar[str] = "facts"
    facts: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Numbers:
    """A table with its title and caption; ``csv`` names the file with its numbers, empty where it has none.

    Cells are plain text; those of the columns in ``prose`` are in the catalogue's Markdown.
    """

    kind: ClassVar[str] = "numbers"
    sheet: Sheet
    csv: str = ""
    title: str = ""
    prose: Sequence[str] = ()


@dataclass(frozen=True)
class Chart:
    """A figure with its title and caption; ``csv`` names the file with its numbers, empty where another block has it.

    ``table`` is what that file holds, where it is to be other than the table of the exhibit.
    """

    kind: ClassVar[str] = "chart"
    exhibit: Exhibit
    csv: str = ""
    title: str = ""
    table: pd.DataFrame | None = None


@dataclass(frozen=True)
class Beside:
    """Blocks side by side, as far as the page is wide enough."""

    kind: ClassVar[str] = "beside"
    blocks: Sequence["Block"]


Block = Prose | Heading | Points | Facts | Numbers | Chart | Beside


@dataclass(frozen=True)
class Section:
    """A part of the report: its name in the address, its title, its blocks, and what of it could not be read."""

    key: str
    title: str
    blocks: Sequence[Block]
    problems: Sequence[Problem] = field(default=())


def leaves(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks in the order of the page, those that stand side by side one after the other."""
    for block in blocks:
        if isinstance(block, Beside):
            yield from leaves(block.blocks)
        else:
            yield block


def tables(sections: Sequence[Section]) -> dict[str, pd.DataFrame]:
    """Return the numbers behind all blocks by the name of their file."""
    found: dict[str, pd.DataFrame] = {}
    for block in (block for section in sections for block in leaves(section.blocks)):
        if isinstance(block, Numbers) and block.csv:
            found[block.csv] = block.sheet.table
        elif isinstance(block, Chart) and block.csv:
            table = block.exhibit.table if block.table is None else block.table
            if table is not None:
                found[block.csv] = table
    return found
