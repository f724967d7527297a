"""A network as a chain of cards, from the picture to the answer: down a column, then down the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from math import log, sqrt

import plotly.graph_objects as go

from dashboard.charts.canvas import fit_canvas, words
from dashboard.charts.columns import CARD_WIDTH, GAP, Place, places_in_columns
from dashboard.palette import GRID, INK, MARK, MUTED, PAGE

# In pixels, as everything here.
NAME, LINE, PADDING = 18, 16, 14
# The largest drawing of a map, left in a card, which fits into the lowest card; and where the words begin.
MAP_WIDTH, MAP_HEIGHT, WORDS = 52, 38, 70
# Letters that fit beside the drawing: of a name with its output, in bold, and of a line.
_SMALL, HEAD_LETTERS, LINE_LETTERS = 12, 30, 44
# How far from a card's side a shortcut runs and the line to the next column; how far over and below a card a shortcut
# begins and ends, and that line arrives and leaves. None of them meets another.
_BYPASS, _TURN, _NEAR, _FAR = 9, 16, 9, 15
_STACKED = 4


@dataclass(frozen=True)
class BlockCard:
    """A block: its ``name``, the ``size`` of its output in words, ``lines`` below them, and its hover (``note``).

    ``shape`` of the output is height, width and channels, or channels; ``repeated`` draws cards behind the card,
    ``shortcut`` a line around it.
    """

    name: str
    size: str
    lines: tuple[str, ...]
    shape: tuple[int, ...]
    repeated: bool
    shortcut: bool
    note: str


def architecture_figure(cards: Sequence[BlockCard], *, colour: str, dark: bool) -> go.Figure:
    """Return the chain, of a width and height of its own.

    Args:
        cards: the blocks from input to output, at least one.
        colour: of the maps, the run's.
        dark: whether the page is.
    """
    places = places_in_columns([PADDING + NAME + LINE * len(card.lines) for card in cards])
    width = max(place.x for place in places) + CARD_WIDTH + 1 + _STACKED
    height = max(place.bottom for place in places) + GAP
    shapes = [*_chain(places, dark), *_shortcuts(cards, places, dark)]
    for card, place in zip(cards, places, strict=True):
        shapes += _box(card, place, dark)
    figure = go.Figure(layout={"shapes": [*shapes, *_maps(cards, places, colour)]})
    for trace in _words(cards, places, dark):
        figure.add_trace(trace)
    figure.add_trace(_hover(places, [card.note for card in cards]))
    return fit_canvas(figure, width, height)


def _chain(places: Sequence[Place], dark: bool) -> list[dict[str, object]]:
    """Return the lines from card to card, with a head where each arrives."""
    shapes: list[dict[str, object]] = []
    for before, after in pairwise(places):
        x, top = _spine(after), after.top
        turn = f"V {before.bottom + _FAR} H {after.x - _TURN} V {top - _FAR} H {x}" if after.x != before.x else ""
        shapes.append(_line(f"M {_spine(before)} {before.bottom} {turn} V {top}", MUTED[dark], 1.5))
        head = f"M {x - 4} {top - 6} L {x + 4} {top - 6} L {x} {top} Z"
        shapes.append({"type": "path", "path": head} | _filled(MUTED[dark]))
    return shapes


def _shortcuts(cards: Sequence[BlockCard], places: Sequence[Place], dark: bool) -> list[dict[str, object]]:
    """Return a line from before each card with a shortcut, around it, to a sum after it."""
    shapes: list[dict[str, object]] = []
    for card, place in zip(cards, places, strict=True):
        if card.shortcut:
            left, begin, end = place.x - _BYPASS, place.top - _NEAR, place.bottom + _NEAR
            path = (
                f"M {_spine(place)} {begin} H {left + 6} Q {left} {begin} {left} {begin + 6} "
                f"V {end - 6} Q {left} {end} {left + 6} {end} H {_spine(place)}"
            )
            shapes.append(_line(path, MARK[dark], 2))
            dot = {"x0": _spine(place) - 4, "x1": _spine(place) + 4, "y0": end - 4, "y1": end + 4}
            shapes.append({"type": "circle"} | dot | _filled(MARK[dark]))
    return shapes


def _line(path: str, colour: str, width: float) -> dict[str, object]:
    return {"type": "path", "layer": "below", "path": path, "line": {"color": colour, "width": width}}


def _spine(place: Place) -> float:
    """Return where the line from card to card runs: through the middle of the maps."""
    return place.x + WORDS / 2


def _filled(colour: str) -> dict[str, object]:
    return {"layer": "below", "fillcolor": colour, "line": {"width": 0}}


def _box(card: BlockCard, place: Place, dark: bool) -> list[dict[str, object]]:
    look = {"type": "rect"} | _filled(PAGE[dark]) | {"line": {"color": GRID[dark], "width": 1}}
    behind = (_STACKED, 0) if card.repeated else (0,)
    return [
        look | {"x0": place.x + d, "x1": place.x + CARD_WIDTH + d, "y0": place.top + d, "y1": place.bottom + d}
        for d in behind
    ]


def _maps(cards: Sequence[BlockCard], places: Sequence[Place], colour: str) -> list[dict[str, object]]:
    """Return a rectangle a map: as high as its side's root, as wide as the logarithm of its channels."""
    sides = [card.shape[0] if len(card.shape) > 1 else 1 for card in cards]
    depths = [1 + log(max(card.shape[-1], 1)) if card.shape else 0 for card in cards]
    largest, deepest = max(*sides, 1), max(*depths, 1)
    shapes: list[dict[str, object]] = []
    for card, place, side, depth in zip(cards, places, sides, depths, strict=True):
        if not card.shape:
            continue
        high = max(4.0, MAP_HEIGHT * sqrt(side / largest)) / 2
        wide = MAP_WIDTH * depth / deepest / 2
        box = {
            "x0": _spine(place) - wide,
            "x1": _spine(place) + wide,
            "y0": place.middle - high,
            "y1": place.middle + high,
        }
        shapes.append({"type": "rect"} | box | _filled(colour))
    return shapes


def _words(cards: Sequence[BlockCard], places: Sequence[Place], dark: bool) -> list[go.Scatter]:
    """Return the names, right of them the outputs, and the lines below."""
    begin, end = ([place.x + x for place in places] for x in (WORDS, CARD_WIDTH - 4))
    heads = [place.top + (PADDING + NAME) / 2 for place in places]
    below = [(place.top + NAME + place.bottom) / 2 for place in places]
    names = [f"<b>{_cut(card.name, HEAD_LETTERS - len(card.size))}</b>" for card in cards]
    sizes = [escape(card.size) for card in cards]
    lines = ["<br>".join(_cut(line, LINE_LETTERS) for line in card.lines) for card in cards]
    ink, muted = {"color": INK[dark]}, {"color": MUTED[dark], "size": _SMALL}
    return [
        words([*zip(begin, heads, strict=True)], names, ink, name="blocks", position="middle right"),
        words([*zip(end, heads, strict=True)], sizes, ink, name="outputs", position="middle left"),
        words([*zip(begin, below, strict=True)], lines, muted, name="lines", position="middle right"),
    ]


def _cut(text: str, letters: int) -> str:
    return escape(text if len(text) <= letters else f"{text[: max(letters, 2) - 1]}…")


def _hover(places: Sequence[Place], notes: Sequence[str]) -> go.Bar:
    """Return invisible bars as large as the cards: a marker would answer to its middle only."""
    return go.Bar(
        orientation="h",
        base=[place.x for place in places],
        x=[CARD_WIDTH] * len(places),
        y=[place.middle for place in places],
        width=[place.height for place in places],
        customdata=list(notes),
        name="notes",
        marker={"opacity": 0},
        hovertemplate="%{customdata}<extra></extra>",
        hoverlabel={"align": "left"},
    )
