"""The page on calibration against what the files hold, and the demo's calibrated probabilities."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.data.load import decode, squash
from kd_core.evaluation.calibration import calibration, fit_temperature
from kd_core.evaluation.classifier import Classifier, softmax
from kd_core.evaluation.metrics import leak_free
from tests.dashboard.artifacts_fixture import SPEC, picture_colour
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
RUN = "student3_qat"


def fitted(artifacts: Path, run: str) -> float:
    """Return the temperature of a run from the files alone; no validation picture of the fixture leaked."""
    held_out = ArtifactStore(artifacts).predictions("showcase", run).of("val")
    return fit_temperature(held_out.logits, held_out.label)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("clean", ["0", "1"])
def test_the_table_holds_what_the_files_hold(lang: str, clean: str, artifacts: Path, open_page: OpenPage) -> None:
    store, texts = ArtifactStore(artifacts), catalogue(lang)
    app = open_page("calibration", lang=lang, clean=clean, binning="equal-mass")
    shown = table(app, texts["calibration.column_ece_scaled"])
    records = store.runs("showcase")[0]
    assert len(shown) == len(records)
    for (_, row), record in zip(shown.iterrows(), records, strict=True):
        part = store.predictions("showcase", record.run).of("test")
        part = part.where(leak_free(part, store.index("showcase"))) if clean == "1" else part
        temperature = fitted(artifacts, record.run)
        before = calibration(part.logits, part.label, binning="equal-mass")
        after = calibration(part.logits, part.label, temperature=temperature, binning="equal-mass")
        expected = {
            "temperature": temperature,
            "nll": before.nll,
            "nll_scaled": after.nll,
            "ece": before.ece,
            "ece_scaled": after.ece,
            "mce": before.mce,
            "gap": before.gap,
        }
        assert [row[texts[f"calibration.column_{name}"]] for name in expected] == pytest.approx([*expected.values()])
    n = "128" if clean == "1" else "150"
    assert f"n = {n}" in words(app)
    assert texts["calibration.scaling"] in words(app)
    assert app.get("download_button")


@pytest.mark.parametrize("scale", ["plain", "scaled"])
def test_the_diagram_holds_the_bins_with_n_ece_and_binning(scale: str, artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("calibration", runs=RUN, scale=scale, split="val")
    temperature = 1.0 if scale == "plain" else fitted(artifacts, RUN)
    part = ArtifactStore(artifacts).predictions("showcase", RUN).of("val")
    found = calibration(part.logits, part.label, temperature=temperature)
    filled = [one for one in found.bins if one.count]
    right, gap, diagonal, whiskers, counts = traces(app, f"calibration.{RUN}")
    assert right["y"] == pytest.approx([one.accuracy for one in filled])
    assert gap["base"] == pytest.approx([one.accuracy for one in filled])
    assert gap["y"] == pytest.approx([one.gap for one in filled])
    assert (diagonal["x"], diagonal["y"]) == ([0, 1], [0, 1])
    assert whiskers["x"] == pytest.approx([one.confidence for one in filled])
    assert np.add(whiskers["y"], whiskers["error_y"]["array"]) == pytest.approx([one.interval()[1] for one in filled])
    assert counts["y"] == [one.count for one in filled]
    assert sum(counts["y"]) == 120
    caption = next(plain(c.value) for c in app.caption if f"showcase/{RUN}" in c.value)
    for part_of_it in ("Validation", "n = 120", f"T = {temperature:.2f}", f"ECE **{100 * found.ece:.1f} %**"):
        assert part_of_it in caption
    assert "15 bins of equal width" in caption


def test_it_says_in_words_what_a_confidence_is_worth(artifacts: Path, open_page: OpenPage) -> None:
    # Ten times the logits: sure of nearly everything, and right no more often than before.
    file = artifacts / "showcase" / RUN / "predictions.parquet"
    frame = pd.read_parquet(file)
    logits = [name for name in frame if name.startswith("logit_")]
    frame[logits] *= 10
    frame.to_parquet(file)
    app = open_page("calibration", runs=RUN)
    part = ArtifactStore(artifacts).predictions("showcase", RUN).of("test")
    sure = softmax(part.logits).max(axis=1)
    right = part.logits.argmax(axis=1) == part.label
    edges = np.arange(16) / 15
    means = {m: sure[(sure > edges[m]) & (sure <= edges[m + 1])].mean() for m in range(15)
             if ((sure > edges[m]) & (sure <= edges[m + 1])).any()}  # fmt: skip
    near = min(means, key=lambda m: abs(means[m] - 0.9))
    inside = (sure > edges[near]) & (sure <= edges[near + 1])
    said = plain(words(app))
    assert (
        f"Where it says {means[near]:.0%}".replace("%", " %")
        + f", it is right in **{100 * right[inside].mean():.0f} %** "
        f"of {inside.sum()} pictures" in said
    )
    assert "it is **overconfident**" in said
    shown = table(app, "Verdict").set_index("Run")
    assert shown.loc["Student 3 QAT", "Verdict"] == "overconfident"
    # All but the scale is as it was, and the temperature makes that good.
    assert shown.loc["Student 3 QAT", "T"] == pytest.approx(fitted(artifacts, RUN), rel=1e-5)
    assert shown.loc["Student 3 QAT", "NLL with T"] < 0.5 * shown.loc["Student 3 QAT", "NLL"]


def test_the_runs_shown_at_first_are_teacher_and_best_student(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("calibration")
    drawn = [chart.key for chart in app.get("plotly_chart")]
    assert drawn[0] == "calibration.teacher"
    assert 2 <= len(drawn) <= 3
    assert app.query_params["binning"] in ("equal-width", ["equal-width"])


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_of_the_published_study_it_says_why_there_is_nothing(lang: str, open_page: OpenPage) -> None:
    app = open_page("calibration", study="published", lang=lang)
    name = catalogue(lang)["names.study.published"]
    assert catalogue(lang)["calibration.stated"].format(study=name) in [info.value for info in app.info]
    assert not app.get("plotly_chart")


def test_what_is_broken_is_named_and_the_rest_shown(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("calibration", scale="scaled")
    assert str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet") in words(app)
    assert str(damaged_artifacts / "showcase" / "data.parquet") in words(app)
    # Without the index nobody knows what leaked from training: the figures stand, a temperature does not.
    assert "No temperature could be fitted for Student 3 distilled" in words(app)
    shown = table(app, "ECE").set_index("Run")
    assert shown.loc["Student 3 distilled", "ECE"] > 0
    assert shown["T"].isna().all()
    assert shown["ECE with T"].isna().all()
    assert "Leak-free only" not in [toggle.label for toggle in app.toggle]


def test_runs_without_any_answers_to_a_split_leave_a_sentence(artifacts: Path, open_page: OpenPage) -> None:
    for file in (artifacts / "showcase").glob("*/predictions.parquet"):
        frame = pd.read_parquet(file)
        frame[frame["split"] == "test"].to_parquet(file)
    assert "No run of Showcase has readable answers" in words(open_page("calibration", split="val"))
    assert table(open_page("calibration", split="test"), "T")["T"].isna().all()


def test_logits_that_are_no_numbers_are_named_with_their_file(artifacts: Path, open_page: OpenPage) -> None:
    file = artifacts / "showcase" / RUN / "predictions.parquet"
    frame = pd.read_parquet(file)
    frame["logit_Dog"] = np.float32("nan")
    frame.to_parquet(file)
    app = open_page("calibration")
    assert words(app).count(f"{file}: a logit is not finite. Evaluate the run again.") == 1
    assert "Student 3 QAT" not in table(app, "ECE")["Run"].tolist()
    assert "Teacher" in table(app, "ECE")["Run"].tolist()


def photo(name: str) -> bytes:
    # Half of one animal's colour, half of another's: an answer with a probability to scale.
    picture = Image.new("RGB", (60, 60), picture_colour("(3)", name))
    picture.paste(picture_colour("(3)", "Zebra"), (0, 0, 29, 60))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def answered(open_page: OpenPage, content: bytes, **query: str) -> AppTest:
    app = open_page("live", **query)
    app.get("file_uploader")[0].upload("photo.png", content, "image/png")
    return app.run()


def shares(app: AppTest, run: str) -> list[float]:
    """Return the probabilities that a card shows, largest first."""
    sent = traces(app, f"answer-showcase-{run}")[0]["x"]
    return sorted(np.frombuffer(base64.b64decode(sent["bdata"]), sent["dtype"]).tolist(), reverse=True)


@pytest.mark.parametrize(("lang", "note"), [("en", "calibrated with T = "), ("de", "kalibriert mit T = ")])
def test_the_demo_shows_exactly_the_scaled_probabilities(
    lang: str, note: str, shipped: Path, open_page: OpenPage
) -> None:
    content = photo("Tiger")
    logits = Classifier(shipped / "showcase" / RUN / "model.tflite", SPEC)(
        squash(decode(content), SPEC.height, SPEC.width)
    ).logits
    temperature = fitted(shipped, RUN)
    assert abs(temperature - 1) > 0.02
    plainly = answered(open_page, content, models=RUN, lang=lang)
    assert shares(plainly, RUN) == sorted(softmax(logits).tolist(), reverse=True)
    assert not any(note in c.value for c in plainly.caption)
    app = answered(open_page, content, models=RUN, lang=lang, calibrated="1")
    assert shares(app, RUN) == sorted(softmax(logits, temperature).tolist(), reverse=True)
    written = f"{temperature:.2f}".replace(".", "," if lang == "de" else ".")
    assert sum(f"{note}{written}" in c.value for c in app.caption) == 1
    # The answer is the same.
    assert [m.value for m in app.metric] == [m.value for m in plainly.metric]


def test_the_switch_lives_in_the_address(shipped: Path, open_page: OpenPage) -> None:
    app = open_page("live", models=RUN)
    switch = app.toggle(key="pick.calibrated")
    assert switch.value is False
    switch.set_value(True).run()
    assert app.query_params["calibrated"] in ("1", ["1"])


def test_a_run_without_validation_answers_stays_as_it_is_and_says_so(shipped: Path, open_page: OpenPage) -> None:
    file = shipped / "showcase" / RUN / "predictions.parquet"
    frame = pd.read_parquet(file)
    frame[frame["split"] == "test"].to_parquet(file)
    (shipped / "showcase" / "teacher" / "predictions.parquet").write_bytes(b"PAR1 and nothing else")
    content = photo("Tiger")
    models = f"teacher,student3_scratch,{RUN}"
    before = answered(open_page, content, models=models)
    app = answered(open_page, content, models=models, calibrated="1")
    assert shares(app, RUN) == shares(before, RUN)
    assert shares(app, "teacher") == shares(before, "teacher")
    assert shares(app, "student3_scratch") != shares(before, "student3_scratch")
    assert sum("not calibrated: no temperature" in c.value for c in app.caption) == 2
    assert "teacher/predictions.parquet cannot be read" in words(app)
