"""What an opened page shows, in the form that tests compare."""

import json
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest


def traces(app: AppTest, key: str) -> list[dict[str, Any]]:
    """Return the traces of the figure with this key, as the browser gets them."""
    charts = {chart.key: chart for chart in app.get("plotly_chart")}
    return json.loads(charts[key].proto.spec)["data"]


def table(app: AppTest, column: str) -> pd.DataFrame:
    """Return the numbers of the first table that has this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def words(app: AppTest) -> str:
    """Return all prose of the page: headings, text, captions, notices."""
    parts = [*app.subheader, *app.markdown, *app.caption, *app.info, *app.text, *app.error]
    return "\n".join(part.value for part in parts)


def plain(text: str) -> str:
    """Return a text with the signs of typography as the keyboard has them: blanks, minus and times."""
    return text.translate({0x202F: " ", 0x2212: "-", 0xD7: "x"})
