"""`make demo` on a fresh machine: a new environment without TensorFlow, no photos, every page opens."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from driver import PROJECT, foreign_requests, open_page, page_urls, serving
from playwright.sync_api import Page

SHIPPED = ("Makefile", "requirements-dashboard.txt", ".streamlit", "dashboard", "kd_core", "artifacts")
TRAINING_PACKAGES = ("tensorflow", "tf_keras", "keras", "tensorflow_model_optimization")

pytestmark = [pytest.mark.browser, pytest.mark.fresh, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the demo needs of the repository, and nothing else of it: neither environment nor data folder."""
    root = tmp_path_factory.mktemp("fresh") / "a machine"
    root.mkdir()
    for name in SHIPPED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
        elif source.exists():
            shutil.copy2(source, root / name)
    return root


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a person who has set nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KD_", "STREAMLIT_", "MAKE"))}
    if "KD_PYTHON" in os.environ:
        kept["KD_PYTHON"] = os.environ["KD_PYTHON"]
    return kept | {"KD_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture(scope="module")
def demo(
    copy: Path, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a running `make demo`, and the file with all that it printed."""
    log = tmp_path_factory.mktemp("demo") / "make.log"
    # Installing first keeps the wait for the server short, and shows an installation's failure as what it is.
    installed = subprocess.run(
        ["make", ".venv-dashboard/installed"], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert installed.returncode == 0, installed.stdout + installed.stderr
    with serving(["make", "demo"], log, cwd=copy, environment=environment) as url:
        yield url, log


def test_every_page_opens_without_the_photos(demo: tuple[str, Path], page: Page) -> None:
    url, log = demo
    foreign = foreign_requests(page, url)
    open_page(page, url)
    addresses = page_urls(page)
    assert len(addresses) == len(list((PROJECT / "dashboard" / "app_pages").glob("[!_]*.py")))
    for address in addresses:
        open_page(page, address)
        assert page.get_by_test_id("stException").count() == 0, address
        assert "Traceback" not in log.read_text(encoding="utf-8"), address
        assert page.locator("h1").first.inner_text().strip(), address
    assert foreign == []


def test_the_environment_holds_what_the_dashboard_needs_and_no_more(demo: tuple[str, Path], copy: Path) -> None:
    program = f"import importlib.util as u; print([n for n in {TRAINING_PACKAGES} if u.find_spec(n)])"
    answer = subprocess.run(
        [copy / ".venv-dashboard" / "bin" / "python", "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_a_study_is_handed_over_from_there(
    demo: tuple[str, Path], copy: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    python = copy / ".venv-dashboard" / "bin" / "python"
    command = [python, "-m", "dashboard.report", "showcase", "--out", tmp_path / "report"]
    answer = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "report" / "report-showcase.html").stat().st_size < 8_000_000


def test_a_second_call_installs_nothing(demo: tuple[str, Path], copy: Path, environment: dict[str, str]) -> None:
    answer = subprocess.run(
        ["make", "--question", ".venv-dashboard/installed"], cwd=copy, env=environment, capture_output=True, check=False
    )
    assert answer.returncode == 0
