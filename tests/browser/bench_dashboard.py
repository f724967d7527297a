"""How fast the dashboard feels, measured in headless Chromium on the shipped artifacts: ``make bench-dashboard``.

Everything is timed inside the page, from the press of the mouse or of a key to the first frame in which the page is
complete and from which on it stays so. Absolute times hold for one machine only.
"""

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from driver import COMPLETE, NAV_LINK, PROJECT, launch, open_page, page_urls, serve, serving, settle
from playwright.sync_api import Browser, Playwright, sync_playwright
from rich.console import Console
from rich.table import Table

from dashboard.slides import TALK
from kd_core.environment import cpu_name, threads
from kd_core.paths import data_dir

DEMO = PROJECT / ".venv-dashboard" / "bin" / "python"
COLD_STARTS = 3
PRESENTER = "/presenter"
# Milliseconds that the median may take, and of a page the 95th percentile too.
COLD_GOAL, PAGE_GOAL, CLICK_GOAL = (4000, None), (600, 1200), (500, None)

# Begins to watch: resolves to the milliseconds from the next press, of mouse or key, until `done` holds for good.
WATCH = """([done, complete, context]) => {
  const isDone = eval(done), isComplete = eval(complete);
  let pressed = null, since = null;
  for (const press of ['pointerdown', 'keydown'])
    addEventListener(press, () => { pressed ??= performance.now(); }, {once: true, capture: true});
  const begun = performance.now();
  window.measured = new Promise((resolve, reject) => {
    const step = () => {
      const now = performance.now();
      if (now - begun > 30000) return reject(new Error('not complete after 30 s'));
      if (pressed !== null) since = isComplete() && isDone(context) ? (since ?? now) : null;
      if (since !== null && now - since > 250) resolve(since - pressed); else requestAnimationFrame(step);
    };
    step();
  });
}"""
# The new page's heading has taken the place of the old one.
ARRIVED = "c => location.pathname === c.path && document.querySelector('h1').innerText !== c.heading"
TURNED = "c => document.querySelector('h1').innerText !== c.heading"
# The address names another cell, and what belongs to it is there: pictures where there are photos, else the list.
CELL_SHOWN = """c => location.search !== c.search
  && (!c.photos || document.querySelectorAll('[data-testid="stMain"] img').length > 0)"""
# The cells of the first matrix that hold pictures: the largest off the diagonal first.
CELLS = """() => {
  const host = document.querySelector('[data-testid="stBidiComponentIsolated"]');
  return [...host.shadowRoot.querySelectorAll('button')]
    .map(button => ({cell: button.dataset.cell, value: Number(button.innerText)}))
    .filter(({cell, value}) => value > 0 && new Set(cell.split('~')).size === 2)
    .sort((a, b) => b.value - a.value)
    .map(({cell}) => cell);
}"""


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each repetition of one thing, and the goals for their median and 95th percentile."""

    name: str
    milliseconds: list[float]
    goals: tuple[float | None, float | None] = (None, None)


def main() -> None:
    """Measure start, page changes, slides and clicks, and print them as a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="times that every page is visited after the first time")
    parser.add_argument("--clicks", type=int, default=12, help="cells of the confusion matrix to click")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        log = Path(folder) / "server.log"
        empty = [_cold_start(playwright, log, Path(folder) / f"cache-{number}") for number in range(COLD_STARTS)]
        kept = [_cold_start(playwright, log, Path(folder) / "cache-0") for _ in range(COLD_STARTS)]
        with serve(log) as url:
            browser = launch(playwright)
            changes = _page_changes(browser, url, arguments.rounds)
            turns = _turns(browser, url)
            clicks = _clicks(browser, url, arguments.clicks)
            browser.close()
    again = [value for first, *later in changes.values() for value in later]
    rows = [
        Measured("cold start of server and first page, nothing kept", empty, COLD_GOAL),
        Measured("cold start of server and first page, figures kept", kept, COLD_GOAL),
        Measured("page, first visit", [first for first, *_ in changes.values()]),
        Measured("page change", again, PAGE_GOAL),
        *(Measured(f"  to {name}", later) for name, (_, *later) in changes.items()),
        Measured("next slide", turns, PAGE_GOAL),
        Measured("click on a cell to its pictures", clicks, CLICK_GOAL),
    ]
    Console().print(_table(rows))


def _cold_start(playwright: Playwright, log: Path, cache: Path) -> float:
    """Return the milliseconds from the start of a server as `make demo` has it to its first page in a new browser."""
    command = [str(DEMO), "-m", "streamlit", "run", "dashboard/streamlit_app.py"]
    start = time.perf_counter()
    with serving(command, log, cwd=PROJECT, environment={**os.environ, "KD_CACHE_DIR": str(cache)}) as url:
        browser = launch(playwright)
        page = browser.new_page()
        page.goto(url)
        page.wait_for_function(COMPLETE, timeout=60_000)
        seconds = time.perf_counter() - start
        browser.close()
    return seconds * 1000


def _page_changes(browser: Browser, url: str, rounds: int) -> dict[str, list[float]]:
    """Return for every page the milliseconds of each visit, the very first visit of the server's life first."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    open_page(page, url)
    # The presenter's slides have no navigation to leave them by: they are turned by key.
    addresses = [address.removeprefix(url).partition("?")[0] for address in page_urls(page)]
    paths = [path for path in addresses if path != PRESENTER]
    measured: dict[str, list[float]] = {path: [] for path in paths}
    # The page that is open already comes last, so that every visit is a change.
    for path in [*paths[1:], paths[0]] * (rounds + 1):
        heading = page.locator("h1").first.inner_text()
        page.evaluate(WATCH, [ARRIVED, COMPLETE, {"path": path, "heading": heading}])
        link = next(a for a in page.locator(NAV_LINK).all() if a.evaluate("a => new URL(a.href).pathname") == path)
        link.click()
        measured[path].append(page.evaluate("() => window.measured"))
    page.close()
    return measured


def _turns(browser: Browser, url: str) -> list[float]:
    """Return the milliseconds from an arrow key to each next slide, and back to the first."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    open_page(page, f"{url}{PRESENTER}")
    measured = []
    for key in [*["ArrowRight"] * (len(TALK) - 1), *["ArrowLeft"] * (len(TALK) - 1)]:
        heading = page.locator("h1").first.inner_text()
        page.evaluate(WATCH, [TURNED, COMPLETE, {"heading": heading}])
        page.keyboard.press(key)
        measured.append(page.evaluate("() => window.measured"))
    page.close()
    return measured


def _clicks(browser: Browser, url: str, count: int) -> list[float]:
    """Return the milliseconds of each click on another cell of the confusion matrix until its pictures stand there."""
    page = browser.new_page(viewport={"width": 1400, "height": 1400})
    open_page(page, f"{url}/confusion")
    photos = data_dir().is_dir()
    measured = []
    for number in range(count):
        # The page opens on the largest: a click on it changes nothing.
        cells = page.evaluate(CELLS)[1:]
        if number >= len(cells):
            break
        cell = page.locator(f'button[data-cell="{cells[number]}"]').first
        cell.hover()
        search = page.evaluate("() => location.search")
        page.evaluate(WATCH, [CELL_SHOWN, COMPLETE, {"search": search, "photos": photos}])
        cell.click()
        measured.append(page.evaluate("() => window.measured"))
        settle(page)
    page.close()
    return measured


def _table(rows: list[Measured]) -> Table:
    table = Table(title=f"The dashboard in headless Chromium, {cpu_name()}, {threads()} cores")
    table.add_column("what")
    for name in ("n", "median, ms", "p95, ms", "goals, ms"):
        table.add_column(name, justify="right")
    for row in rows:
        goals = " / ".join(f"{goal:.0f}" for goal in row.goals if goal)
        if not row.milliseconds:
            table.add_row(row.name, "0", "-", "-", goals)
            continue
        told = map(_against, np.percentile(row.milliseconds, [50, 95]), row.goals)
        table.add_row(row.name, str(len(row.milliseconds)), *told, goals)
    return table


def _against(milliseconds: float, goal: float | None) -> str:
    colour = "" if goal is None else "[green]" if milliseconds <= goal else "[red]"
    return f"{colour}{milliseconds:.0f}"


if __name__ == "__main__":
    main()
