"""The small study of the checks' tests."""

import shutil
from pathlib import Path

import pytest

from tests.evaluation.checks.studies import Small, small_study


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_study(tmp_path_factory.mktemp("small") / "artifacts").root


@pytest.fixture
def small(_written: Path, tmp_path: Path) -> Small:
    """A study of this test's own in which no check fires."""
    return Small(Path(shutil.copytree(_written, tmp_path / "artifacts")))
