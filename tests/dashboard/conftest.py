"""Artifacts for the dashboard's tests, and the app on top of them."""

import functools
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.report.files import report_files
from dashboard.slides.ahead import AHEAD
from tests.dashboard.artifacts_fixture import damage, write_artifacts

PROJECT = Path(__file__).resolve().parents[2]
OpenPage = Callable[..., AppTest]
ReportIn = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_artifacts(tmp_path_factory.mktemp("written") / "artifacts")


@pytest.fixture(scope="session")
def report_on_all(_written: Path) -> ReportIn:
    """A function ``report_on_all(lang)`` that gives the files of the report on full artifacts, made once a language."""

    @functools.cache
    def made(lang: str) -> dict[str, bytes]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KD_ARTIFACTS_DIR", str(_written))
            return report_files("showcase", lang)

    return made


@pytest.fixture
def artifacts(_written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A full artifacts folder of this test's own, which the dashboard reads."""
    folder = tmp_path / "artifacts"
    shutil.copytree(_written, folder)
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(folder))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return folder


@pytest.fixture(scope="session")
def _written_with_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.dashboard.tiny_model import tiny_model

    return write_artifacts(tmp_path_factory.mktemp("shipped") / "artifacts", model=tiny_model())


@pytest.fixture
def shipped(_written_with_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as ``artifacts``, and every run ships the tiny model."""
    folder = tmp_path / "shipped"
    shutil.copytree(_written_with_models, folder)
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(folder))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return folder


@pytest.fixture
def no_artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artifacts folder that does not exist."""
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return tmp_path / "nothing"


@pytest.fixture
def damaged_artifacts(artifacts: Path) -> Path:
    """Artifacts in which every kind of file is broken in its own way."""
    return damage(artifacts)


@pytest.fixture(scope="session", autouse=True)
def _installed_components() -> Iterator[None]:
    """Every new app searches all installed packages for Streamlit's components: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        found_once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found_once)
        yield


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenPage]:
    """A function ``open_page(name, **query)`` that opens a page of the whole app with a query in its address."""
    # The dashboard never loads Keras. Where tests of the core have, Streamlit would clear its session after every run
    # of the app, and go through all that TensorFlow holds for it.
    monkeypatch.delitem(sys.modules, "keras", raising=False)

    def opened(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT / "dashboard" / "streamlit_app.py"), default_timeout=60)
        # The overview is what opens without a name.
        if name != "overview":
            app.switch_page(f"app_pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    yield opened
    # It asks the environment where the artifacts are, which the next test changes.
    for thread in threading.enumerate():
        if thread.name == AHEAD:
            thread.join()
