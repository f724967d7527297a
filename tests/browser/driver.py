"""A real browser on a real server: what the browser tests and the dashboard's benchmark have in common.

Run as a program it tells by its exit code whether a browser can be started here.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# A machine that trains, or runs other tests beside these, may take its time; in milliseconds, as Playwright counts.
SLOW = 120_000
START_SECONDS = 120
PAGE_SECONDS = 120
NAV_LINK = 'a[data-testid="stSidebarNavLink"], a[data-testid="stTopNavLink"]'

# Complete: the script has ended, nothing on the page is left over from the page before, every chart is drawn and
# every picture is loaded.
COMPLETE = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app !== null && app.dataset.testScriptState === 'notRunning'
    && document.querySelector('h1') !== null
    && document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]') === null
    && [...document.querySelectorAll('[data-testid="stPlotlyChart"]')].every(c => c.querySelector('.main-svg'))
    && [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
      .every(c => c.shadowRoot?.querySelector('[role="grid"]'))
    && [...document.images].every(i => i.complete);
}"""


def launch(playwright: Playwright) -> Browser:
    """Start Chromium: the machine's own where there is one, else the one that Playwright installed.

    Raises:
        playwright.sync_api.Error: if there is none, or it does not start.
    """
    return playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))


@contextmanager
def serve(log: Path, *, artifacts: Path | None = None, data: Path | None = None) -> Iterator[str]:
    """Serve the dashboard on a free port of localhost and give its address; it ends with the block.

    Args:
        log: file that takes what the server prints.
        artifacts: folder to serve; None leaves it as the environment says.
        data: folder of the photos; None leaves it as the environment says. One that does not exist: no photos.

    Raises:
        RuntimeError: if the server does not come up; the message ends with what it printed.
    """
    folders = {"KD_ARTIFACTS_DIR": artifacts, "KD_DATA_DIR": data}
    moved = {name: str(folder) for name, folder in folders.items() if folder is not None}
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/streamlit_app.py"]
    with serving(command, log, cwd=PROJECT, environment={**os.environ, **moved}) as url:
        yield url


@contextmanager
def serving(command: list[str], log: Path, *, cwd: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run a command that starts Streamlit, on a free port that is passed in the environment; give the address."""
    port = _free_port()
    environment = {**environment, "STREAMLIT_SERVER_PORT": str(port)}
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(f"http://localhost:{port}", server, log)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def open_page(page: Page, url: str) -> None:
    """Go to an address of the dashboard and wait until the page is complete."""
    page.goto(url)
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page is complete and stays so for a moment: a click may take a while to reach the server."""
    quiet_since = None
    deadline = time.monotonic() + PAGE_SECONDS
    while quiet_since is None or time.monotonic() - quiet_since < 0.3:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{page.url} was not complete after {PAGE_SECONDS} s.")
        complete = page.evaluate(COMPLETE)
        quiet_since = (quiet_since or time.monotonic()) if complete else None
        page.wait_for_timeout(30)


def page_urls(page: Page) -> list[str]:
    """Return the addresses of all pages in the navigation of an open dashboard, in its order."""
    more = page.get_by_test_id("stSidebarNavViewButton")
    if more.count() and "more" in (more.first.inner_text() or "").lower():
        more.first.click()
    return list(dict.fromkeys(link.evaluate("a => a.href") for link in page.locator(NAV_LINK).all()))


def foreign_requests(page: Page, url: str) -> list[str]:
    """Return a list that fills with every address outside ``url``'s host that the page asks for from now on."""
    found: list[str] = []

    def note(address: str) -> None:
        if not address.startswith((url, url.replace("http", "ws", 1), "data:", "blob:")):
            found.append(address)

    page.on("request", lambda request: note(request.url))
    page.on("websocket", lambda socket: note(socket.url))
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _wait_until_healthy(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    _poll(lambda: server.poll() is not None or _is_healthy(url), START_SECONDS)
    if server.poll() is not None or not _is_healthy(url):
        printed = log.read_text(encoding="utf-8", errors="replace")[-4000:]
        raise RuntimeError(f"The dashboard did not start on {url}. It printed:\n{printed}")


def _is_healthy(url: str) -> bool:
    # An opener of its own: the one that urllib shares keeps whatever proxy the first who used it had set.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _poll(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(0.1)


if __name__ == "__main__":
    with sync_playwright() as _playwright:
        launch(_playwright).close()
