"""The button on the page Conclusion: it offers the report in the language of the page and makes it on the click."""

import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue

OpenPage = Callable[..., AppTest]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], bytes]]:
    """What the server would call on a click, as the page has handed it over."""
    calls: list[Callable[[], bytes]] = []
    register = MediaFileManager.add_deferred

    def note(self: MediaFileManager, data: Callable[[], bytes], *arguments: Any, **named: Any) -> str:
        calls.append(data)
        return register(self, data, *arguments, **named)

    monkeypatch.setattr(MediaFileManager, "add_deferred", note)
    return calls


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_click_makes_the_report_in_the_language_of_the_page(
    lang: str, open_page: OpenPage, offered: list[Callable[[], bytes]]
) -> None:
    app = open_page("conclusion", lang=lang)
    (button,) = app.get("download_button")
    assert button.label == catalogue(lang)["report.button"]
    (make,) = offered
    # The server calls it in a thread that knows no session.
    made: list[bytes] = []
    thread = threading.Thread(target=lambda: made.append(make()))
    thread.start()
    thread.join()
    with zipfile.ZipFile(BytesIO(made[0])) as archive:
        page = archive.read("report-showcase/report-showcase.html").decode()
    assert f'<html lang="{lang}">' in page
    assert catalogue(lang)["report.studied_title"] in page


@pytest.mark.usefixtures("artifacts")
def test_the_published_study_can_be_handed_over_too(open_page: OpenPage) -> None:
    app = open_page("conclusion", study="published")
    assert [button.label for button in app.get("download_button")] == [catalogue("en")["report.button"]]


@pytest.mark.usefixtures("no_artifacts")
def test_nothing_is_offered_where_there_is_nothing(open_page: OpenPage) -> None:
    assert not open_page("conclusion").get("download_button")


def test_a_study_without_a_student_can_be_handed_over(artifacts: Path, open_page: OpenPage) -> None:
    for folder in (artifacts / "showcase").glob("student3_*"):
        (folder / "run.json").write_text("{")
    app = open_page("conclusion")
    assert len(app.get("download_button")) == 1
    assert not app.exception
