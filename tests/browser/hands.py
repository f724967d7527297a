"""What a person's hands and eyes do: choose, press a key, read a table and a chart; and artifacts to do it on."""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from driver import settle
from playwright.sync_api import Locator, Page, TimeoutError

from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import CLASSES, PLAN, make_index, write_artifacts, write_pictures
from tests.dashboard.kin import edit_record
from tests.dashboard.robustness_fixture import make_robustness
from tests.dashboard.tiny_model import tiny_head, tiny_model
from tests.suspects_made import make_suspects

SLOW = 120_000
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
  new MutationObserver(() => { window.answered ||= app.dataset.testScriptState === 'running'; })
    .observe(app, {attributes: true});
}"""

# A page of Streamlit is a box within the document, and it is the box that would scroll.
WIDEST = """() => Math.max(...['html', '[data-testid="stAppViewContainer"]', '[data-testid="stMain"]']
  .map(name => document.querySelector(name).scrollWidth))"""


def write_everything(root: Path) -> tuple[Path, Path]:
    """Write below ``root`` a study of which every page has something to show; return artifacts and pictures."""
    artifacts = write_artifacts(root / "artifacts", model=tiny_model())
    store, study = ArtifactStore(artifacts), artifacts / "showcase"
    store.write_robustness(make_robustness())
    store.write_suspects(make_suspects())
    for plan in PLAN:
        np.savez(study / plan.run / "head.npz", **tiny_head())
    kernel = np.random.default_rng(1).normal(0, 0.1, (3, 3, 16, 32)).astype(np.float32)
    np.savez(study / "student3_distilled" / "weights.npz", **{"0001 block1/kernel:0": kernel})
    edit_record(study / "student3_scratch", config={"network": "student3", "epochs": 12, "alpha": 1.0})
    return artifacts, write_pictures(root / "photos", make_index(), ("train", "val", "test"))


def answers(artifacts: Path, run: str, split: str = "test", *, clean: bool = False) -> pd.DataFrame:
    """Return path, label, answer, its softmax probability and the logits of a run, straight from its file."""
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    index = pd.read_parquet(artifacts / "showcase" / "data.parquet")
    leaked = frame["path"].isin(index.loc[index["leaked"], "path"])
    frame = frame[(frame["split"] == split) & ~(leaked & clean)].reset_index(drop=True)
    logits = frame[[f"logit_{name}" for name in CLASSES]].to_numpy(np.float64)
    frame["answer"] = np.array(CLASSES)[logits.argmax(axis=1)]
    frame["sure"] = softmax(logits).max(axis=1)
    return frame.assign(right=frame["answer"] == frame["label"])


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    powers = np.exp(logits / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)


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


def plain(text: str) -> str:
    """Return a text with the signs of typography as the keyboard has them: blanks, minus and times."""
    return text.translate({0x202F: " ", 0x2212: "-", 0xD7: "x"})
