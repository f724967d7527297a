"""The family of a study's runs as a tree from left to right: a card a run, a branch a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

import plotly.graph_objects as go

from dashboard.charts.canvas import fit_canvas, words
from dashboard.palette import GRID, INK, MUTED, PAGE

# Everything is laid out in pixels, so that no text ever meets another: the axes count pixels too.
CARD_WIDTH, CARD_HEIGHT, ROW = 178, 80, 96
# From card to card of the next generation: as far apart as the page is wide, but never so near that the words of a
# step lose their place.
WIDEST, NARROWEST, PAGE_WIDTH = 250, 199, 978
_STRIP, _STEM, _EDGE = 5, 14, 2
_NAME_LETTERS, _NAME_LINES = 24, 2
_SMALL = 12
_MISSING_LETTERS = 26
# Between the line of a branch and the words over and below it.
_AWAY = 5


@dataclass(frozen=True)
class Card:
    """A run: its place, its ``name``, what stands below it (``lines``), its colour, and its hover (``note``).

    ``missing`` stands where a branch would: from what it descends that is not there.
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


def family_figure(cards: Sequence[Card], branches: Sequence[Branch], *, dark: bool) -> go.Figure:
    """Return the tree, of a width and height of its own: every run has a row, every generation a column.

    What a step cost stands over its branch, what it bought below.

    Args:
        cards: the runs, at least one; rows and columns count from 0.
        branches: the steps.
        dark: whether the page is.
    """
    columns, rows = (1 + max(getattr(card, axis) for card in cards) for axis in ("column", "row"))
    step = max(NARROWEST, min(WIDEST, (PAGE_WIDTH - CARD_WIDTH - 2 * _EDGE) // max(columns - 1, 1)))
    width, height = CARD_WIDTH + (columns - 1) * step + 2 * _EDGE, rows * ROW
    places = [(_EDGE + card.column * step, card.row * ROW + ROW / 2) for card in cards]
    figure = go.Figure(layout={"shapes": [*_branches(branches, places, dark), *_cards(cards, places, dark)]})
    names = [_written(card, dark) for card in cards]
    beside = [(x + _STRIP + 4, y) for x, y in places]
    figure.add_trace(words(beside, names, {"color": INK[dark]}, name="runs", position="middle right"))
    starts = [(places[branch.origin][0] + _STEM + 6, places[branch.run][1]) for branch in branches]
    sides = {"cost": ("top right", -_AWAY, INK), "bought": ("bottom right", _AWAY, MUTED)}
    for name, (position, away, colour) in sides.items():
        lines = ["<br>".join(getattr(branch, name)) for branch in branches]
        font = {"color": colour[dark], "size": _SMALL}
        figure.add_trace(words([(x, y + away) for x, y in starts], lines, font, name=name, position=position))
    orphans = [(card, place) for card, place in zip(cards, places, strict=True) if card.missing]
    beyond = [(x - _STEM, y) for _, (x, y) in orphans]
    lost = ["<br>".join(wrap(escape(card.missing), _MISSING_LETTERS)) for card, _ in orphans]
    font = {"color": MUTED[dark], "size": _SMALL}
    figure.add_trace(words(beyond, lost, font, name="missing", position="middle left"))
    spots = [(x + CARD_WIDTH / 2, y) for x, y in places] + [(x + step / 3, y) for x, y in starts]
    figure.add_trace(_hover(spots, [card.note for card in cards] + [branch.note for branch in branches]))
    return fit_canvas(figure, width, height)


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


def _hover(places: Sequence[tuple[float, float]], notes: Sequence[str]) -> go.Scatter:
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        customdata=list(notes),
        name="notes",
        mode="markers",
        marker={"opacity": 0, "size": CARD_HEIGHT / 2},
        hovertemplate="%{customdata}<extra></extra>",
    )


def _written(card: Card, dark: bool) -> str:
    name = wrap(card.name, _NAME_LETTERS, max_lines=_NAME_LINES, placeholder=" …")
    small = [f"<span style='font-size:{_SMALL}px;color:{MUTED[dark]}'>{line}</span>" for line in card.lines]
    return "<br>".join([*(f"<b>{escape(line)}</b>" for line in name), *small])
