"""Fixtures for what a person does in a real browser, and what happens where there is none.

Without a browser these tests are skipped and the run's last lines say so; with ``KD_REQUIRE_BROWSER`` or ``CI`` set
they fail instead.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from driver import launch, serve
from playwright.sync_api import Browser, Error, Page, sync_playwright

LEFT_OUT = pytest.StashKey[str]()
Serve = Callable[..., str]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the browser tests last: until its session ends, Playwright keeps an event loop running in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    """Say at the very end that the browser tests were left out."""
    yield
    reason = config.stash.get(LEFT_OUT, None)
    if reason:
        terminalreporter.section("The browser tests were left out", red=True, bold=True)
        terminalreporter.line(f"The browser tests were left out: {reason}", red=True)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """A headless Chromium with a fake camera."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            reason = f"no browser starts here ({str(error).splitlines()[0]}). Install Debian's chromium and try again."
            if os.environ.get("KD_REQUIRE_BROWSER") or os.environ.get("CI"):
                pytest.fail(reason, pytrace=False)
            request.config.stash[LEFT_OUT] = reason
            pytest.skip(reason)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve_dashboard(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """A function ``serve_dashboard(artifacts=None, data=None)`` that starts a server and returns its address.

    None leaves a folder as the environment says; a folder that does not exist means there is none. All servers end
    with the session.
    """
    with ExitStack() as servers:

        def start(artifacts: Path | None = None, data: Path | None = None) -> str:
            log = tmp_path_factory.mktemp("dashboard") / "server.log"
            return servers.enter_context(serve(log, artifacts=artifacts, data=data))

        yield start


@pytest.fixture(scope="session")
def dashboard_url(serve_dashboard: Serve) -> str:
    """The address of the dashboard on the shipped artifacts, with the photos that the environment points to."""
    return serve_dashboard()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, in English, with the camera allowed."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, locale="en-GB", permissions=["camera"])
    yield context.new_page()
    context.close()
