"""What a person does with the cells of a matrix: clicks, taps and walks through them, and sends one to somebody."""

import re
from pathlib import Path

import numpy as np
import pytest
from driver import SLOW, open_page, settle
from hands import files, middle, width
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.artifacts_fixture import CLASSES, picture_colour
from tests.dashboard.stored import answers

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RUN = "student3_int8"


def files_in_cell(artifacts: Path, run: str, true: str, predicted: str) -> set[str]:
    found = answers(artifacts, run).query("label == @true and answer == @predicted")
    return {path.rpartition("/")[2] for path in found["path"]}


def a_mistake(artifacts: Path, run: str) -> tuple[str, str]:
    """Return a confusion that is not the one the page opens on: the last that has a picture."""
    pairs = [(a, b) for a in CLASSES for b in CLASSES if a != b and files_in_cell(artifacts, run, a, b)]
    return pairs[-1]


def cell_of(page: Page, matrix: int, true: str, predicted: str) -> Locator:
    """A cell of the matrix that stands at this place of the page: the first run, the second, their difference."""
    return page.get_by_role("grid").nth(matrix).locator(f'button[data-cell="{true}~{predicted}"]')


def click_cell(page: Page, matrix: int, true: str, predicted: str) -> None:
    cell_of(page, matrix, true, predicted).click()


def test_a_click_on_a_cell_shows_its_pictures(explored: str, page: Page, everything: tuple[Path, Path]) -> None:
    artifacts, _ = everything
    open_page(page, f"{explored}/confusion?run={RUN}")
    true, predicted = a_mistake(artifacts, RUN)
    click_cell(page, 0, true, predicted)
    expect(page.get_by_role("heading", name=f"{true}, taken for {predicted}")).to_be_visible()
    settle(page)
    wanted = files_in_cell(artifacts, RUN, true, predicted)
    assert set(files(page)) == wanted
    assert f"cell={true}" in page.url
    # The picture is the one that its name says: its middle has the colour that was drawn for it.
    name = sorted(wanted)[0]
    picture = page.get_by_role("img", name=re.compile(re.escape(name)))
    # JPEG, twice.
    assert np.abs(middle(picture) - picture_colour(f"test/{true}/{name}", true)).max() <= 12


def test_a_click_on_the_second_of_two_matrices(explored: str, page: Page, everything: tuple[Path, Path]) -> None:
    open_page(page, f"{explored}/confusion?run={RUN}&other=teacher")
    click_cell(page, 1, "Zebra", "Zebra")
    expect(page.get_by_role("heading", name="Zebra, recognised")).to_be_visible()
    settle(page)
    assert set(files(page)) == files_in_cell(everything[0], "teacher", "Zebra", "Zebra")
    # And back to the first, then the same cell of the first again after another: every click counts.
    for true in ("Cat", "Dog", "Cat"):
        click_cell(page, 0, true, true)
        expect(page.get_by_role("heading", name=f"{true}, recognised")).to_be_visible()
        settle(page)
        assert set(files(page)) == files_in_cell(everything[0], RUN, true, true)


def test_a_click_in_the_difference_shows_whose_pictures_they_are(
    explored: str, page: Page, everything: tuple[Path, Path]
) -> None:
    artifacts, _ = everything
    open_page(page, f"{explored}/confusion?run=student3_scratch&other=teacher")
    click_cell(page, 2, "Cat", "Cat")
    expect(page.get_by_role("heading", name="Cat, recognised")).to_be_visible()
    settle(page)
    first, second = (files_in_cell(artifacts, run, "Cat", "Cat") for run in ("student3_scratch", "teacher"))
    assert first - second or second - first
    assert set(files(page)) == first | second
    assert "side=difference" in page.url
    # Every picture stands below the heading of its group: in the order of the page, the last heading before it.
    groups = {"Only with Student 3 without a teacher": set(), "Only with Teacher": set(), "With both": set()}
    group = None
    for text in page.locator(".st-key-cell-apart").inner_text().splitlines():
        group = next((name for name in groups if text.startswith(name)), group)
        if text.endswith(".jpeg") and group:
            groups[group].add(text)
    assert groups == {
        "Only with Student 3 without a teacher": first - second,
        "Only with Teacher": second - first,
        "With both": first & second,
    }
    assert page.get_by_role("img", name=re.compile("jpeg")).count() == len(first | second)


def test_one_tap_on_a_phone_is_enough_and_the_digits_can_be_read(
    explored: str, page: Page, everything: tuple[Path, Path]
) -> None:
    artifacts, _ = everything
    phone = page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB"
    ).new_page()
    phone.set_default_timeout(SLOW)
    try:
        open_page(phone, f"{explored}/confusion?run={RUN}")
        for true in ("Dog", "Zebra", "Beetle"):
            cell_of(phone, 0, true, true).tap()
            expect(phone.get_by_role("heading", name=f"{true}, recognised")).to_be_visible()
            settle(phone)
            assert set(files(phone)) == files_in_cell(artifacts, RUN, true, true)
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


def test_the_arrow_keys_walk_through_a_matrix(explored: str, page: Page, everything: tuple[Path, Path]) -> None:
    open_page(page, f"{explored}/confusion?run={RUN}&cell=Cat~Cat")
    start = cell_of(page, 0, "Cat", "Cat")
    # One stop of the tab key for the whole matrix.
    assert page.get_by_role("grid").locator('button[tabindex="0"]').count() == 1
    start.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Dog, recognised")).to_be_visible()
    settle(page)
    assert set(files(page)) == files_in_cell(everything[0], RUN, "Dog", "Dog")
    # It goes on from where it was, although the matrix was drawn anew.
    expect(cell_of(page, 0, "Dog", "Dog")).to_be_focused()
    expect(page.get_by_role("gridcell", selected=True)).to_have_count(1)


def test_a_cell_is_chosen_by_keyboard(explored: str, page: Page, everything: tuple[Path, Path]) -> None:
    open_page(page, f"{explored}/confusion?run={RUN}&cell=Cat~Dog")
    page.get_by_role("combobox", name="Predicted class").focus()
    page.keyboard.type("Cat")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Cat, recognised")).to_be_visible()
    settle(page)
    assert set(files(page)) == files_in_cell(everything[0], RUN, "Cat", "Cat")


def test_a_shared_link_opens_the_same_view(explored: str, page: Page) -> None:
    open_page(page, f"{explored}/confusion?study=showcase&run=teacher&other={RUN}&split=val&norm=row&lang=de")
    click_cell(page, 0, "Tiger", "Tiger")
    expect(page.get_by_role("heading", name="Tiger, erkannt")).to_be_visible()
    settle(page)
    link, shown = page.url, set(files(page))
    stranger = page.context.browser.new_context().new_page()
    try:
        open_page(stranger, link)
        expect(stranger.get_by_role("heading", name="Tiger, erkannt")).to_be_visible()
        assert set(files(stranger)) == shown
        # Below both matrices and their difference.
        assert stranger.get_by_text("Teilmenge Validierung").count() == 3
        assert stranger.url == link
    finally:
        stranger.context.close()
