"""What a person does in the dashboard: looks at every page, walks through them, asks the models, takes a table away."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from driver import foreign_requests, open_page, page_urls, settle
from hands import width
from playwright.sync_api import Page, expect

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES, make_index, write_artifacts, write_pictures
from tests.dashboard.conftest import PROJECT
from tests.dashboard.tiny_model import tiny_model

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RUN = "student3_int8"
PAGES = sorted(p.stem for p in (PROJECT / "dashboard" / "app_pages").glob("[!_]*.py"))


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
    # The first page stands at the root, and answers to its name as well.
    open_page(page, f"{site}/overview?lang={lang}")
    assert page.locator("h1").first.inner_text() == catalogue(lang)["overview.title"]
    assert page.get_by_role("dialog").count() == 0
    assert foreign == []


def test_choices_survive_a_walk_through_the_pages(site: str, page: Page) -> None:
    open_page(page, site)
    page.get_by_role("combobox", name="Study").click()
    page.get_by_role("option", name=catalogue("en")["names.study.published"]).click()
    settle(page)
    page.get_by_role("button", name="Deutsch").or_(page.get_by_role("radio", name="Deutsch")).first.click()
    expect(page.locator("h1")).to_have_text(catalogue("de")["overview.title"])
    page.get_by_role("link", name=catalogue("de")["shell.nav.data_set"]).first.click()
    expect(page.locator("h1")).to_have_text(catalogue("de")["data_set.title"])
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
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("Panda")
    settle(page)
    assert page.get_by_test_id("stMetricValue").all_inner_texts() == ["Panda"] * 3
    assert page.get_by_test_id("stPlotlyChart").count() == 3


def test_a_snapshot_is_classified(site: str, page: Page) -> None:
    open_page(page, f"{site}/live?source=camera")
    # A click before the camera gives a picture takes none.
    page.wait_for_function("document.querySelector('video')?.readyState >= 2")
    page.get_by_role("button", name=re.compile("take photo", re.IGNORECASE)).click()
    expect(page.get_by_test_id("stMetricValue")).to_have_count(3)
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


def test_a_theme_that_changes_reaches_the_figures_of_an_open_page(site: str, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    open_page(page, f"{site}/data_set")
    label = page.locator(".js-plotly-plot .xtick text").first
    expect(label).to_have_css("fill", "rgb(86, 97, 112)")
    page.emulate_media(color_scheme="dark")
    expect(label).to_have_css("fill", "rgb(164, 175, 189)")
    page.emulate_media(color_scheme="light")
    expect(label).to_have_css("fill", "rgb(86, 97, 112)")


def test_the_family_tree_stays_legible_on_a_phone_and_scrolls(site: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, f"{site}/comparison?shown=family")
    tree = page.locator(".st-key-comparison-family")
    expect(tree.get_by_text("Student 3 pruned int8")).to_be_attached()
    # Four generations, as wide as on a screen; the row around it scrolls, and the page does not.
    assert tree.evaluate("e => e.querySelector('.main-svg').clientWidth") > 700
    row = tree.locator("xpath=..")
    assert row.evaluate("e => [e.clientWidth < 390, e.scrollWidth > 700, getComputedStyle(e).overflowX]") == [
        True, True, "auto",
    ]  # fmt: skip
    assert width(page) == 390
