"""The family of a study's runs as a tree, as a folder shows its files: a row a run, below and right of its origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts.canvas import fit_canvas, words
from dashboard.palette import GRID, INK, MUTED, PAGE

# Everything is laid out in pixels, so that no text ever meets another: the axes count pixels too.
CARD_WIDTH, CARD_HEIGHT, ROW = 286, 62, 74
# A generation stands this far right of the one before, and the words of a step right of its card.
INDENT, WORDS = 40, 340
_STRIP, _STEM, _EDGE = 5, 18, 2
_NAME_LETTERS, _NAME_LINES = 36, 2
_NORMAL, _SMALL = 14, 12
# From the middle of a card to the words of what a step cost, above, and of what it bought, below.
_AWAY = 10
_BETWEEN = " · "


@dataclass(frozen=True)
class Card:
    """A run: its place, its ``name``, what stands below it (``lines``), its colour, and its hover (``note``).

    ``missing`` stands where the words of its step would: from what it descends that is not there.
    """

    row: int
    column: int
    name: str
    lines: tuple[str, ...]
    colour: str
    note: str
    missing: str = ""


@dataclass(frozen=True)
class Branch:
    """A step from the card ``origin`` to the card ``run`` (positions): what it ``cost`` and what it ``bought``.

    ``learned`` draws it dotted: the run learned from the other; it was neither made from it nor trained on from it.
    ``note`` is its hover.
    """

    origin: int
    run: int
    learned: bool
    cost: tuple[str, ...]
    bought: tuple[str, ...]
    note: str


def family_figure(
    cards: Sequence[Card], branches: Sequence[Branch], *, dark: bool, room: tuple[float, float] | None = None
) -> go.Figure:
    """Return the tree, of a width and height of its own: every run has a row, every generation an indent.

    Right of a card stands what its step cost, and below that what it bought.

    Args:
        cards: the runs, at least one; rows and columns count from 0.
        branches: the steps.
        dark: whether the page is.
        room: width and height in pixels into which it is enlarged as far as it fits: for an audience. None: it is not.
    """
    columns, rows = (1 + max(getattr(card, axis) for card in cards) for axis in ("column", "row"))
    width, height = 2 * _EDGE + (columns - 1) * INDENT + CARD_WIDTH + WORDS, rows * ROW
    scale = max(1.0, min(room[0] / width, room[1] / height)) if room else 1.0
    places = [(_EDGE + card.column * INDENT, card.row * ROW + ROW / 2) for card in cards]
    figure = go.Figure(layout={"shapes": [*_branches(branches, places, dark), *_cards(cards, places, dark)]})
    names = [_written(card, dark, scale) for card in cards]
    beside = [(x + _STRIP + 5, y) for x, y in places]
    font = {"color": INK[dark], "size": _NORMAL * scale}
    figure.add_trace(words(beside, names, font, name="runs", position="middle right"))
    right = [(x + CARD_WIDTH + 6, y) for x, y in places]
    for name, away, colour in (("cost", -_AWAY, INK), ("bought", _AWAY, MUTED)):
        at = [(x, y + away) for x, y in (right[branch.run] for branch in branches)]
        lines = [_BETWEEN.join(getattr(branch, name)) for branch in branches]
        font = {"color": colour[dark], "size": _SMALL * scale}
        figure.add_trace(words(at, lines, font, name=name, position="middle right"))
    orphans = [(escape(card.missing), place) for card, place in zip(cards, right, strict=True) if card.missing]
    font = {"color": MUTED[dark], "size": _SMALL * scale}
    lost = [text for text, _ in orphans]
    figure.add_trace(words([place for _, place in orphans], lost, font, name="missing", position="middle right"))
    spots = [(x + CARD_WIDTH / 2, y) for x, y in places]
    spots += [(x + WORDS / 3, y) for x, y in (right[branch.run] for branch in branches)]
    notes = [card.note for card in cards] + [branch.note for branch in branches]
    figure.add_trace(_hover(spots, notes, scale))
    fit_canvas(figure, width, height)
    return figure.update_layout(width=round(width * scale), height=round(height * scale))


def _cards(cards: Sequence[Card], places: Sequence[tuple[float, float]], dark: bool) -> list[dict[str, object]]:
    shapes: list[dict[str, object]] = []
    for card, (x, y) in zip(cards, places, strict=True):
        box = {"type": "rect", "layer": "below", "y0": y - CARD_HEIGHT / 2, "y1": y + CARD_HEIGHT / 2}
        outline = {"color": GRID[dark], "width": 1}
        shapes.append(box | {"x0": x, "x1": x + CARD_WIDTH, "fillcolor": PAGE[dark], "line": outline})
        shapes.append(box | {"x0": x, "x1": x + _STRIP, "fillcolor": card.colour, "line": {"width": 0}})
    return shapes


def _branches(branches: Sequence[Branch], places: Sequence[tuple[float, float]], dark: bool) -> list[dict[str, object]]:
    """Return an elbow a step: down from the origin's card, then right to the run's."""
    shapes: list[dict[str, object]] = []
    for branch in branches:
        (x0, y0), (x1, y1) = places[branch.origin], places[branch.run]
        line = {"color": MUTED[dark], "width": 1.5, "dash": "dot" if branch.learned else "solid"}
        path = f"M {x0 + _STEM} {y0 + CARD_HEIGHT / 2} V {y1} H {x1}"
        shapes.append({"type": "path", "layer": "below", "path": path, "line": line})
    return shapes


def _hover(places: Sequence[tuple[float, float]], notes: Sequence[str], scale: float) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        customdata=list(notes),
        name="notes",
        mode="markers",
        marker={"opacity": 0, "size": CARD_HEIGHT * scale * 0.7},
        hovertemplate="%{customdata}<extra></extra>",
    )


def _written(card: Card, dark: bool, scale: float) -> str:
    name = wrap(card.name, _NAME_LETTERS, max_lines=_NAME_LINES, placeholder=" …")
    below = escape(_BETWEEN.join(card.lines))
    small = f"<span style='font-size:{_SMALL * scale:g}px;color:{MUTED[dark]}'>{below}</span>"
    return "<br>".join([*(f"<b>{escape(line)}</b>" for line in name), small])
