"""The report as one page of HTML that needs nothing beside it: style, Plotly's JavaScript and all figures are in it."""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from dashboard.exhibit import Sheet
from dashboard.formats import UNKNOWN
from dashboard.names import study_name
from dashboard.palette import template
from dashboard.report.blocks import Chart, Section, leaves
from dashboard.report.markup import inline, plain
from dashboard.text import language, t

PARTS = Path(__file__).parent / "parts"
# Where a figure does not say how high it is.
HEIGHT = 450
# The page asks for no font: what the reader's machine writes its own windows with.
FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"


def page(study: str, sections: Sequence[Section], problems: Sequence[str], written: datetime) -> str:
    """Return the whole document, in the language of the document that is being written.

    Args:
        study: name of the study.
        sections: what the report says.
        problems: a sentence for everything that could not be read.
        written: when, in UTC.
    """
    charts = [block for section in sections for block in leaves(section.blocks) if isinstance(block, Chart)]
    places = {id(chart): f"chart-{number}" for number, chart in enumerate(charts, start=1)}
    scripts = [get_plotlyjs(), (PARTS / "report.js").read_text(encoding="utf-8")]
    environment = Environment(
        loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"inline": inline, "plain": plain}
    return environment.get_template("report.html").render(
        t=t,
        lang=language(),
        study=study,
        title=t("report.title", study=study_name(study)),
        written=f"{written:%Y-%m-%d %H:%M} UTC",
        sections=sections,
        problems=problems,
        table=_table,
        place=lambda chart: places[id(chart)],
        size=_size,
        figures=_embedded([_drawing(places[id(chart)], chart) for chart in charts]),
        style=Markup((PARTS / "report.css").read_text(encoding="utf-8")),
        scripts=[Markup(script) for script in scripts],
        policy=_policy(scripts),
    )


def _policy(scripts: Sequence[str]) -> str:
    """Return what the browser may load and run for the page: nothing from anywhere, and no script but its own."""
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    # Plotly writes style rules, and draws a heat map as a picture within the page.
    return f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:"


def _drawing(place: str, chart: Chart) -> dict[str, Any]:
    """Return a figure as the script draws it, in the light theme and with the decimal sign of the language."""
    figure = go.Figure(chart.exhibit.figure)
    figure.update_layout(template=template(dark=False), separators=",." if language() == "de" else ".,")
    figure.update_layout(font={"family": FONT}, hoverlabel={"font": {"family": FONT}})
    return {"place": place, "figure": json.loads(figure.to_json())}


def _embedded(value: Any) -> Markup:
    """Return a value as JSON that can stand in a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _size(chart: Chart) -> dict[str, int | None]:
    """Return height and, where the figure has one of its own, width in pixels."""
    layout = chart.exhibit.figure.layout
    return {"height": int(layout.height or HEIGHT), "width": None if layout.width is None else int(layout.width)}


def _table(sheet: Sheet) -> dict[str, Any]:
    """Return titles and cells of a table as they are written, and which columns are numbers."""
    columns = [(str(name), sheet.numbers.get(name)) for name in sheet.frame.columns]
    rows = [
        [_cell(value, write) for value, (_, write) in zip(row, columns, strict=True)]
        for row in sheet.frame.itertuples(index=False, name=None)
    ]
    numeric = [write is not None for _, write in columns]
    return {"titles": [name for name, _ in columns], "numeric": numeric, "rows": rows}


def _cell(value: Any, write: Any) -> str:
    if pd.isna(value):
        return UNKNOWN
    return str(value) if write is None else write(value)
