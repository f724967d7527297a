"""The command line as a person meets it: exit codes, and one sentence where something is wrong."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.cli import main
from kd_core.data.source import open_data
from kd_core.environment import machine_name
from kd_core.evaluation.checks import CHECKS
from kd_core.progress import Silent
from kd_core.study import parse_study
from tests.dashboard.artifacts_fixture import write_artifacts
from tests.evaluation.checks.studies import small_study

PROJECT = Path(__file__).parent.parent
SHORT = """
[data]
source = "generated"
train_per_class = 4
test_per_class = 2
size = 32

[runs.scratch]
stage = "scratch"
network = "student3"
input_size = 32
epochs = {epochs}
batch_size = 8
"""


Kd = Callable[..., subprocess.CompletedProcess[str]]


def folders(root: Path) -> dict[str, str]:
    """Return the environment in which everything lies below a folder."""
    names = {"KD_DATA_DIR": "data", "KD_ARTIFACTS_DIR": "artifacts", "KD_CACHE_DIR": "cache"}
    return {variable: str(root / name) for variable, name in names.items()} | {"COLUMNS": "200"}


@pytest.fixture
def kd_process(tmp_path) -> Kd:
    """Return a function that runs ``python -m kd_core`` with folders of its own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kd_core", *arguments]
        env = os.environ | folders(tmp_path) | environment
        return subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False, timeout=200)

    return run


@pytest.fixture
def kd(tmp_path, capfd) -> Kd:
    """Return a function that does the same in this process, which has loaded already what a new one would load."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        capfd.readouterr()
        with pytest.MonkeyPatch.context() as patch, pytest.raises(SystemExit) as left:
            for name, value in (folders(tmp_path) | environment).items():
                patch.setenv(name, value)
            patch.chdir(PROJECT)
            patch.setattr(sys, "argv", ["kd_core", *arguments])
            main()
        return subprocess.CompletedProcess(arguments, left.value.code, *capfd.readouterr())

    return run


@pytest.fixture(scope="module")
def short_made(tmp_path_factory) -> Path:
    """The artifacts of the short study, trained for one epoch."""
    from kd_core.stages import run_study
    from kd_core.training.job import Job

    root = tmp_path_factory.mktemp("short")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KD_CACHE_DIR", str(root / "cache"))
        study = parse_study(tomllib.loads(SHORT.format(epochs=1)), "short", "short.toml")
        job = Job(study, open_data(study.data, Silent()), ArtifactStore(root / "artifacts"), root / "cache", Silent())
        assert run_study(job, list(study.runs)) == []
    return root / "artifacts"


@pytest.fixture
def short(short_made, tmp_path, monkeypatch) -> Path:
    """The file of the short study, with artifacts of this test's own that are up to date; it is timed but briefly."""
    monkeypatch.setattr("kd_core.evaluation.timing.SECONDS", 0.05)
    monkeypatch.setattr("kd_core.evaluation.benchmark.STARTS", 1)
    shutil.copytree(short_made, tmp_path / "artifacts")
    file = tmp_path / "short.toml"
    file.write_text(SHORT.format(epochs=1))
    return file


def says(result: subprocess.CompletedProcess[str], code: int, *words: str) -> None:
    text = " ".join((result.stdout + result.stderr).split())
    assert result.returncode == code, text
    assert "Traceback" not in text
    for word in words:
        assert word in text


def test_help_lists_the_commands(kd_process):
    says(kd_process("--help"), 0, "run", "status", "evaluate", "scores", "calibrate", "benchmark", "data", "published")


def test_a_missing_data_folder_is_one_sentence_with_the_remedy(kd_process, tmp_path):
    result = kd_process("run", "showcase")
    says(result, 1, str(tmp_path / "data"), "make data", "KD_DATA_DIR")
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "artifacts").exists()


def test_an_empty_data_folder_too(kd, tmp_path):
    (tmp_path / "data" / "train").mkdir(parents=True)
    says(kd("data", "index"), 1, "no folder for the split val")
    for split in ("val", "test"):
        (tmp_path / "data" / split).mkdir()
    says(kd("data", "index"), 1, "holds no readable picture")


def test_labels_are_doubted_only_with_pictures_and_a_teacher(kd, tmp_path):
    says(kd("data", "suspects"), 1, str(tmp_path / "data"), "make data")
    file = tmp_path / "short.toml"
    file.write_text(SHORT.format(epochs=1))
    says(kd("data", "suspects", str(file)), 1, "The study short has no teacher")
    assert not (tmp_path / "artifacts").exists()


def test_unknown_names_are_sentences(kd):
    says(kd("run", "nothing"), 1, 'There is no study "nothing"', "showcase")
    says(kd("status", "missing.toml"), 1, "missing.toml is missing: name the .toml file of a study")
    says(kd("compress", "showcase", "--from", "student9", "--max-drop", "0.01"), 1, "has no run student9")
    says(kd("run", "showcase", "--only", "student9"), 1, "has no run student9", "student3-distilled")


def test_wrong_usage_is_code_2(kd):
    says(kd("run"), 2, "Missing argument")
    says(kd("run", "smoke", "--stage", "everything"), 2, "'everything' is not one of 'teacher', 'students', 'compress'")
    says(kd("dance"), 2, "No such command")
    says(kd("benchmark", "smoke", "--threads", "0"), 2, "threads")
    says(kd("compress", "smoke", "--from", "student3-scratch"), 2, "give at least one of --max-drop, --max-size")
    says(kd("compress", "smoke", "--from", "student3-scratch", "--max-size", "big"), 2, "big is no size: write it as")


def test_a_study_with_a_mistake_names_file_and_key(kd, tmp_path):
    study = tmp_path / "mine.toml"
    study.write_text('[runs.a]\nstage = "scratch"\nnetwork = "student3"\nepoch = 3\n')
    says(kd("status", str(study)), 1, "mine.toml", "unknown key epoch")


def test_brackets_in_a_sentence_are_no_markup(kd, tmp_path):
    folder = tmp_path / "a[" / "b]"
    folder.mkdir(parents=True)
    (folder / "mine.toml").write_text("[defaults]\nepochs = 3\n")
    says(kd("status", str(folder / "mine.toml")), 1, "a[/b]", "add a table [runs.NAME] with a stage")


def test_status_without_anything_trained(kd):
    says(kd("status", "smoke"), 0, "teacher", "student3-distilled", "missing")


def test_calibration_of_what_was_answered_and_of_nothing(kd):
    shipped = str(PROJECT / "artifacts")
    found = kd("calibrate", "showcase", "--split", "val", KD_ARTIFACTS_DIR=shipped)
    says(found, 0, "showcase, val", "student3-pruned80-qat")
    says(kd("calibrate", "published", KD_ARTIFACTS_DIR=shipped), 1, "states figures and holds no answers")
    says(kd("calibrate", "smoke"), 1, "smoke/data.parquet is missing")
    says(kd("calibrate", "showcase", "--split", "train"), 2, "'train' is not one of 'test', 'val'")


def test_the_verdict_on_the_shipped_study_names_pairs_interval_test_and_seeds(kd):
    found = kd("verdict", "showcase", "--split", "val", KD_ARTIFACTS_DIR=str(PROJECT / "artifacts"))
    says(
        found,
        0,
        "Study showcase, val",
        "student3-distilled against student3-scratch",
        "no copy was trained on (n = 2,000)",
    )
    says(found, 0, "1 seed (the interval covers pictures, not trainings), McNemar p", "within noise")
    says(kd("verdict", "smoke"), 1, "no distilled run with a twin and no compressed run to judge")
    says(kd("verdict", "showcase", "--split", "train"), 2, "'train' is not one of 'test', 'val'")


def test_the_report_is_written_where_it_is_asked_for(kd, tmp_path):
    write_artifacts(tmp_path / "artifacts")
    page = tmp_path / "handed over" / "report-showcase.html"
    says(kd("report", "showcase", "--out", str(page.parent), "--language", "de"), 0, f"Written to {page}, with 21 CSV")
    assert '<html lang="de">' in page.read_text(encoding="utf-8")
    (page.parent / "mine.txt").touch()
    says(kd("report", "showcase", "--out", str(page.parent)), 1, "holds something else than a report (mine.txt)")
    says(kd("report", "published", "--out", str(tmp_path / "stated")), 0, "Written to")


def test_there_is_no_report_on_nothing(kd, tmp_path):
    says(kd("report", "nothing"), 1, 'There is no study "nothing"')
    write_artifacts(tmp_path / "artifacts")
    result = kd("report", "smoke")
    says(result, 1, 'There is no study "smoke" in', "choose one of published, showcase, or train it first")
    assert len(result.stderr.strip().splitlines()) == 1
    says(kd("report", "showcase", "--language", "fr"), 2, "'fr' is not one of 'en', 'de'")


def test_benchmark_without_a_model(kd):
    says(kd("benchmark", "smoke", "--no-training"), 1, "no run with a model")


def test_robustness_without_a_model_or_with_unknown_names(kd):
    says(kd("robustness", "smoke"), 1, "no run with a model")
    says(kd("robustness", "showcase", "--only", "student9"), 1, "has no run student9")
    says(kd("robustness", "smoke", "--pictures", "0"), 2, "pictures")


def test_an_interrupted_study_goes_on_and_is_then_up_to_date(kd_process, kd, tmp_path):
    study = tmp_path / "short.toml"
    study.write_text(SHORT.format(epochs=2))
    says(kd_process("run", str(study)), 0, "scratch: done in")
    assert (tmp_path / "artifacts" / "short" / "scratch" / "run.json").is_file()
    says(kd("run", str(study)), 0, "scratch: up to date")
    says(kd("status", str(study)), 0, "complete")
    says(kd("evaluate", str(study)), 0, "answers bit for bit as stored", "leak-free")
    says(kd("data", "show", str(study)), 0, "60", "30", "0 of val and 0 of test")
    (tmp_path / "artifacts" / "short" / "scratch" / "predictions.parquet").write_bytes(b"PAR1")
    says(kd("evaluate", str(study)), 1, "predictions.parquet cannot be read", "make it again")
    record = tmp_path / "artifacts" / "short" / "scratch" / "run.json"
    record.write_text(record.read_text()[:200])
    says(kd("status", str(study)), 1, "damaged", "run.json cannot be read", "make it again")
    says(kd("run", str(study)), 1, "run.json cannot be read", "--force makes it anew")
    shutil.rmtree(tmp_path / "artifacts" / "short" / "scratch")
    says(kd("status", str(study)), 0, "missing")


def test_a_search_names_the_model_that_holds_the_goal_or_says_that_none_does(kd, short):
    says(kd("run", str(short)), 0, "scratch: up to date")
    found = kd("compress", str(short), "--from", "scratch", "--max-size", "2MB")
    says(found, 0, "at most 2,000 kB after gzip; of these the most accurate", "unchanged", "float16", "dynamic", "int8")
    says(found, 0, "is the smallest (", "the fastest (", "model.tflite; the dashboard shows it in the study short")
    none = kd("compress", str(short), "--from", "scratch", "--max-latency-ms", "0.0001", "--epochs", "1")
    says(none, 1, "qat", "No variant that was tried holds the goal: allow more")
    says(kd("compress", str(short), "--from", "nobody", "--max-drop", "0.1"), 1, "nobody")
    says(
        kd("compress", str(short), "--from", "short-scratch/int8", "--max-drop", "0.1"), 1, "is quantized, and nothing"
    )


def test_what_it_measures_is_written_for_this_machine(kd, short, tmp_path):
    says(kd("run", str(short)), 0, "scratch: up to date")
    says(kd("benchmark", str(short), "--rounds", "2"), 0, "p50 / p90 / p99 ms", "is not measured", "no distilled run")
    found, problems = ArtifactStore(tmp_path / "artifacts").benchmarks("short")
    assert problems == []
    figures = found[0].runs["scratch"]
    assert figures.latency_ms.count >= 200
    assert figures.latency_ms.p50 <= figures.latency_ms.p90 <= figures.latency_ms.p99
    assert figures.test_seconds < figures.test_seconds_with_decoding
    assert figures.peak_rss_mb > 10
    assert found[0].rounds == 2

    # What has been measured stays when the longer part is interrupted.
    def interrupted(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kd_core.cli.measuring._training_speed", interrupted)
        assert kd("benchmark", str(short), "--rounds", "3").returncode != 0
    assert ArtifactStore(tmp_path / "artifacts").benchmarks("short")[0][0].rounds == 3

    # A machine that has the artifacts and no picture measures what it can, and says what it leaves out.
    short.write_text(short.read_text().replace('"generated"', '"photos"'))
    again = kd("benchmark", str(short), "--rounds", "2")
    says(
        again, 0, "time over the test split is left out: 30 of its 30 pictures", "training is not measured", "make data"
    )
    found, _ = ArtifactStore(tmp_path / "artifacts").benchmarks("short")
    assert len(found) == 1
    assert found[0].runs["scratch"].test_seconds is None
    assert found[0].runs["scratch"].model_sha256 == figures.model_sha256
    assert [one.count >= 100 for one in found[0].runs["scratch"].rounds] == [True, True]


def test_check_ends_with_an_error_only_where_one_is_found(kd, tmp_path):
    says(kd("check"), 2, "name a study, or give --list")
    says(kd("check", "--list"), 0, "KD001", "KD007", "warning", "error")
    says(kd("check", "nothing"), 1, 'There is no study "nothing"')
    says(kd("check", "showcase"), 1, "The study showcase has no runs yet", "make train STUDY=showcase")
    small = small_study(tmp_path / "artifacts")
    here = machine_name()
    small.benchmark(here, day=2, teacher=8.0, scratch=2.0, student=2.0, pruned=2.0, int8=1.0)
    says(kd("check", "small"), 0, f"{len(CHECKS)} checks of the study small: none fires.")
    small.change("student", twin=None)
    says(kd("check", "small"), 0, "KD001 warning student was distilled", "Add a run", "0 error(s), 1 warning(s)")
    small.change("pruned", selection__split="test")
    says(kd("check", "small"), 1, "KD013 error The weights of pruned were selected on the split test", "1 error(s)")
    (small.folder / "scratch" / "history.csv").write_text("epoch\n")
    says(kd("check", "small"), 1, "KD001", "history.csv lacks the column phase")


def test_check_knows_what_a_study_file_asks_for_today(kd, tmp_path):
    small_study(tmp_path / "artifacts")
    study = tmp_path / "small.toml"
    study.write_text('[runs.scratch]\nstage = "scratch"\nnetwork = "student3"\nepochs = 3\n')
    says(kd("check", str(study)), 0, "KD020 warning The settings of 1 runs", "since: scratch.")


def test_check_of_the_published_figures_needs_no_study_file(kd):
    says(kd("published"), 0, "Written")
    says(kd("check", "published"), 1, "KD021 error", "KD001 warning student1", "does not say `scale_by_t2`")


def test_robustness_is_written_and_a_quick_look_does_not_take_the_place_of_the_whole(kd, short, tmp_path):
    says(kd("run", str(short)), 0, "scratch: up to date")
    says(kd("robustness", str(short), "--pictures", "1"), 0, "15 leak-free test pictures", "a quick look", "Written to")
    says(kd("robustness", str(short)), 0, "30 leak-free test pictures", "no teacher to compare with", "Written to")
    store = ArtifactStore(tmp_path / "artifacts")
    whole = store.robustness("short")
    assert (whole.n, whole.per_class, list(whole.runs)) == (30, None, ["scratch"])
    says(kd("robustness", str(short), "--pictures", "1"), 0, "Not written:", "holds more, 30 pictures")
    assert store.robustness("short") == whole
    other = kd("robustness", str(short), "--only", "scratch", "--seed", "7")
    says(other, 0, "Not written:", "with another seed", "Without --only all runs are measured anew")
    assert store.robustness("short") == whole

    store.robustness_path("short").write_text("{")
    says(kd("robustness", str(short), "--only", "scratch"), 0, "robustness.json cannot be read", "Written to")
    assert store.robustness("short").runs == whole.runs
