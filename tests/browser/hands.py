"""What a person's hands and eyes do: choose, press a key, read a table and a chart."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from driver import settle
from playwright.sync_api import Locator, Page, TimeoutError

from tests.dashboard.reading import plain

SECONDS = 60
# How long an answer may take to begin, in ms, and how often a list is opened.
ANSWER, TRIES = 10_000, 3
MIDDLE = """image => {
  const [w, h] = [image.naturalWidth, image.naturalHeight];
  const pixel = new OffscreenCanvas(1, 1).getContext('2d');
  pixel.drawImage(image, w / 2, h / 2, 1, 1, 0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""

# Notes whether the page has begun to answer.
WATCH = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  window.answered = false;
  new MutationObserver((_, watcher) => {
    if (app.dataset.testScriptState !== 'running') return;
    window.answered = true;
    watcher.disconnect();
  }).observe(app, {attributes: true});
}"""

# A page of Streamlit is a box within the document, and it is the box that would scroll.
WIDEST = """() => Math.max(...['html', '[data-testid="stAppViewContainer"]', '[data-testid="stMain"]']
  .map(name => document.querySelector(name).scrollWidth))"""


def after(page: Page, act: Callable[[], object]) -> None:
    """Do something that the page answers, and wait for the answer: on a busy machine it may begin late."""
    page.evaluate(WATCH)
    act()
    with suppress(TimeoutError):
        page.wait_for_function("window.answered", timeout=ANSWER)
    settle(page)


def pick(page: Page, label: str, option: str) -> None:
    """Choose from a list, which a page that is still drawing may close again: then it is opened once more."""
    one = page.get_by_role("option", name=option, exact=True)

    def choose() -> None:
        for _ in range(TRIES):
            page.get_by_role("combobox", name=label, exact=True).click()
            try:
                one.click(timeout=ANSWER)
            except TimeoutError:
                page.keyboard.press("Escape")
            else:
                return
        one.click()

    after(page, choose)


def press(page: Page, option: str, *, within: str = '[data-testid="stMain"]') -> None:
    """Press one of several buttons that stand side by side."""
    place = page.locator(within)
    one = place.get_by_role("radio", name=option, exact=True)
    after(page, one.or_(place.get_by_role("button", name=option, exact=True)).first.click)


def switch(page: Page, label: str) -> None:
    after(page, page.get_by_test_id("stCheckbox").filter(has_text=label).locator("label").first.click)


def slide(page: Page, label: str, key: str, times: int = 1) -> None:
    """Move a slider by keyboard, a step at a time: the page answers each."""
    for _ in range(times):
        page.get_by_role("slider", name=label).focus()
        after(page, partial(page.keyboard.press, key))


def enter(page: Page, label: str, value: str) -> None:
    """Type a number into a field."""
    field = page.get_by_role("spinbutton", name=label)
    field.fill(value)
    after(page, partial(field.press, "Enter"))


def chart(page: Page, key: str) -> Locator:
    # While a page is drawn anew the old chart may still stand before the new one.
    return page.locator(f".st-key-{key} .js-plotly-plot").last


def traces(page: Page, key: str) -> list[dict[str, Any]]:
    """Return name, x, y and opacity of whatever a chart has drawn."""
    found: list[dict[str, Any]] = chart(page, key).evaluate(
        "g => g._fullData.map(t => ({name: t.name, x: [...t.x], y: [...t.y], opacity: t.opacity, drawn: t.visible}))"
    )
    return found


def rows(page: Page, column: str) -> list[list[str]]:
    """Return the cells of the first table that has a column of this name, as a screen reader finds them."""
    table = page.get_by_test_id("stDataFrame").filter(has=page.locator("th", has_text=column)).first
    cells: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "all => all.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
    )
    return cells


def eventually(page: Page, read: Callable[[], Any], wanted: Any) -> None:
    """Wait until what is read is what is wanted: a table reaches the screen reader a moment after the eye."""
    deadline = time.monotonic() + SECONDS
    while read() != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert read() == wanted


def width(page: Page) -> int:
    """Return how wide a page is in pixels: wider than the screen, it scrolls sideways."""
    return int(page.evaluate(WIDEST))


def metrics(page: Page) -> list[str]:
    return [plain(text) for text in page.get_by_test_id("stMetricValue").all_inner_texts()]


def files(page: Page) -> list[str]:
    """Return the names below the pictures, in their order."""
    captions = page.get_by_test_id("stCaptionContainer").all_inner_texts()
    return [text for text in captions if text.endswith(".jpeg")]


def middle(picture: Locator) -> np.ndarray:
    """Return the colour in the middle of a picture, RGB 0..255."""
    return np.array(picture.evaluate(MIDDLE))
