"""What an opened page shows, in the form that tests compare."""

import json
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest


def traces(app: AppTest, key: str) -> list[dict[str, Any]]:
    """Return the traces of the figure with this key, as the browser gets them."""
    return _figure(app, key)["data"]


def notes(app: AppTest, key: str) -> list[str]:
    """Return the texts that stand in the figure with this key beside its traces."""
    return [note["text"] for note in _figure(app, key)["layout"].get("annotations", [])]


def grid(app: AppTest, key: str) -> dict[str, Any]:
    """Return what the grid with this key shows, as the browser gets it."""
    return json.loads(_grid(app, key).proto.json)


def grids(app: AppTest) -> list[str]:
    """Return the keys of the grids on the page; what the frame of every page draws is none."""
    keys = [found.proto.id.rpartition("-")[2] for found in app.get("bidi_component")]
    return [key for key in keys if key != "shell.theme"]


def click_grid(app: AppTest, key: str, cell: str) -> AppTest:
    """Click a cell of the grid with this key: AppTest has no word for it, so that this is what the browser sends."""
    states = app._tree.get_widget_states()
    # Streamlit's name for what a component reports once.
    trigger = f"$$STREAMLIT_INTERNAL_KEY_{_grid(app, key).proto.id}__events"
    states.widgets.add(id=trigger, json_trigger_value=json.dumps([{"event": "cell", "value": cell}]))
    return app._run(states)


def table(app: AppTest, column: str) -> pd.DataFrame:
    """Return the numbers of the first table that has this column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def behind(app: AppTest, key: str) -> pd.DataFrame:
    """Open the table behind the figure with this key and return its numbers."""
    tables = [frame.value for frame in app.dataframe]
    app.session_state[f"{key}.table"] = True
    app.run()
    (opened,) = [frame.value for frame in app.dataframe if not any(frame.value.equals(known) for known in tables)]
    return opened


def words(app: AppTest) -> str:
    """Return all prose of the page: headings, text, captions, notices."""
    parts = [*app.header, *app.markdown, *app.caption, *app.info, *app.text, *app.error]
    return "\n".join(part.value for part in parts)


def plain(text: str) -> str:
    """Return a text with the signs of typography as the keyboard has them: blanks, minus and times."""
    return text.translate({0x202F: " ", 0x2212: "-", 0xD7: "x"})


def _figure(app: AppTest, key: str) -> dict[str, Any]:
    charts = {chart.key: chart for chart in app.get("plotly_chart")}
    return json.loads(charts[key].proto.spec)


def _grid(app: AppTest, key: str) -> Any:
    return next(found for found in app.get("bidi_component") if found.proto.id.endswith(f"-{key}"))
