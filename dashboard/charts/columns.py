"""Where the cards of a chain stand: in columns, each read from top to bottom before the next."""

from collections.abc import Sequence
from dataclasses import dataclass

# In pixels. A column with the gutter left of it is narrower than a phone, so that one at a time can be read there;
# three are as wide as the page.
CARD_WIDTH, GUTTER, COLUMNS = 300, 24, 3
GAP = 24
# A second column begins where one would be higher than this, and a third where two would.
COLUMN_HEIGHT = 440


@dataclass(frozen=True)
class Place:
    """The box of a card in pixels from the top left corner; it is ``CARD_WIDTH`` wide."""

    x: float
    top: float
    height: float

    @property
    def bottom(self) -> float:
        """Return the y of its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Return the y of its middle."""
        return self.top + self.height / 2


def places_in_columns(heights: Sequence[float]) -> list[Place]:
    """Return where cards of these heights stand, in as even columns as their order allows.

    Args:
        heights: in pixels, at least one; ``GAP`` lies over each.
    """
    steps = [height + GAP for height in heights]
    wanted = min(COLUMNS, 1 + int(sum(steps) // COLUMN_HEIGHT))
    # The highest column is some of the cards in a row: the lowest such height with which the columns suffice.
    candidates = sorted({sum(steps[i:j]) for j in range(len(steps) + 1) for i in range(j)})
    limit = next(limit for limit in candidates if limit >= max(steps) and _columns(steps, limit)[-1] < wanted)
    places: list[Place] = []
    for column, height in zip(_columns(steps, limit), heights, strict=True):
        x = GUTTER + column * (CARD_WIDTH + GUTTER)
        top = places[-1].bottom if places and places[-1].x == x else 0
        places.append(Place(x, top + GAP, height))
    return places


def _columns(steps: Sequence[float], limit: float) -> list[int]:
    """Return the column of each card, from 0, where none is higher than ``limit``."""
    columns, column, filled = [], 0, 0.0
    for step in steps:
        if filled + step > limit:
            column, filled = column + 1, 0.0
        filled += step
        columns.append(column)
    return columns
