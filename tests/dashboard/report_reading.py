"""A report as tests read it: its elements, its tables, its figures, and the words that a person sees."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import numpy as np

VOID = {"meta", "br"}
HIDDEN = {"script", "style", "title"}


@dataclass
class Page(HTMLParser):
    """A parsed page: every element with its attributes, what scripts and style hold, and the visible text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    contents: dict[str, list[str]] = field(default_factory=dict)
    tables: list[list[list[str]]] = field(default_factory=list)
    text: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag in HIDDEN:
            self.contents.setdefault(tag, []).append("")
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        if tag == "br":
            self._say("\n")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, f"</{tag}> closes what it did not open"
        if tag not in ("strong", "code", "span", "a"):
            self.text += "\n"

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] in HIDDEN:
            self.contents[self._open[-1]][-1] += data
        else:
            self._say(data)

    def _say(self, data: str) -> None:
        self.text += data
        if "td" in self._open or "th" in self._open:
            self.tables[-1][-1][-1] += data


def read_page(html: str) -> Page:
    """Return a page with every element closed."""
    page = Page()
    page.feed(html)
    page.close()
    assert page._open == []
    return page


def table_with(page: Page, title: str) -> list[dict[str, str]]:
    """Return the rows of the first table that has a column of this title, each cell by its column's title."""
    rows = next(rows for rows in page.tables if title in rows[0])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def figures(page: Page) -> list[dict[str, Any]]:
    """Return the figures as Plotly gets them, in the order of the page, arrays decoded."""
    (data,) = [text for text in page.contents["script"] if text.startswith("[{")]
    return [decoded(one["figure"]) for one in json.loads(data)]


def decoded(value: Any) -> Any:
    """Return a part of a figure with Plotly's packed arrays as NumPy's."""
    if isinstance(value, dict) and set(value) >= {"dtype", "bdata"}:
        array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        return array.reshape([int(n) for n in str(value["shape"]).split(",")]) if "shape" in value else array
    if isinstance(value, dict):
        return {key: decoded(one) for key, one in value.items()}
    return [decoded(one) for one in value] if isinstance(value, list) else value


def strings(value: Any) -> Iterator[str]:
    """Yield every text within a figure."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)
