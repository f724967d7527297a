"""The diagram is drawn so that no card, line or word meets another, whatever the network."""

from itertools import pairwise

import pandas as pd
import pytest

from dashboard.charts.architecture import (
    HEAD_LETTERS,
    LINE_LETTERS,
    MAP_HEIGHT,
    MAP_WIDTH,
    BlockCard,
    architecture_figure,
)
from dashboard.charts.columns import CARD_WIDTH, COLUMNS, GAP, places_in_columns
from dashboard.palette import MARK

PAGE_WIDTH, PHONE_WIDTH = 978, 358
COLOUR = "#123456"
LINES = ("Residual block", "3 convolutions", "260 k parameters")


def card(
    name: str, shape: tuple[int, ...] = (8, 8, 16), *, repeated: bool = False, shortcut: bool = False
) -> BlockCard:
    return BlockCard(name, "×".join(map(str, shape)), LINES, shape, repeated, shortcut, f"note {name}")


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (3, 1), (4, 2), (7, 2), (9, 3), (20, 3), (60, 3)])
def test_cards_stand_in_even_columns_as_wide_as_the_page(count: int, columns: int) -> None:
    places = places_in_columns([80 + 16 * (i % 3) for i in range(count)])
    assert len({place.x for place in places}) == columns <= COLUMNS
    for above, below in pairwise(places):
        same = above.x == below.x
        assert below.top - above.bottom == GAP if same else (below.x > above.x + CARD_WIDTH and below.top == GAP)
    assert max(place.x for place in places) + CARD_WIDTH <= PAGE_WIDTH
    bottoms = [max(place.bottom for place in places if place.x == x) for x in {place.x for place in places}]
    assert count < 9 or max(bottoms) - min(bottoms) <= 2 * (112 + GAP)
    # The first column is read on a phone without a move sideways.
    assert places[0].x + CARD_WIDTH <= PHONE_WIDTH


def test_cards_say_what_they_are_and_answer_everywhere() -> None:
    cards = [card("image"), card("block1"), card("logits", (15,))]
    figure = architecture_figure(cards, colour=COLOUR, dark=False)
    names, outputs, lines, notes = figure.data
    assert list(names.text) == ["<b>image</b>", "<b>block1</b>", "<b>logits</b>"]
    assert list(outputs.text) == ["8×8×16", "8×8×16", "15"]
    assert list(lines.text) == ["<br>".join(LINES)] * 3
    assert list(notes.customdata) == ["note image", "note block1", "note logits"]
    boxes = [s for s in figure.layout.shapes if s.type == "rect" and s.x1 - s.x0 == CARD_WIDTH]
    assert [(b, b + x) for b, x in zip(notes.base, notes.x, strict=True)] == [(box.x0, box.x1) for box in boxes]
    assert list(notes.width) == [box.y1 - box.y0 for box in boxes]
    assert max(box.x1 for box in boxes) <= figure.layout.width <= PAGE_WIDTH
    assert max(box.y1 for box in boxes) <= figure.layout.height


def test_a_map_is_as_high_as_its_side_and_as_wide_as_its_channels() -> None:
    cards = [card("a", (64, 64, 3)), card("b", (16, 16, 512)), card("c", (15,)), card("d", ())]
    figure = architecture_figure(cards, colour=COLOUR, dark=False)
    maps = [shape for shape in figure.layout.shapes if shape.fillcolor == COLOUR]
    heights, widths = [m.y1 - m.y0 for m in maps], [m.x1 - m.x0 for m in maps]
    # A vector's side is 1; nothing is drawn of an unknown shape.
    assert heights == pytest.approx([MAP_HEIGHT, MAP_HEIGHT / 2, MAP_HEIGHT / 8])
    assert widths[1] == pytest.approx(MAP_WIDTH) and widths[0] < widths[2] < widths[1]


@pytest.mark.parametrize("dark", [False, True])
def test_a_shortcut_leads_around_its_card_and_only_there(dark: bool) -> None:
    cards = [card("a"), card("b", shortcut=True), card("c")]
    figure = architecture_figure(cards, colour=COLOUR, dark=dark)
    (line,) = [shape for shape in figure.layout.shapes if shape.type == "path" and shape.line.color == MARK[dark]]
    (dot,) = [shape for shape in figure.layout.shapes if shape.type == "circle"]
    _, box, after = [s for s in figure.layout.shapes if s.type == "rect" and s.x1 - s.x0 == CARD_WIDTH]
    words = line.path.split()
    start, end = float(words[2]), float(words[-3])
    assert box.y0 - GAP < start < box.y0 and box.y1 < end < after.y0
    assert float(words[words.index("Q") + 1]) < box.x0
    assert (dot.y0 + dot.y1) / 2 == end and box.y1 < dot.y0 < dot.y1 < after.y0
    plain = architecture_figure([card("a"), card("b")], colour=COLOUR, dark=dark)
    assert not [shape for shape in plain.layout.shapes if shape.type == "circle"]


def test_repeats_have_a_card_behind_theirs() -> None:
    def boxes(repeated: bool) -> int:
        figure = architecture_figure([card("a", repeated=repeated)], colour=COLOUR, dark=False)
        return sum(shape.type == "rect" and shape.x1 - shape.x0 == CARD_WIDTH for shape in figure.layout.shapes)

    assert (boxes(False), boxes(True)) == (1, 2)


def test_names_are_cut_and_markup_in_them_is_text() -> None:
    long = BlockCard("n" * 99, "8×8×16", ("<i>" + "x" * 99,), (8, 8, 16), False, False, "")
    names, _, lines, _ = architecture_figure([long], colour=COLOUR, dark=True).data
    assert names.text[0] == f"<b>{'n' * (HEAD_LETTERS - 7)}…</b>"
    assert lines.text[0] == "&lt;i&gt;" + "x" * (LINE_LETTERS - 4) + "…"


def test_a_chain_turns_once_a_column() -> None:
    count = 12
    figure = architecture_figure([card(f"b{i}") for i in range(count)], colour=COLOUR, dark=False)
    lines = [s.path for s in figure.layout.shapes if s.type == "path" and s.fillcolor is None]
    assert len(lines) == count - 1
    assert sum("H" in path for path in lines) == COLUMNS - 1
    frame = pd.DataFrame({"x": figure.data[0].x, "y": figure.data[0].y})
    assert frame.equals(frame.sort_values(["x", "y"]))
