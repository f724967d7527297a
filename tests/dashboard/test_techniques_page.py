import json
import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import make_index, write_pictures
from tests.dashboard.reading import table, traces, words

OpenPage = Callable[..., AppTest]
PICTURE = {"class": "Cat", "picture": "Cat-Test (3).jpeg"}


def _logits(artifacts: Path, run: str) -> np.ndarray:
    answers = ArtifactStore(artifacts).predictions("showcase", run)
    return answers.logits[answers.path == "test/Cat/Cat-Test (3).jpeg"][0].astype(float)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_bars_are_the_teachers_answer_at_both_temperatures(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("techniques", T="5", lang=lang, **PICTURE)
    logits = _logits(artifacts, "teacher")
    plain, softened = traces(app, "techniques.softened")
    assert plain["y"] == pytest.approx(softmax(logits).tolist())
    assert softened["y"] == pytest.approx(softmax(logits / 5).tolist())
    assert plain["x"][2] == {"en": "Cat", "de": "Katze"}[lang]
    nats = f"{entropy(softmax(logits / 5)):.2f}"
    expected = {"en": f"{nats} nats", "de": f"{nats.replace('.', ',')} Nat"}[lang]
    assert app.metric[0].value == expected
    assert "n = 1 (Cat-Test (3).jpeg)" in words(app)


def test_loss_of_student_and_twin_on_that_picture(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("techniques", T="5", alpha="0.3", student="student3_distilled", **PICTURE)
    labels, teacher = traces(app, "techniques.loss")
    assert labels["y"] == ["Student 3 distilled", "Student 3 without a teacher"]
    t = softmax(_logits(artifacts, "teacher") / 5)
    for row, run in enumerate(("student3_distilled", "student3_scratch")):
        s = _logits(artifacts, run)
        assert labels["x"][row] == pytest.approx(-0.3 * math.log(softmax(s)[2]))
        assert teacher["x"][row] == pytest.approx(0.7 * entropy(t, softmax(s / 5)))
    scaled = open_page("techniques", T="5", alpha="0.3", t2="1", student="student3_distilled", **PICTURE)
    assert traces(scaled, "techniques.loss")[1]["x"][0] == pytest.approx(25 * teacher["x"][0])
    assert traces(scaled, "techniques.loss")[1]["name"] == catalogue("en")["techniques.part_teacher_t2"]


def test_the_formulas_numbers_make_its_sum(artifacts: Path, open_page: OpenPage) -> None:
    for square in ("0", "1"):
        app = open_page("techniques", T="5", alpha="0.3", t2=square, student="student3_distilled", **PICTURE)
        symbols, numbers, total = app.latex[0].value.split("&=")[1:]
        assert ("T^2" in symbols) == (square == "1")
        summands = [math.prod(map(float, re.findall(r"[0-9.]+", part))) for part in numbers.split("+")]
        drawn = sum(trace["x"][0] for trace in traces(app, "techniques.loss"))
        assert sum(summands) == pytest.approx(drawn, abs=0.003)
        assert float(re.findall(r"[0-9.]+", total)[0]) == pytest.approx(drawn, abs=0.0006)


@pytest.mark.usefixtures("artifacts")
def test_choices_live_in_the_address(open_page: OpenPage) -> None:
    app = open_page("techniques")
    app.slider(key="pick.T").set_value(7.5).run()
    assert app.query_params["T"] == "7.5"
    app.selectbox(key="pick.class").select("Zebra").run()
    assert app.query_params["picture"].startswith("Zebra")
    assert open_page("techniques", T="nonsense").slider(key="pick.T").value == 4.0
    assert open_page("techniques", T="500").slider(key="pick.T").value == 20.0


def test_the_picture_is_shown_where_it_is_and_else_how_to_get_it(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    missing = open_page("techniques", **PICTURE)
    assert "`make data`" in words(missing)
    assert not missing.get("image")
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    there = open_page("techniques", **PICTURE)
    assert len(there.get("image")) == 1
    assert "`make data`" not in words(there)


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_slides_have_no_logits(lang: str, open_page: OpenPage) -> None:
    app = open_page("techniques", study="published", lang=lang)
    assert catalogue(lang)["techniques.no_logits"] in words(app)
    assert not app.get("plotly_chart")


@pytest.mark.usefixtures("artifacts")
def test_pruning_tells_weights_zeros_and_masks_apart(open_page: OpenPage) -> None:
    app = open_page("techniques", technique="pruning")
    kept, zeroed, wrappers = traces(app, "techniques.counts")
    assert kept["y"] == [
        "Student 3 · Published (original slides)", "Student 3 distilled · Showcase", "Student 3 pruned · Showcase",
    ]  # fmt: skip
    assert kept["x"] == [675_343, 675_343, 337_671]
    assert zeroed["x"] == [0, 0, 337_672]
    assert wrappers["x"] == [664_807, 0, 664_807]


def test_quantization_sets_the_run_beside_its_parent(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("techniques", technique="quantization")
    (sizes,) = traces(app, "techniques.sizes")
    assert dict(zip(sizes["y"], sizes["x"], strict=True)) == {
        "Student 3 distilled": 2.72,
        "Student 3 int8": 0.727,
        "Student 3 pruned": 2.72,
        "Student 3 pruned int8": 0.727,
        "Student 3 QAT": 0.731,
    }
    shown = table(app, "Same answer as its parent").set_index("Run")
    store = ArtifactStore(artifacts)
    first, second = (
        store.predictions("showcase", run).of("test").logits.argmax(axis=1)
        for run in ("student3_distilled", "student3_int8")
    )
    assert shown.loc["Student 3 int8", "Same answer as its parent"] == pytest.approx((first == second).mean())
    assert shown["Precision"].to_dict() == {
        "Student 3 distilled": "float32",
        "Student 3 int8": "int8",
        "Student 3 QAT": "int8",
        "Student 3 pruned": "float32",
        "Student 3 pruned int8": "int8",
    }
    assert table(app, "What follows")["n"].tolist() == [150, 128] * 3


def test_a_pruned_run_stands_beside_its_parent_in_the_pruning_section(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("techniques", technique="pruning")
    shown = table(app, "Same answer as its parent").set_index("Run")
    assert shown.index.tolist() == ["Student 3 distilled", "Student 3 pruned"]
    assert shown.loc["Student 3 pruned", "Weights that are zero"] == pytest.approx(0.5, abs=1e-5)
    assert shown.loc["Student 3 pruned", "Gzipped"] == int(2_720_000 * 0.92 * 0.6)
    assert table(app, "What follows")["Compared"].tolist() == ["Student 3 pruned minus Student 3 distilled"] * 2


def test_a_study_without_compressed_runs_says_so(artifacts: Path, open_page: OpenPage) -> None:
    for run in ("student3_int8", "student3_pruned", "student3_pruned_int8", "student3_qat"):
        (artifacts / "showcase" / run / "run.json").write_text(json.dumps({"schema_version": 1}))
    for technique, key in (("pruning", "no_pruned"), ("quantization", "no_quantized")):
        text = words(open_page("techniques", technique=technique))
        assert catalogue("en")[f"techniques.{key}"].format(study="Showcase") in text


@pytest.mark.parametrize("technique", ["distillation", "pruning", "quantization"])
def test_damaged_artifacts_are_said_calmly(technique: str, damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("techniques", technique=technique)
    assert not app.exception
    assert catalogue("en")["shell.failed"] not in words(app)
    if technique == "distillation":
        assert str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet") in words(app)
        assert catalogue("en")["techniques.no_logits"] in words(app)
