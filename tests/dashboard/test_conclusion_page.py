from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.statistics import paired_difference
from tests.dashboard.kin import leave_out_copies
from tests.dashboard.reading import plain, words
from tests.dashboard.stored import answers

OpenPage = Callable[..., AppTest]


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_savings_are_factors_with_both_figures(lang: str, open_page: OpenPage) -> None:
    text = plain(words(open_page("conclusion", lang=lang, student="student3_int8")))
    expected = {
        "en": ("**9.6x** smaller file (6.95 MB → 727 kB)", "**30x** faster per picture (21.4 ms → 0.72 ms)"),
        "de": ("Datei **9,6x** kleiner (6,95 MB → 727 kB)", "**30x** schneller je Bild (21,4 ms → 0,72 ms)"),
    }
    for sentence in expected[lang]:
        assert sentence in text
    assert {"en": "151x** smaller file (482 MB → 3.19 MB)", "de": "151x** kleiner (482 MB → 3,19 MB)"}[lang] in text


def test_cost_has_interval_test_and_n(artifacts: Path, open_page: OpenPage) -> None:
    store = ArtifactStore(artifacts)
    student, teacher = (store.predictions("showcase", run).of("test") for run in ("student3_int8", "teacher"))
    clean = leak_free(student, store.index("showcase"))
    right = [(side.logits.argmax(axis=1) == side.label)[clean] for side in (student, teacher)]
    result = paired_difference(*right)
    text = plain(words(open_page("conclusion", student="student3_int8")))
    assert "Accuracy on 128 leak-free pictures" in text
    assert (
        f"**{100 * result.difference:.1f} pp** ({100 * result.low:.1f} pp to {100 * result.high:.1f} pp, p < 0.001)"
        in text
    )


@pytest.mark.parametrize("lang", ["en", "de"])
def test_where_no_copy_was_trained_on_the_cost_is_said_once(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    leave_out_copies(artifacts / "showcase")
    text = plain(words(open_page("conclusion", lang=lang, student="student3_int8")))
    same, clean, whole = (catalogue(lang)[f"conclusion.part_{part}"] for part in ("same", "leak_free", "whole"))
    assert same.format(n=150) in text
    before, after = (answers(artifacts, run)["right"].mean() for run in ("teacher", "student3_int8"))
    written = f"{before:.1%} → {after:.1%}".replace("%", " %")
    assert (written if lang == "en" else written.replace(".", ",")) in text
    assert clean.format(n=150) not in text and f"{whole.format(n=150)}:" not in text


@pytest.mark.usefixtures("artifacts")
def test_a_compressed_student_answers_for_its_training(open_page: OpenPage) -> None:
    text = words(open_page("conclusion", student="student3_int8"))
    assert catalogue("en")["verdict.distillation_title"] in text
    assert "**Student 3 distilled**" in text
    assert "against its twin **Student 3 without a teacher**" in text


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_conclusion_and_verdict_page_say_the_same_of_distillation(lang: str, open_page: OpenPage) -> None:
    pages = [open_page("conclusion", lang=lang, student="student3_int8"), open_page("verdict", lang=lang)]
    said = [
        next(m.value for m in page.markdown if m.value.startswith("## ") and "McNemar" in m.value) for page in pages
    ]
    assert said[0] == said[1]
    assert "McNemar p" in said[0]


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_what_is_not_proven_is_said(lang: str, open_page: OpenPage) -> None:
    texts = catalogue(lang)
    text = words(open_page("conclusion", lang=lang, student="student3_distilled"))
    assert texts["conclusion.unproven_one_training"] in text
    assert texts["conclusion.unproven_one_machine"].format(cpu="AMD EPYC") in text
    assert texts["conclusion.unproven_distillation_untested"] not in text
    stated = words(open_page("conclusion", lang=lang, study="published"))
    for code in ("intervals", "twin", "leaks", "time"):
        assert texts[f"conclusion.unproven_stated_{code}"] in stated
    assert texts["conclusion.cost_bare"] in stated


def test_without_a_benchmark_and_twin_both_are_unproven(artifacts: Path, open_page: OpenPage) -> None:
    (artifacts / "showcase" / "benchmarks" / "machine.json").unlink()
    (artifacts / "showcase" / "student3_scratch" / "run.json").unlink()
    text = words(open_page("conclusion", student="student3_distilled"))
    assert catalogue("en")["conclusion.unproven_no_time"].format(study="showcase") in text
    assert catalogue("en")["conclusion.unproven_distillation_untested"] in text


@pytest.mark.usefixtures("damaged_artifacts")
def test_what_cannot_be_read_is_not_claimed(open_page: OpenPage) -> None:
    text = words(open_page("conclusion", student="student3_distilled"))
    assert catalogue("en")["conclusion.unproven_accuracy"] in text
    assert "leak-free pictures:" not in text


def test_a_damaged_file_is_named_once(damaged_artifacts: Path, open_page: OpenPage) -> None:
    text = words(open_page("conclusion", student="student3_distilled"))
    assert text.count(str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet")) == 1
