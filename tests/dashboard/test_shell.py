"""The frame: every page opens, choices live in the address, and what is broken is said calmly."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from tests.dashboard.conftest import PROJECT

# The presenter mode has a title of its own on every slide, and tests of its own.
PAGES = sorted({p.stem for p in (PROJECT / "dashboard" / "app_pages").glob("*.py")} - {"presenter"})
OpenPage = Callable[..., AppTest]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("state", "lang"), [("artifacts", "en"), ("artifacts", "de"), ("no_artifacts", "en"), ("damaged_artifacts", "de")]
)
def test_every_page_opens(
    page: str, lang: str, state: str, open_page: OpenPage, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(state)
    app = open_page(page, lang=lang)
    assert [app.title[0].value] == [catalogue(lang)[f"{page}.title"]]
    assert not app.exception
    assert catalogue(lang)["shell.failed"] not in [e.value for e in app.error]


@pytest.mark.usefixtures("artifacts")
def test_the_address_is_complete_and_opens_the_same_view(open_page: OpenPage) -> None:
    app = open_page("overview")
    assert app.query_params["study"] == "showcase"
    app.selectbox(key="pick.study").select("published").run()
    assert app.query_params["study"] == "published"
    again = open_page("overview", **{k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()})
    assert again.selectbox(key="pick.study").value == "published"


@pytest.mark.usefixtures("artifacts")
def test_a_choice_survives_a_change_of_page(open_page: OpenPage) -> None:
    app = open_page("overview", lang="de")
    app.selectbox(key="pick.study").select("published").run()
    # As the browser does on a click in the navigation, the parameters of the old page may go.
    app.query_params.clear()
    app.switch_page("app_pages/data_set.py").run()
    assert app.selectbox(key="pick.study").value == "published"
    assert app.title[0].value == catalogue("de")["data_set.title"]


@pytest.mark.usefixtures("artifacts")
def test_a_bad_value_in_the_address_falls_back_with_a_notice(open_page: OpenPage) -> None:
    app = open_page("overview", study="../../etc", lang="klingon")
    assert app.selectbox(key="pick.study").value == "showcase"
    assert any("study = ../../etc" in info.value for info in app.info)
    assert app.query_params["study"] == "showcase"
    assert app.title[0].value == catalogue("en")["overview.title"]


def test_a_failing_page_is_a_notice_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    app = AppTest.from_function(_failing).run()
    assert [e.value for e in app.error] == [catalogue("en")["shell.failed"]]
    assert not app.exception
    assert "ZeroDivisionError" in caplog.text


def _failing() -> None:
    from dashboard.components.notices import calm

    with calm():
        _ = 1 / 0


def test_problems_are_named_once_with_the_file(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("overview")
    texts = "\n".join(text.value for text in app.text)
    for broken in ("student3_scratch/run.json", "student3_pruned/run.json", "foreign/run.json"):
        assert texts.count(str(damaged_artifacts / "showcase" / broken)) == 1, texts
