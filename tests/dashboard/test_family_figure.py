"""The tree is drawn so that no words meet, whatever the family."""

from itertools import pairwise

import pytest

from dashboard.charts.family import CARD_HEIGHT, CARD_WIDTH, INDENT, WORDS, Branch, Card, family_figure

# What a page on a laptop has beside the navigation, in pixels.
PAGE_WIDTH = 978
COST, BOUGHT = ("-0.5 (-1.0 to 0.0) pp", "98.0 % same answers"), ("size 3.7x · gzip 3.9x", "time 2.6x")


def chain(columns: int) -> tuple[list[Card], list[Branch]]:
    """Return a family of ``columns`` generations with one run each."""
    cards = [Card(i, i, f"Run {i}", ("pruned", "73.1 % · 733 kB"), "#123456", f"note {i}") for i in range(columns)]
    return cards, [Branch(i - 1, i, i == 1, COST, BOUGHT, f"step {i}") for i in range(1, columns)]


@pytest.mark.parametrize("columns", [1, 2, 3, 5, 9])
def test_cards_and_words_have_room(columns: int) -> None:
    figure = family_figure(*chain(columns), dark=False)
    boxes = [shape for shape in figure.layout.shapes if shape.type == "rect" and shape.x1 - shape.x0 == CARD_WIDTH]
    assert len(boxes) == columns
    assert min(box.x0 for box in boxes) >= 0 and max(box.x1 for box in boxes) <= figure.layout.width - WORDS
    assert min(box.y0 for box in boxes) >= 0 and max(box.y1 for box in boxes) <= figure.layout.height
    assert all(above.y1 < below.y0 for above, below in pairwise(boxes))
    assert all(right.x0 - left.x0 == INDENT for left, right in pairwise(boxes))
    assert figure.layout.width <= PAGE_WIDTH
    # What a step says begins right of the card that it leads to.
    for x, box in zip(figure.data[1].x, boxes[1:], strict=True):
        assert box.x1 < x < box.x1 + 10


def test_for_an_audience_it_is_enlarged_as_far_as_it_fits_and_never_made_smaller() -> None:
    plain = family_figure(*chain(4), dark=False)
    larger = family_figure(*chain(4), dark=False, room=(1200, 2 * plain.layout.height))
    factor = 1200 / plain.layout.width
    assert (larger.layout.width, larger.layout.height) == (1200, round(plain.layout.height * factor))
    assert larger.data[0].textfont.size == pytest.approx(plain.data[0].textfont.size * factor)
    # The axes still count the pixels of a page, so that everything keeps its place.
    assert larger.layout.xaxis.range == plain.layout.xaxis.range
    assert larger.layout.shapes == plain.layout.shapes
    assert family_figure(*chain(4), dark=False, room=(10, 10)).layout.width == plain.layout.width


def test_cards_say_who_and_branches_what() -> None:
    runs, cost, bought, missing, notes = family_figure(*chain(3), dark=False).data
    assert not missing.text
    assert runs.text[1].startswith("<b>Run 1</b><br>")
    assert "73.1 % · 733 kB" in runs.text[1]
    assert list(cost.text) == [" · ".join(COST)] * 2
    assert list(bought.text) == [" · ".join(BOUGHT)] * 2
    assert all(above < below for above, below in zip(cost.y, bought.y, strict=True))
    assert list(notes.customdata) == ["note 0", "note 1", "note 2", "step 1", "step 2"]


def test_what_was_learned_is_dotted_and_what_was_made_is_not() -> None:
    lines = [s.line.dash for s in family_figure(*chain(3), dark=False).layout.shapes if s.type == "path"]
    assert lines == ["dot", "solid"]


def test_long_names_are_broken_and_cut_and_markup_in_them_is_text() -> None:
    names = ["Schüler 3 ausgedünnt 80\u202f% geclustert QAT", "Student 3 distilled and pruned and clustered " * 2]
    cards = [Card(row, 0, name, ("x",), "#123456", "") for row, name in enumerate(names)]
    (runs, *_) = family_figure(cards, [], dark=True).data
    assert runs.text[0].startswith("<b>Schüler 3 ausgedünnt 80\u202f% geclustert</b><br><b>QAT</b><br>")
    assert runs.text[1].startswith(
        "<b>Student 3 distilled and pruned and</b><br><b>clustered Student 3 distilled and …</b>"
    )
    hostile = family_figure([Card(0, 0, "<i>x", ("y",), "#123456", "")], [], dark=True).data[0]
    assert hostile.text[0].startswith("<b>&lt;i&gt;x</b>")
    assert CARD_HEIGHT >= 3 * 18


def test_what_is_missing_stands_where_the_words_of_a_step_would() -> None:
    lost = "from student3-pruned80-clustered, which is missing"
    cards = [Card(0, 0, "A", ("x",), "#123456", ""), Card(1, 1, "B", ("x",), "#123456", "", lost)]
    figure = family_figure(cards, [], dark=True)
    missing = figure.data[3]
    box = figure.layout.shapes[2]
    assert missing.textposition == "middle right"
    assert box.x1 < missing.x[0] < box.x1 + 10
    assert missing.y[0] == (box.y0 + box.y1) / 2
    assert missing.text == (lost,)
