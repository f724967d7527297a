"""What a person does on the pages of claims and of ingredients: opens them, switches, and sends the address on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from driver import NAV_LINK, SLOW, open_page, settle
from hands import width
from playwright.sync_api import Page, expect

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import write_artifacts
from tests.dashboard.reproduced_fixture import write_ablation, write_paper

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EN = catalogue("en")


@pytest.fixture(scope="module")
def site(serve_dashboard: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a dashboard with a reproduction and an ablation."""
    root = write_artifacts(tmp_path_factory.mktemp("claims") / "artifacts")
    write_paper(root)
    write_ablation(root)
    return serve_dashboard(root, Path(root / "no-photos"))


def choose(page: Page, option: str) -> None:
    page.get_by_role("radio", name=option).or_(page.get_by_role("button", name=option, exact=True)).first.click()
    settle(page)


def test_claims_are_followed_to_the_test_split_and_the_address_is_passed_on(site: str, page: Page) -> None:
    open_page(page, f"{site}/reproduced?split=val")
    claim = page.get_by_text("on our 120 pictures (Validation): the claimed 94.0").first
    expect(claim).to_be_visible()
    choose(page, EN["names.split.test"])
    expect(page.get_by_text("on our 150 pictures (Test): the claimed 90.4").first).to_be_visible()
    choose(page, EN["reproduced.view_faults"])
    expect(page.get_by_role("heading", name=EN["reproduced.fault_title"])).to_be_visible()
    assert "view=faults" in page.url
    assert "split=test" in page.url
    told = page.get_by_role("listitem").all_inner_texts()
    stranger = page.context.browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    try:
        stranger.set_default_timeout(SLOW)
        open_page(stranger, page.url)
        expect(stranger.get_by_role("heading", name=EN["reproduced.fault_title"])).to_be_visible()
        assert stranger.get_by_role("listitem").all_inner_texts()[-len(told) :] == told
        assert width(stranger) == 390
    finally:
        stranger.context.close()


def test_ingredients_open_on_validation_and_the_test_split_is_one_click_away(site: str, page: Page) -> None:
    open_page(page, f"{site}/?split=test")
    page.locator(NAV_LINK).filter(has_text=EN["shell.nav.ablation"]).click()
    expect(page.locator("h1")).to_have_text(EN["ablation.title"])
    settle(page)
    chart = page.locator(".st-key-ablation-forest")
    expect(page.get_by_text("Validation, leak-free, n = 120 pictures")).to_be_visible()
    # A shaded band behind the rows, and a name above each.
    assert chart.locator(".shapelayer path").count() == 2
    expect(chart.get_by_text("Much better")).to_be_visible()
    choose(page, EN["names.split.test"])
    expect(page.get_by_text("Test, leak-free, n = 150 pictures")).to_be_visible()
    assert "measured=test" in page.url
    with page.expect_download() as download:
        page.get_by_role("button", name=EN["shell.download_csv"]).click()
    lines = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("recipe,base,changes,")
    assert len(lines) == 5
