"""What a presenter does: walk through the talk by keyboard, reload, move a slider, leave."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from driver import open_page, settle
from playwright.sync_api import Page, expect

from dashboard.slides import TALK
from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import make_index, write_artifacts, write_pictures
from tests.dashboard.tiny_model import tiny_model

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

COUNT = len(TALK)
BY_NAME = {point.make.__name__: number for number, point in enumerate(TALK, 1)}
# What is seen of the main part: whether it scrolls, and the sizes of its text, charts included, in pixels.
MEASURED = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const size = element => parseFloat(getComputedStyle(element).fontSize);
  const sizes = selector => [...main.querySelectorAll(selector)].filter(e => e.textContent.trim()).map(size);
  const zoom = [...main.querySelectorAll('.js-plotly-plot')].map(e => parseFloat(getComputedStyle(e).zoom))[0] ?? 1;
  return {
    tall: main.scrollHeight - main.clientHeight,
    wide: main.scrollWidth - main.clientWidth,
    body: sizes('[data-testid="stMarkdownContainer"] :is(p, li)'),
    ticks: sizes('.xtick text, .ytick text, .xtitle, .ytitle').map(s => s * zoom),
  };
}"""


@pytest.fixture(scope="module")
def site(serve_dashboard: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a dashboard with models and drawn pictures."""
    root = tmp_path_factory.mktemp("talk")
    artifacts: Path = write_artifacts(root / "artifacts", model=tiny_model())
    return serve_dashboard(artifacts, write_pictures(root / "photos", make_index()))


@pytest.fixture(autouse=True)
def stage(page: Page) -> None:
    """A projector's picture."""
    page.set_viewport_size({"width": 1920, "height": 1080})


def on_slide(page: Page, number: int) -> None:
    """Wait until this slide is there: its position, and its number in the address."""
    expect(page.locator(".st-key-presenter-position")).to_have_text(f"{number} / {COUNT}")
    expect(page).to_have_url(re.compile(rf"[?&]slide={number}(&|$)"))
    settle(page)


def test_the_whole_talk_by_keyboard(site: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, f"{site}/?lang=de")
    page.get_by_role("button", name=catalogue("de")["overview.present"]).click()
    titles = []
    for number in range(1, COUNT + 1):
        on_slide(page, number)
        if number == COUNT // 2:
            page.reload()
            on_slide(page, number)
        titles.append(page.locator("h1").inner_text())
        assert page.get_by_test_id("stException").count() == 0
        assert page.get_by_text(catalogue("de")["shell.failed"]).count() == 0
        assert page.get_by_test_id("stSidebar").is_hidden() and page.get_by_test_id("stHeader").is_hidden()
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(17, 21, 27)")
        page.keyboard.press("ArrowRight" if number % 2 else "PageDown")
    assert len(set(titles)) == COUNT and all(re.search(r"\d", title) for title in titles)
    # There is nothing behind the last one.
    on_slide(page, COUNT)
    page.keyboard.press("PageUp")
    on_slide(page, COUNT - 1)
    page.keyboard.press("ArrowLeft")
    on_slide(page, COUNT - 2)
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text(catalogue("de")["overview.title"])
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_escape_leads_back_to_where_one_came_from_even_after_a_reload(site: str, page: Page) -> None:
    open_page(page, f"{site}/confusion?lang=en&run=teacher")
    page.locator('a[data-testid="stSidebarNavLink"][href$="/presenter"]').click()
    on_slide(page, 1)
    page.reload()
    on_slide(page, 1)
    page.keyboard.press("Escape")
    expect(page.locator("h1")).to_have_text(catalogue("en")["confusion.title"])


def test_a_shared_link_opens_the_slide_and_the_buttons_turn_it(site: str, page: Page) -> None:
    open_page(page, f"{site}/presenter?slide=4&student=student3_int8&lang=en")
    on_slide(page, 4)
    page.get_by_role("button", name=catalogue("en")["presenter.next"]).click()
    on_slide(page, 5)
    page.get_by_role("button", name=catalogue("en")["presenter.previous"]).click()
    on_slide(page, 4)
    assert "student=student3_int8" in page.url
    page.get_by_role("link", name=catalogue("en")["presenter.leave"]).click()
    expect(page.locator("h1")).to_have_text(catalogue("en")["overview.title"])


def test_presses_that_come_fast_are_all_counted(site: str, page: Page) -> None:
    open_page(page, f"{site}/presenter?slide=1&lang=en")
    on_slide(page, 1)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    on_slide(page, 4)


def test_the_arrows_belong_to_a_slider_that_has_the_focus(site: str, page: Page) -> None:
    number = BY_NAME["softening"]
    open_page(page, f"{site}/presenter?slide={number}&T=4&lang=en")
    on_slide(page, number)
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("h1")).to_contain_text("At T = 4.5 ")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("h1")).to_contain_text("At T = 4.0 ")
    page.keyboard.press("PageDown")
    settle(page)
    assert f"slide={number}" in page.url
    # The first Escape gives the keys back to the slides.
    slider.focus()
    page.keyboard.press("Escape")
    on_slide(page, number)
    page.keyboard.press("ArrowRight")
    on_slide(page, number + 1)


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1440, 900)])
def test_nothing_scrolls_and_the_last_row_can_read_it(site: str, page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    for number in range(1, COUNT + 1):
        open_page(page, f"{site}/presenter?slide={number}&lang=de")
        on_slide(page, number)
        seen = page.evaluate(MEASURED)
        assert seen["tall"] <= 0 and seen["wide"] <= 0, number
        if width == 1920:
            assert min(seen["body"]) >= 24, number
            assert min(seen["ticks"], default=18) >= 18, number


def test_a_phone_shows_the_slide_without_scrolling_sideways(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("claims", "kept", "proven"):
        open_page(page, f"{site}/presenter?slide={BY_NAME[name]}&lang=en")
        on_slide(page, BY_NAME[name])
        assert page.evaluate(MEASURED)["wide"] <= 0, name
        expect(page.get_by_role("button", name=catalogue("en")["presenter.next"])).to_be_in_viewport()
