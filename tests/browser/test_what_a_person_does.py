"""What a person does in the dashboard: look at every page, click a cell, share a link, ask the models."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from driver import foreign_requests, open_page, page_urls, settle
from hands import middle, width
from playwright.sync_api import Locator, Page, expect

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES, make_index, picture_colour, write_artifacts, write_pictures
from tests.dashboard.conftest import PROJECT
from tests.dashboard.tiny_model import tiny_model

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RUN = "student3_int8"
PAGES = sorted(p.stem for p in (PROJECT / "dashboard" / "app_pages").glob("[!_]*.py"))
SLOW = 120_000


@pytest.fixture(autouse=True)
def patience(page: Page) -> None:
    """A machine that trains, or runs other tests beside these, may take its time."""
    page.set_default_timeout(SLOW)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Artifacts with models, and drawn pictures that go with them."""
    root = tmp_path_factory.mktemp("dashboard")
    artifacts = write_artifacts(root / "artifacts", model=tiny_model())
    return artifacts, write_pictures(root / "photos", make_index())


@pytest.fixture(scope="module")
def site(serve_dashboard: Callable[..., str], folders: tuple[Path, Path]) -> str:
    """The address of a dashboard on these folders."""
    return serve_dashboard(*folders)


def files_in_cell(artifacts: Path, run: str, true: str, predicted: str) -> set[str]:
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    frame = frame[(frame["split"] == "test") & (frame["label"] == true)]
    answers = frame[[f"logit_{name}" for name in CLASSES]].to_numpy().argmax(axis=1)
    return {path.rpartition("/")[2] for path in frame["path"].to_numpy()[answers == CLASSES.index(predicted)]}


def a_mistake(artifacts: Path, run: str) -> tuple[str, str]:
    """Return a confusion that is not the one the page opens on: the last that has a picture."""
    pairs = [(a, b) for a in CLASSES for b in CLASSES if a != b and files_in_cell(artifacts, run, a, b)]
    return pairs[-1]


def cell_of(page: Page, matrix: int, true: str, predicted: str) -> Locator:
    """A cell of the matrix that stands at this place of the page: the first run, the second, their difference."""
    return page.get_by_role("grid").nth(matrix).locator(f'button[data-cell="{true}~{predicted}"]')


def click_cell(page: Page, matrix: int, true: str, predicted: str) -> None:
    cell_of(page, matrix, true, predicted).click()


def shown_files(page: Page) -> set[str]:
    captions = page.get_by_test_id("stCaptionContainer").all_inner_texts()
    return {text for text in captions if text.endswith(".jpeg")}


@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_page_opens_and_asks_no_foreign_host(site: str, page: Page, lang: str) -> None:
    foreign = foreign_requests(page, site)
    open_page(page, f"{site}/?lang={lang}")
    addresses = page_urls(page)
    assert len(addresses) == len(PAGES)
    titles = []
    for address in addresses:
        open_page(page, f"{address}?lang={lang}")
        titles.append(page.locator("h1").first.inner_text())
        assert page.get_by_test_id("stException").count() == 0, address
        assert page.get_by_text(catalogue(lang)["shell.failed"]).count() == 0, address
    # Of the presenter mode the title is that of its first slide.
    named = {catalogue(lang)[f"{name}.title"] for name in PAGES if name != "presenter"}
    assert named < set(titles) and len(titles) == len(PAGES)
    assert foreign == []


def test_a_click_on_a_cell_shows_its_pictures(site: str, page: Page, folders: tuple[Path, Path]) -> None:
    artifacts, _ = folders
    open_page(page, f"{site}/confusion?run={RUN}")
    true, predicted = a_mistake(artifacts, RUN)
    click_cell(page, 0, true, predicted)
    expect(page.get_by_role("heading", name=f"{true}, taken for {predicted}")).to_be_visible(timeout=SLOW)
    settle(page)
    wanted = files_in_cell(artifacts, RUN, true, predicted)
    assert shown_files(page) == wanted
    assert f"cell={true}" in page.url
    # The picture is the one that its name says: its middle has the colour that was drawn for it.
    name = sorted(wanted)[0]
    picture = page.get_by_role("img", name=re.compile(re.escape(name)))
    # JPEG, twice.
    assert np.abs(middle(picture) - picture_colour(f"test/{true}/{name}", true)).max() <= 12


def test_a_click_on_the_second_of_two_matrices(site: str, page: Page, folders: tuple[Path, Path]) -> None:
    open_page(page, f"{site}/confusion?run={RUN}&other=teacher")
    click_cell(page, 1, "Zebra", "Zebra")
    expect(page.get_by_role("heading", name="Zebra, recognised")).to_be_visible(timeout=SLOW)
    settle(page)
    assert shown_files(page) == files_in_cell(folders[0], "teacher", "Zebra", "Zebra")
    # And back to the first, then the same cell of the first again after another: every click counts.
    for true in ("Cat", "Dog", "Cat"):
        click_cell(page, 0, true, true)
        expect(page.get_by_role("heading", name=f"{true}, recognised")).to_be_visible(timeout=SLOW)
        settle(page)
        assert shown_files(page) == files_in_cell(folders[0], RUN, true, true)


def test_a_click_in_the_difference_shows_whose_pictures_they_are(
    site: str, page: Page, folders: tuple[Path, Path]
) -> None:
    artifacts, _ = folders
    open_page(page, f"{site}/confusion?run=student3_scratch&other=teacher")
    click_cell(page, 2, "Cat", "Cat")
    expect(page.get_by_role("heading", name="Cat, recognised")).to_be_visible(timeout=SLOW)
    settle(page)
    first, second = (files_in_cell(artifacts, run, "Cat", "Cat") for run in ("student3_scratch", "teacher"))
    assert first - second or second - first
    assert shown_files(page) == first | second
    assert "side=difference" in page.url
    # Every picture stands below the heading of its group: in the order of the page, the last heading before it.
    groups = {"Only with Student 3 from scratch": set(), "Only with Teacher": set(), "With both": set()}
    group = None
    for text in page.locator(".st-key-cell-apart").inner_text().splitlines():
        group = next((name for name in groups if text.startswith(name)), group)
        if text.endswith(".jpeg") and group:
            groups[group].add(text)
    assert groups == {
        "Only with Student 3 from scratch": first - second,
        "Only with Teacher": second - first,
        "With both": first & second,
    }
    assert page.get_by_role("img", name=re.compile("jpeg")).count() == len(first | second)


def test_one_tap_on_a_phone_is_enough_and_the_digits_can_be_read(
    site: str, page: Page, folders: tuple[Path, Path]
) -> None:
    artifacts, _ = folders
    phone = page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
    ).new_page()
    phone.set_default_timeout(SLOW)
    try:
        open_page(phone, f"{site}/confusion?run={RUN}")
        for true in ("Dog", "Zebra", "Beetle"):
            cell_of(phone, 0, true, true).tap()
            expect(phone.get_by_role("heading", name=f"{true}, recognised")).to_be_visible(timeout=SLOW)
            settle(phone)
            assert shown_files(phone) == files_in_cell(artifacts, RUN, true, true)
        cell = cell_of(phone, 0, "Dog", "Dog")
        # WCAG 2.2 asks for 24 px; the text must not be squeezed, and the page itself must not scroll sideways.
        assert cell.evaluate("e => [e.offsetWidth >= 28, e.offsetHeight >= 28]") == [True, True]
        assert cell.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 12
        assert width(phone) == 390
        # What does not fit scrolls in its own box, and the names of the rows stay where they are.
        box = phone.get_by_role("grid").first.locator("xpath=..")
        name = phone.get_by_role("rowheader", name="Beetle").first
        places = []
        for left in (40, 100):
            box.evaluate("(e, left) => { e.scrollLeft = left; }", left)
            assert box.evaluate("e => e.scrollLeft") == left
            places.append(name.bounding_box())
        assert places[0] == places[1]
    finally:
        phone.context.close()


def test_the_arrow_keys_walk_through_a_matrix(site: str, page: Page, folders: tuple[Path, Path]) -> None:
    open_page(page, f"{site}/confusion?run={RUN}&cell=Cat~Cat")
    start = cell_of(page, 0, "Cat", "Cat")
    # One stop of the tab key for the whole matrix.
    assert page.get_by_role("grid").locator('button[tabindex="0"]').count() == 1
    start.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Dog, recognised")).to_be_visible(timeout=SLOW)
    settle(page)
    assert shown_files(page) == files_in_cell(folders[0], RUN, "Dog", "Dog")
    # It goes on from where it was, although the matrix was drawn anew.
    expect(cell_of(page, 0, "Dog", "Dog")).to_be_focused()
    expect(page.get_by_role("gridcell", selected=True)).to_have_count(1)


def test_a_cell_is_chosen_by_keyboard(site: str, page: Page, folders: tuple[Path, Path]) -> None:
    open_page(page, f"{site}/confusion?run={RUN}&cell=Cat~Dog")
    page.get_by_role("combobox", name="Predicted class").focus()
    page.keyboard.type("Cat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cat, recognised")).to_be_visible(timeout=SLOW)
    settle(page)
    assert shown_files(page) == files_in_cell(folders[0], RUN, "Cat", "Cat")


def test_a_shared_link_opens_the_same_view(site: str, page: Page) -> None:
    open_page(page, f"{site}/confusion?study=showcase&run=teacher&other={RUN}&split=val&norm=row&lang=de")
    click_cell(page, 0, "Tiger", "Tiger")
    expect(page.get_by_role("heading", name="Tiger, erkannt")).to_be_visible(timeout=SLOW)
    settle(page)
    link, files = page.url, shown_files(page)
    stranger = page.context.browser.new_context().new_page()
    try:
        open_page(stranger, link)
        expect(stranger.get_by_role("heading", name="Tiger, erkannt")).to_be_visible(timeout=SLOW)
        assert shown_files(stranger) == files
        # Below both matrices and their difference.
        assert stranger.get_by_text("Teilmenge Validierung").count() == 3
        assert stranger.url == link
    finally:
        stranger.context.close()


def test_choices_survive_a_walk_through_the_pages(site: str, page: Page) -> None:
    open_page(page, site)
    page.get_by_role("combobox", name="Study").click()
    page.get_by_role("option", name=catalogue("en")["names.study.published"]).click()
    settle(page)
    page.get_by_role("button", name="Deutsch").or_(page.get_by_role("radio", name="Deutsch")).first.click()
    expect(page.locator("h1")).to_have_text(catalogue("de")["overview.title"], timeout=SLOW)
    page.get_by_role("link", name=catalogue("de")["shell.nav.data_set"]).first.click()
    expect(page.locator("h1")).to_have_text(catalogue("de")["data_set.title"], timeout=SLOW)
    settle(page)
    assert "study=published" in page.url
    assert "lang=de" in page.url


def test_back_leads_to_the_page_before(site: str, page: Page) -> None:
    walk = ["data_set", "training_curves", "conclusion"]
    open_page(page, f"{site}/{walk[0]}?study=published")
    for name in walk[1:]:
        before = page.evaluate("history.length")
        page.get_by_role("link", name=catalogue("en")[f"shell.nav.{name}"]).first.click()
        page.wait_for_url(f"**/{name}*")
        settle(page)
        # The page itself, and once what it writes into the address.
        assert page.evaluate("history.length") <= before + 2
    for name in reversed(walk[:-1]):
        # Out of the page, over what it wrote into its address; on a busy machine it writes once more in between.
        for _ in range(3):
            page.go_back()
            page.wait_for_timeout(1000)
            settle(page)
            if f"/{name}" in page.url:
                break
        assert f"/{name}" in page.url
        expect(page.locator("h1")).to_have_text(catalogue("en")[f"{name}.title"])


def test_an_uploaded_picture_is_classified(site: str, page: Page, folders: tuple[Path, Path]) -> None:
    open_page(page, f"{site}/live")
    photo = folders[1] / "Testing Data" / "Panda" / "Panda-Test (3).jpeg"
    page.locator('input[type="file"]').set_input_files(photo)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("Panda", timeout=SLOW)
    settle(page)
    assert page.get_by_test_id("stMetricValue").all_inner_texts() == ["Panda"] * 3
    assert page.get_by_test_id("stPlotlyChart").count() == 3


def test_a_snapshot_is_classified(site: str, page: Page) -> None:
    open_page(page, f"{site}/live?source=camera")
    # A click before the camera gives a picture takes none.
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name=re.compile("take photo", re.IGNORECASE)).click(timeout=SLOW)
    expect(page.get_by_test_id("stMetricValue")).to_have_count(3, timeout=SLOW)
    settle(page)
    # All three are the same network and saw the same square of Chromium's test camera.
    assert len(set(page.get_by_test_id("stMetricValue").all_inner_texts())) == 1


def test_the_table_behind_a_figure_is_downloaded(
    site: str, page: Page, folders: tuple[Path, Path], tmp_path: Path
) -> None:
    open_page(page, f"{site}/data_set")
    page.get_by_text(catalogue("en")["shell.table"]).first.click()
    with page.expect_download() as started:
        page.get_by_role("button", name=catalogue("en")["shell.download_csv"]).click()
    started.value.save_as(tmp_path / "table.csv")
    table = pd.read_csv(tmp_path / "table.csv")
    # 20, 8 and 10 pictures of each of 15 classes, as the fixture's index has them.
    assert table[["Training", "Validation", "Test"]].sum().tolist() == [300, 120, 150]
    assert len(table) == len(CLASSES)


def test_the_theme_of_the_reader_reaches_the_figures(site: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, f"{site}/data_set")
    label = page.locator(".js-plotly-plot .xtick text").first
    assert label.evaluate("e => getComputedStyle(e).fill") == "rgb(164, 175, 189)"
    open_page(page, f"{site}/confusion?run={RUN}&other=teacher")
    # No difference has the colour of the dark page.
    nothing = page.get_by_role("grid").nth(2).get_by_role("button", name=re.compile(r"difference 0$")).first
    assert nothing.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(17, 21, 27)"


def test_the_family_tree_stays_legible_on_a_phone_and_scrolls(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{site}/comparison")
    tree = page.locator(".st-key-comparison-family")
    expect(tree.get_by_text("Student 3 pruned int8")).to_be_attached(timeout=SLOW)
    # Four generations, as wide as on a screen; the row around it scrolls, and the page does not.
    assert tree.evaluate("e => e.querySelector('.main-svg').clientWidth") > 900
    row = tree.locator("xpath=..")
    assert row.evaluate("e => [e.clientWidth < 390, e.scrollWidth > 900, getComputedStyle(e).overflowX]") == [
        True, True, "auto",
    ]  # fmt: skip
    assert width(page) == 390
