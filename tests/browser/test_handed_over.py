"""A report as its receiver has it: a file opened from disk, without a network, looked at, touched and printed."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from driver import PROJECT, SLOW, open_page
from playwright.sync_api import Browser, Page, expect

from dashboard.report.files import write_report
from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import write_artifacts

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

# A4 less the margins of the page, in CSS pixels.
PAPER = (703, 1017)
DRAWN = "plots => plots.every(plot => plot.dataset.drawn === 'yes' && plot.querySelector('.main-svg'))"
SIZES = """plots => plots.map(plot => {
  const within = [...plot.querySelectorAll('.main-svg text')].filter(text => text.textContent);
  const box = plot.getBoundingClientRect(), drawing = plot.querySelector('.main-svg').getBoundingClientRect();
  return {
    width: box.width, height: box.height, drawing: drawing.width, left: box.left,
    right: Math.max(...within.map(text => text.getBoundingClientRect().right)),
    bottom: Math.max(...within.map(text => text.getBoundingClientRect().bottom)) - box.top,
  };
})"""


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_artifacts(tmp_path_factory.mktemp("report") / "artifacts")


@pytest.fixture(scope="module")
def report(artifacts: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KD_ARTIFACTS_DIR", str(artifacts))
        return write_report("showcase", "en", artifacts.parent / "made")[0]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on the shipped study in German: the longest words in the widest tables."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KD_ARTIFACTS_DIR", str(PROJECT / "artifacts"))
        return write_report("showcase", "de", tmp_path_factory.mktemp("shipped") / "made")[0]


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Page]:
    """A page of a machine without a network, which fails the test where the report's own script fails."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, offline=True)
    page = context.new_page()
    page.set_default_timeout(SLOW)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert errors == []


def opened(page: Page, report: Path) -> list[str]:
    """Open the file and wait until its charts are drawn; return every address that was asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    expect(page.locator(".plot[data-drawn=yes]")).to_have_count(page.locator(".plot").count())
    return asked


def test_it_opens_from_disk_and_asks_for_nothing(reader: Page, report: Path) -> None:
    asked = opened(reader, report)
    assert asked == [report.as_uri()]
    assert reader.locator(".plot").evaluate_all(DRAWN)
    assert reader.locator(".plot").count() == 15
    # Not only frames: the tree has a card for every run, the matrices a number in every cell that counts.
    tree = reader.locator("#family .plot")
    for name in ("Teacher", "Student 3 distilled", "Student 3 QAT"):
        expect(tree.get_by_text(name, exact=True)).to_be_visible()
    digits = reader.locator("#confusion .textpoint").all_text_contents()
    assert sum(digit.strip().isdecimal() for digit in digits) > 40


def test_a_chart_answers_to_the_mouse(reader: Page, report: Path) -> None:
    opened(reader, report)
    mark = reader.locator("#runs .plot .points path").first
    mark.scroll_into_view_if_needed()
    mark.hover(force=True)
    expect(reader.locator("#runs .plot .hoverlayer")).to_contain_text("n = 128")


def test_it_prints_whole_charts_on_pages_of_sections(reader: Page, shipped: Path, tmp_path: Path) -> None:
    opened(reader, shipped)
    reader.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
    reader.emulate_media(media="print")
    # What is wider than the paper makes a browser print everything smaller.
    assert reader.evaluate("document.documentElement.scrollWidth") == PAPER[0]
    sizes = reader.locator(".plot").evaluate_all(SIZES)
    assert len(sizes) == 15
    for size in sizes:
        assert size["left"] >= 0
        assert size["width"] <= PAPER[0] + 1
        assert size["height"] <= PAPER[1]
        assert size["drawing"] == pytest.approx(size["width"], abs=1)
        assert size["right"] <= PAPER[0] + 8
        assert size["bottom"] <= size["height"] + 8
    assert not reader.locator(".modebar-container").first.is_visible()
    breaks = reader.locator("section").evaluate_all("all => all.map(one => getComputedStyle(one).breakBefore)")
    assert breaks == ["auto", *["page"] * 13]
    colours = reader.locator("body, th, td, li, h2").evaluate_all("all => all.map(one => getComputedStyle(one).color)")
    assert set(colours) == {"rgb(0, 0, 0)"}
    reader.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").read_bytes().count(b"/Type /Page\n") >= 14


def test_nothing_is_wider_than_a_phone(reader: Page, report: Path) -> None:
    reader.set_viewport_size({"width": 390, "height": 844})
    opened(reader, report)
    assert reader.evaluate("document.documentElement.scrollWidth") == 390


def test_what_the_button_downloads_opens_on_a_machine_without_a_network(
    artifacts: Path, serve_dashboard: Callable[..., str], page: Page, reader: Page, tmp_path: Path
) -> None:
    open_page(page, f"{serve_dashboard(artifacts, artifacts.parent / 'no-photos')}/conclusion?lang=de")
    with page.expect_download() as started:
        page.get_by_role("button", name=catalogue("de")["report.button"]).click()
    assert started.value.suggested_filename == "report-showcase.zip"
    started.value.save_as(tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert b'<html lang="de">' in archive.read("report-showcase/report-showcase.html")
        assert "report-showcase/runs.csv" in archive.namelist()
        archive.extractall(tmp_path)
    file = tmp_path / "report-showcase" / "report-showcase.html"
    assert opened(reader, file) == [file.as_uri()]
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        catalogue("de")["report.title"].format(study=catalogue("de")["names.study.showcase"])
    )
    mark = reader.locator("#runs .plot .points path").first
    expect(mark).to_be_visible()
