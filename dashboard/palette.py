"""One colour per run everywhere, and the Plotly templates that go with the theme.

Every hue comes in two shades, so that it keeps at least 4.5:1 against the page in light and in dark (WCAG AA); a
dash and a marker go with it, so that no figure depends on telling colours apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from kd_core.artifacts import RunRecord
from kd_core.evaluation.teachers import teacher

PAGE = ("#ffffff", "#11151b")
INK = ("#1b2430", "#e6eaf0")
MUTED = ("#566170", "#a4afbd")
GRID = ("#e3e8ee", "#2a323d")

# (light, dark): hues that stay apart for the common kinds of colour blindness, the teacher's first.
_HUES = (
    ("#1f5fa8", "#6cb2f5"),
    ("#c2500a", "#f59b4c"),
    ("#0f7b5f", "#4cc9a0"),
    ("#a8397f", "#ea8cc4"),
    ("#7a5a12", "#d6b656"),
    ("#6246c4", "#ab9bf8"),
    ("#0b7285", "#5fcbdb"),
    ("#b3261e", "#f58a82"),
    ("#566170", "#aab4c0"),
)
# Plotly hands the page's font on to everything but the hover.
_FONT = "Source Sans, Source Sans Pro, sans-serif"
_DASHES = ("solid", "dash", "dot", "dashdot")
# No star: it marks the epoch that was kept.
_SYMBOLS = ("diamond", "circle", "square", "triangle-up", "cross", "pentagon", "triangle-down", "hexagon", "x")

# From the page to the hue, one hue only: a reader compares amounts, not colours.
SEQUENTIAL = (
    ((0.0, "#ffffff"), (0.02, "#e6f0fa"), (0.25, "#a9cbee"), (0.6, "#4a8dcf"), (1.0, "#123f73")),
    ((0.0, "#11151b"), (0.02, "#18283a"), (0.25, "#1f4a75"), (0.6, "#3d86c9"), (1.0, "#b8dcff")),
)

# From less over the page to more: red and blue stay apart for the common kinds of colour blindness, and both ends
# are equally far from the page. The steps are those of the scale above, on either side of the middle.
DIVERGING = (
    (
        (0.0, "#123f73"),
        (0.2, "#4a8dcf"),
        (0.375, "#a9cbee"),
        (0.49, "#e6f0fa"),
        (0.5, "#ffffff"),
        (0.51, "#fdece8"),
        (0.625, "#f4b8a8"),
        (0.8, "#d9614c"),
        (1.0, "#7f1712"),
    ),
    (
        (0.0, "#b8dcff"),
        (0.2, "#3d86c9"),
        (0.375, "#1f4a75"),
        (0.49, "#18283a"),
        (0.5, "#11151b"),
        (0.51, "#331d1f"),
        (0.625, "#6e2c28"),
        (0.8, "#d2604f"),
        (1.0, "#ffcfc6"),
    ),
)

# What stands out from the blue of the scale, on its palest and its deepest.
MARK = ("#c2500a", "#f59b4c")


@dataclass(frozen=True)
class RunStyle:
    """How a run is drawn: ``colour`` as #rrggbb, Plotly's ``dash`` and marker ``symbol``."""

    colour: str
    dash: str
    symbol: str


def run_styles(records: Sequence[RunRecord], dark: bool) -> dict[str, RunStyle]:
    """Return the style of every run of a study, keyed by run name.

    Give ALL runs of the study and pick from the result: the style of a run then does not depend on which runs a
    page happens to show. The teacher alone has the first hue; then come the networks that were trained, then what was
    made of them, which there may be more of than hues; each in alphabetical order, since a name does not change when
    another run is trained again.
    """
    top = teacher(records)
    others = sorted((r.parent is not None, r.run) for r in records if top is None or r.run != top.run)
    styles = {name: _style(position, dark) for position, (_, name) in enumerate(others)}
    return ({top.run: RunStyle(_HUES[0][dark], _DASHES[0], _SYMBOLS[0])} | styles) if top else styles


def neutral(dark: bool) -> str:
    """Return the colour of what belongs to no run: counts, sizes."""
    return _HUES[-1][dark]


def template(dark: bool) -> go.layout.Template:
    """Return the Plotly template of the light or the dark theme: transparent ground, quiet grid, large enough type."""
    ink, muted, grid = INK[dark], MUTED[dark], GRID[dark]
    axis = {
        "gridcolor": grid,
        "linecolor": grid,
        "zerolinecolor": grid,
        "tickfont": {"color": muted},
        "title": {"font": {"color": muted, "size": 13}, "standoff": 10},
        "automargin": True,
        "ticklabelstandoff": 6,
    }
    return go.layout.Template(
        layout={
            "font": {"family": _FONT, "size": 14, "color": ink},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": [shades[dark] for shades in _HUES],
            "xaxis": axis,
            "yaxis": axis,
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
                "title": {"text": ""},
            },
            # On a touch screen the bar never hides: it must not cover what it stands on.
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": muted, "activecolor": ink},
            "margin": {"l": 8, "r": 8, "t": 36, "b": 8},
            "hoverlabel": {
                "bgcolor": PAGE[dark],
                "bordercolor": grid,
                "font": {"family": _FONT, "color": ink, "size": 14},
            },
            "colorscale": {"sequential": [list(stop) for stop in SEQUENTIAL[dark]]},
            "bargap": 0.25,
        }
    )


def _style(position: int, dark: bool) -> RunStyle:
    # All hues but the teacher's. After a round of them the next dash and another marker begin, so that runs of one hue
    # differ.
    lap, place = divmod(position, len(_HUES) - 1)
    return RunStyle(_HUES[place + 1][dark], _DASHES[lap % len(_DASHES)], _SYMBOLS[(place + 1 + lap) % len(_SYMBOLS)])
