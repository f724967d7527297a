"""An axe scan of every page and every slide: in English in light and in dark, in German in light; nothing grave.

Nor a heading below one that it does not belong to, which axe calls moderate: by headings a screen reader finds its way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from driver import NAV_LINK, open_page, settle
from hands import press
from playwright.sync_api import Page, expect

from dashboard.slides import TALK
from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import make_index, write_artifacts, write_pictures
from tests.dashboard.tiny_model import tiny_model

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# What dark changes are the colours, and no colour depends on the language.
THEMES = {"en": ("light", "dark"), "de": ("light",)}
# The choice that decides what a page shows, and what it offers beside what is shown at first; looked at in English.
VIEWS = {
    "techniques": [f"techniques.name_{name}" for name in ("pruning", "quantization", "clustering")],
    "comparison": [f"comparison.shown_{name}" for name in ("family", "deployment", "savings")],
    "reproduced": [f"reproduced.view_{name}" for name in ("faults", "slides")],
}
GRAVE = ("serious", "critical")
GRAVE_RULES = ("heading-order",)
# What fades in or out, as the ends of a slider do, is looked at when it has done so. What a new run of the page took
# away meanwhile never does.
SCAN = """async () => {
  const fades = document.getAnimations().filter(one => one.effect.getComputedTiming().endTime !== Infinity);
  const done = Promise.all(fades.map(one => one.finished.catch(() => null)));
  await Promise.race([done, new Promise(resolve => setTimeout(resolve, 2000))]);
  const found = (await axe.run({resultTypes: ['violations']})).violations;
  const inside = ([target]) => window.allowed.filter(s => document.querySelector([target].flat()[0])?.closest(s));
  return found.flatMap(({id, nodes}) => nodes.map(({impact, html, failureSummary, target}) => (
    {rule: id, impact, html: html.slice(0, 300), why: failureSummary, inside: inside(target)}
  )));
}"""


@dataclass(frozen=True)
class Allowed:
    """A finding that is Streamlit's own and cannot be mended from outside: rule, where, and why it stays."""

    rule: str
    selector: str
    reason: str


ALLOWED = (
    Allowed(
        "list",
        '[data-testid="stSidebarNavItems"]',
        "Streamlit groups the pages of a section in a div between the list and its items.",
    ),
    Allowed(
        "listitem",
        '[data-testid="stSidebarNavItems"]',
        "The same div, seen from the items: they are no children of the list.",
    ),
    Allowed(
        "scrollable-region-focusable",
        ".katex-display",
        "Streamlit lets every formula scroll in a box that takes no focus; ours fits into it without scrolling.",
    ),
)


@pytest.fixture(scope="module")
def site(serve_dashboard: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a dashboard with models and drawn pictures."""
    root = tmp_path_factory.mktemp("accessible")
    artifacts: Path = write_artifacts(root / "artifacts", model=tiny_model())
    return serve_dashboard(artifacts, write_pictures(root / "photos", make_index()))


@pytest.fixture(scope="module")
def needed() -> Iterator[set[Allowed]]:
    """The entries of the list that a scan has needed."""
    yield set()


@pytest.mark.parametrize("lang", ["en", "de"])
def test_no_page_has_a_serious_finding(site: str, page: Page, lang: str, needed: set[Allowed]) -> None:
    open_page(page, f"{site}/?lang={lang}")
    page.evaluate(AXE_SCRIPT)
    page.evaluate("selectors => { window.allowed = selectors }", [entry.selector for entry in ALLOWED])
    # By the navigation and not by the address: what was loaded once, axe included, stays.
    addresses = [link.get_attribute("href") for link in page.locator(NAV_LINK).all()]
    found: list[str] = []
    for address in sorted(addresses, key=lambda one: (one or "").endswith("presenter")):
        page.locator(f'a[data-testid="stSidebarNavLink"][href="{address}"]').click()
        settle(page)
        found += _scanned(page, THEMES[lang], needed)
        for view in VIEWS.get((address or "").rpartition("/")[2], []) if lang == "en" else []:
            press(page, catalogue(lang)[view])
            found += _scanned(page, THEMES[lang], needed)
    # The presenter mode, without a navigation, came last.
    for number in range(2, len(TALK) + 1):
        page.keyboard.press("PageDown")
        expect(page.locator(".st-key-presenter-position")).to_have_text(f"{number} / {len(TALK)}")
        settle(page)
        found += _scanned(page, THEMES[lang], needed)
    assert not found, "\n".join(found)


def test_every_entry_of_the_list_is_still_needed(needed: set[Allowed]) -> None:
    assert needed == set(ALLOWED)


def _scanned(page: Page, themes: Sequence[str], needed: set[Allowed]) -> list[str]:
    """Return the grave findings on the open page in these themes, each as a line; note what the list excused."""
    lines = []
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        ground = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 21, 27)"}[theme]
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", ground)
        # Charts are drawn on the server, which is told.
        expect(page.locator(".st-key-shell-theme i")).to_have_attribute("data-drawn", theme)
        settle(page)
        for one in page.evaluate(SCAN):
            excuses = {e for e in ALLOWED if e.rule == one["rule"] and e.selector in one["inside"]}
            needed |= excuses
            grave = one["impact"] in GRAVE or one["rule"] in GRAVE_RULES
            if grave and not excuses:
                lines.append(f"{page.url} {theme} {one['rule']} ({one['impact']}): {one['html']} {one['why']}")
    page.emulate_media(color_scheme=themes[0])
    return lines
