"""Fixtures for what a person does in a real browser, and what happens where there is none.

Without a browser these tests are skipped and the run's last lines say so; with ``KD_REQUIRE_BROWSER`` or ``CI`` set
they fail instead.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from driver import SLOW, launch, serve
from everything import write_everything
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from tests.conftest import NO_BROWSER

Serve = Callable[..., str]


# Not of the whole session: until it ends, Playwright keeps an event loop running in this thread, and no other test may.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a fake camera."""
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except Error as error:
            reason = f"{NO_BROWSER} ({str(error).splitlines()[0]}). Install Debian's chromium and try again."
            if os.environ.get("KD_REQUIRE_BROWSER") or os.environ.get("CI"):
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)
        expect.set_options(timeout=SLOW)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def serve_dashboard(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """A function ``serve_dashboard(artifacts=None, data=None)`` that starts a server and returns its address.

    None leaves a folder as the environment says; a folder that does not exist means there is none. All servers end
    with the module.
    """
    with ExitStack() as servers:

        def start(artifacts: Path | None = None, data: Path | None = None) -> str:
            log = tmp_path_factory.mktemp("dashboard") / "server.log"
            return servers.enter_context(serve(log, artifacts=artifacts, data=data))

        yield start


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Artifacts of which every page has something to show, and their pictures: to be read, never changed."""
    return write_everything(tmp_path_factory.mktemp("everything"))


@pytest.fixture(scope="module")
def explored(serve_dashboard: Serve, everything: tuple[Path, Path]) -> str:
    """The address of a dashboard on everything."""
    return serve_dashboard(*everything)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, in English, with the camera allowed; whatever it waits for may take its time."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000}, locale="en-GB", permissions=["camera"])
    context.set_default_timeout(SLOW)
    yield context.new_page()
    context.close()
