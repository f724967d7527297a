"""What the command line shows of one run's classes."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from kd_core.artifacts import ArtifactStore
from kd_core.cli import app
from kd_core.errors import KdError
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.scores import scores_of
from kd_core.paths import PROJECT
from kd_core.scores_report import run_scores, scores_table
from tests.dashboard.artifacts_fixture import CLASSES, write_artifacts

RUN = "student3_int8"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    return ArtifactStore(write_artifacts(tmp_path_factory.mktemp("scores") / "artifacts"))


def test_the_leaked_pictures_are_left_out_where_wanted(store: ArtifactStore) -> None:
    part = store.predictions("showcase", RUN).of("test")
    clean = part.where(leak_free(part, store.index("showcase")))
    whole = run_scores(store, "showcase", RUN, split="test", clean=False)
    assert (whole.n, whole.top1) == (150, scores_of(part).top1)
    found = run_scores(store, "showcase", RUN, split="test", clean=True)
    assert (found.n, found.top1, found.brier) == (128, scores_of(clean).top1, scores_of(clean).brier)


def test_of_a_published_run_its_matrix(store: ArtifactStore) -> None:
    found = run_scores(store, "published", "student3", split="test", clean=False)
    assert (found.n, found.loss) == (2347, None)
    with pytest.raises(KdError, match="leave out --split and --leak-free"):
        run_scores(store, "published", "student3", split="test", clean=True)
    with pytest.raises(KdError, match="The slides state no confusion matrix of published/student1"):
        run_scores(store, "published", "student1", split="test", clean=False)


def test_the_longest_name_of_the_showcase_fits_80_columns() -> None:
    store = ArtifactStore(PROJECT / "artifacts")
    run = "student3-pruned80-clustered-qat"
    scores = run_scores(store, "showcase", run, split="test", clean=True)
    printed = StringIO()
    Console(width=80, file=printed).print(scores_table(f"showcase/{run}, test, leak-free", scores))
    lines = printed.getvalue().splitlines()
    for row in scores.classes.to_dict("records"):
        intervals = (
            f"{row[name]:.3f} [{row[f'{name}_low']:.3f}, {row[f'{name}_high']:.3f}]" for name in ("precision", "recall")
        )
        expected = [row["class"], *" ".join(intervals).split(), f"{row['f1']:.3f}", f"{row['support']:,}"]
        assert any(line.split() in (expected, [expected[0], "*", *expected[1:]]) for line in lines), row["class"]
    macro = next(line.split() for line in lines if line.startswith("macro "))
    assert macro == ["macro", *(f"{value:.3f}" for value in scores.averages.iloc[0, 1:4]), f"{scores.n:,}"]
    # Nothing is broken over two lines: after the table come three.
    assert [line.split()[0] for line in lines if line][-4:] == ["weighted", "n", "macro", "Intervals:"]


def test_the_command_finds_shipped_studies_and_says_what_is_not_there(
    store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(store.root))
    # "published" has no file of a study; it is found among the artifacts.
    shown = CliRunner().invoke(app, ["scores", "published", "teacher"], env={"COLUMNS": "80"})
    assert shown.exit_code == 0
    assert "published/teacher, test" in shown.output
    assert all(name in shown.output for name in CLASSES)
    assert "Gorilla *" in shown.output
    assert "Fewer than 30 pictures" in shown.output
    missing = CliRunner().invoke(app, ["scores", "showcase", "student9"])
    assert isinstance(missing.exception, KdError)
    assert "has no finished run student9: choose one of teacher, student3_scratch" in str(missing.exception)
    unknown = CliRunner().invoke(app, ["scores", "nothing", "student9"])
    assert 'There is no study "nothing"' in str(unknown.exception)
    assert CliRunner().invoke(app, ["scores", "showcase", RUN, "--split", "train"]).exit_code == 2


def test_damaged_answers_are_a_sentence(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    path = store.root / "showcase" / RUN / "predictions.parquet"
    path.write_bytes(b"PAR1")
    with pytest.raises(KdError, match=r"predictions\.parquet cannot be read"):
        run_scores(store, "showcase", RUN, split="test", clean=False)
