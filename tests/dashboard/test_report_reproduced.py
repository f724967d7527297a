"""The report on a reproduction says whether its claims hold, and the one on an ablation what each change bought."""

import io
from pathlib import Path

import pandas as pd
import pytest

from dashboard.report.files import report_files
from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.conftest import ReportIn
from tests.dashboard.reading import plain
from tests.dashboard.report_reading import read_page
from tests.dashboard.reproduced_fixture import ABLATION, PAPER, write_ablation, write_paper


def right(root: Path, study: str, run: str, split: str) -> float:
    answers = ArtifactStore(root).predictions(study, run).of(split)
    return float((answers.logits.argmax(axis=1) == answers.label).mean())


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_reproduction_is_told_with_its_claims(lang: str, artifacts: Path) -> None:
    write_paper(artifacts)
    texts = catalogue(lang)
    page = plain(read_page(report_files(PAPER, lang)[f"report-{PAPER}.html"].decode()).text)
    share = f"{100 * right(artifacts, PAPER, 'student3-softened-twice', 'test'):.1f} %"
    claim = "75.4 %"
    if lang == "de":
        share, claim = share.replace(".", ","), claim.replace(".", ",")
    assert share in page
    assert texts["reproduced.missed"].format(claim=claim) in page
    # Those of other studies stand in their reports.
    assert texts["reproduced.own"].partition("{study}): ")[2].partition("{")[0] not in page


def test_an_ablation_is_told_with_its_changes(artifacts: Path) -> None:
    write_ablation(artifacts)
    files = report_files(ABLATION, "en")
    page = plain(read_page(files[f"report-{ABLATION}.html"].decode()).text)
    base = sum(right(artifacts, ABLATION, f"base-seed{seed}", "val") for seed in (1, 2, 3)) / 3
    gained = right(artifacts, ABLATION, "much-better", "val") - base
    assert f"Much better: +{100 * gained:.1f} pp [" in page
    table = pd.read_csv(io.BytesIO(files["ablation.csv"])).set_index("recipe")
    assert table.loc["much-better", "difference"] == pytest.approx(gained)
    assert table.loc["much-better", "finding"] == "gained"


def test_no_other_study_is_told_as_an_ablation(report_on_all: ReportIn) -> None:
    files = report_on_all("en")
    assert "ablation.csv" not in files
    assert catalogue("en")["ablation.title"] not in read_page(files["report-showcase.html"].decode()).text
