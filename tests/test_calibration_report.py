"""The calibration of a study as a person reads it in the terminal."""

from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from kd_core.artifacts import ArtifactStore
from kd_core.calibration_report import calibration_table
from kd_core.errors import KdError
from kd_core.evaluation.calibration import calibration, calibration_error, fit_temperature
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.metrics import leak_free, log_loss
from kd_core.paths import PROJECT
from tests.dashboard.artifacts_fixture import damage, write_artifacts


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    return ArtifactStore(write_artifacts(tmp_path_factory.mktemp("calibration") / "artifacts"))


def printed(store: ArtifactStore, split: str = "test", *, width: int = 80, clean: bool = False) -> list[str]:
    console = Console(width=width, file=StringIO())
    console.print(calibration_table(store, "showcase", split, clean=clean)[0])
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize(("split", "clean"), [("test", False), ("test", True), ("val", False)])
def test_two_rows_a_run_hold_what_the_answers_say(store: ArtifactStore, split: str, clean: bool) -> None:
    answers, index = store.predictions("showcase", "student3_qat"), store.index("showcase")
    part, held_out = answers.of(split), answers.of("val")
    held_out = held_out.where(leak_free(held_out, index))
    part = part.where(leak_free(part, index)) if clean else part
    temperature = fit_temperature(held_out.logits, held_out.label)
    lines = [line.split() for line in printed(store, split, clean=clean)]
    at = next(i for i, line in enumerate(lines) if line and line[0] == "student3_qat")
    assert lines[at][1] == str(len(part))
    for line, t in ((lines[at][2:], 1.0), (lines[at + 1], temperature)):
        probabilities = softmax(part.logits, t)
        gap = probabilities.max(axis=1) - (probabilities.argmax(axis=1) == part.label)
        assert line[0] == f"{t:.2f}"
        assert line[3] == f"{100 * calibration_error(probabilities, part.label):.1f}"
        assert line[5] == f"{100 * gap.mean():+.1f}"
        # The standard error of a mean over clusters, from the sum of each one's deviations.
        deviations = pd.Series(gap - gap.mean()).groupby(picture_groups(part, index)).sum()
        reach = 1.96 * 100 * np.sqrt((deviations**2).sum()) / len(gap)
        assert float(line[7]) == pytest.approx(reach, rel=0.06)
    assert lines[at][3] == f"{log_loss(part):.3f}"
    assert lines[at + 1][1] == f"{calibration(part.logits, part.label, temperature=temperature).nll:.3f}"


def test_the_showcase_fits_a_terminal_of_80_columns() -> None:
    store = ArtifactStore(PROJECT / "artifacts")
    lines = printed(store)
    # As wide as it wants to be, it is the same: nothing was cut or wrapped.
    assert lines[:-3] == [line for line in printed(store, width=300) if line][: len(lines) - 3]
    assert [line.split()[0] for line in lines[3:-3:2]] == [record.run for record in store.runs("showcase")[0]]


def test_what_cannot_be_read_is_a_sentence_and_the_rest_stands(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    (store.root / "showcase" / "teacher" / "predictions.parquet").write_bytes(b"PAR1 and nothing else")
    _, problems = calibration_table(store, "showcase", "test")
    assert len(problems) == 1
    assert "teacher/predictions.parquet cannot be read" in problems[0]
    assert any(line.startswith("student3_int8") for line in printed(store))
    assert not any(line.startswith("teacher") for line in printed(store))
    damage(store.root)
    with pytest.raises(KdError, match=r"data\.parquet cannot be read"):
        calibration_table(store, "showcase", "test")


def test_of_stated_figures_there_is_nothing_to_calibrate(store: ArtifactStore) -> None:
    with pytest.raises(KdError, match="states figures and holds no answers"):
        calibration_table(store, "published", "test")


def test_a_split_that_was_never_answered_is_named(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    file = store.root / "showcase" / "teacher" / "predictions.parquet"
    frame = pd.read_parquet(file)
    frame[frame["split"] == "test"].to_parquet(file)
    _, problems = calibration_table(store, "showcase", "test")
    assert problems == ["showcase/teacher: there are no answers on leak-free val. Evaluate the run again."]
    frame["logit_Dog"] = np.float32("nan")
    frame.to_parquet(file)
    _, problems = calibration_table(store, "showcase", "test")
    assert problems == ["showcase/teacher: a logit is not finite. Evaluate the run again."]
