"""The presenter mode: every slide in every state of the artifacts, and titles whose numbers are those of the files."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.stage import HEIGHT, WIDTH, enlarging
from dashboard.slides import AGENDA, TALK
from dashboard.text import catalogue
from kd_core.paths import PROJECT
from tests.dashboard.artifacts_fixture import CLASSES
from tests.dashboard.kin import copy_run, edit_record
from tests.dashboard.reading import traces

OpenPage = Callable[..., AppTest]
THIN = "\u202f"
SLIDES = range(1, len(TALK) + 1)
BY_NAME = {point.make.__name__: number for number, point in enumerate(TALK, 1)}


def percent(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}%}".replace("%", f"{THIN}%")


def answers(artifacts: Path, run: str, *, clean: bool) -> pd.DataFrame:
    """Return label and answer for every test picture, read from the files alone."""
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    index = pd.read_parquet(artifacts / "showcase" / "data.parquet")
    leaked = set(index.loc[index["leaked"], "path"])
    frame = frame[(frame["split"] == "test") & ~(frame["path"].isin(leaked) & clean)].set_index("path")
    guesses = frame[[f"logit_{name}" for name in CLASSES]].to_numpy().argmax(axis=1)
    return pd.DataFrame({"label": frame["label"], "answer": np.array(CLASSES)[guesses]})


def accuracy(artifacts: Path, run: str) -> float:
    found = answers(artifacts, run, clean=True)
    return float((found["label"] == found["answer"]).mean())


def run_record(artifacts: Path, run: str, study: str = "showcase") -> dict:
    return json.loads((artifacts / study / run / "run.json").read_text(encoding="utf-8"))


def title(app: AppTest) -> str:
    assert len(app.title) == 1
    return app.title[0].value


def in_address(app: AppTest, name: str) -> str:
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def open_slide(open_page: OpenPage, name: str, **query: str) -> AppTest:
    return open_page("presenter", slide=str(BY_NAME[name]), student="student3_distilled", **query)


def test_the_agenda_is_that_of_the_talk() -> None:
    assert tuple(dict.fromkeys(point.section for point in TALK)) == AGENDA


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("number", SLIDES)
def test_every_slide_says_a_sentence_with_a_number(shipped: Path, number: int, lang: str, open_page: OpenPage) -> None:
    app = open_page("presenter", slide=str(number), lang=lang)
    assert re.search(r"\d", title(app)), title(app)
    assert title(app) != catalogue(lang)[f"presenter.section.{TALK[number - 1].section}"]
    assert not app.exception and not app.error
    assert f"{number} / {len(TALK)}" in [text.value for text in app.markdown]
    # Run, split and n, or where the figures were stated.
    assert app.caption[-1].value.strip()
    assert in_address(app, "slide") == str(number)


@pytest.mark.parametrize("number", SLIDES)
@pytest.mark.parametrize("state", ["no_artifacts", "damaged_artifacts"])
def test_what_is_missing_is_said_in_a_sentence(
    state: str, number: int, open_page: OpenPage, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(state)
    app = open_page("presenter", slide=str(number))
    assert not app.exception and not app.error
    section = catalogue("en")[f"presenter.section.{TALK[number - 1].section}"]
    sentences = [info.value for info in app.info]
    if state == "no_artifacts":
        assert sentences == [catalogue("en")["presenter.no_studies"]]
    # Either a slide, or a sentence in its place: never nothing.
    assert (title(app) == section) == bool(sentences)
    # And it goes on from there.
    if number < len(TALK):
        app.button(key="presenter.next").click().run()
        assert in_address(app, "slide") == str(number + 1)


def test_damaged_slides_name_what_is_not_there(damaged_artifacts: Path, open_page: OpenPage) -> None:
    said = {name: [i.value for i in open_slide(open_page, name).info] for name in ("knowledge", "contradictions")}
    assert said == {
        "knowledge": [catalogue("en")["presenter.no_matrix"].format(run="showcase/teacher")],
        "contradictions": [catalogue("en")["presenter.no_contradictions"]],
    }


def test_a_slide_that_fails_is_a_sentence_and_the_talk_goes_on(
    artifacts: Path, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dashboard.slides.teacher.panel", lambda *_: 1 / 0)
    app = open_slide(open_page, "knowledge")
    assert [info.value for info in app.info] == [catalogue("en")["presenter.failed"]]
    assert "ZeroDivisionError" in caplog.text
    app.button(key="presenter.next").click().run()
    assert in_address(app, "slide") == str(BY_NAME["knowledge"] + 1)


def test_the_claims_are_the_slides_own(artifacts: Path, open_page: OpenPage) -> None:
    teacher, student = (run_record(artifacts, run, "published")["claims"] for run in ("teacher", "student3"))
    lost = 100 * (teacher["test_accuracy"] - student["test_accuracy"])
    assert title(open_slide(open_page, "claims")) == (
        f"The original made its network {teacher['size_mb'] / student['size_mb']:.0f}\u00d7 smaller"
        f" and gave up {lost:.1f}{THIN}pp of accuracy for it"
    )


def test_contradictions_are_counted(artifacts: Path, open_page: OpenPage) -> None:
    found = json.loads((artifacts / "published" / "contradictions.json").read_text(encoding="utf-8"))
    count = len(found["contradictions"] if isinstance(found, dict) else found)
    assert title(open_slide(open_page, "contradictions")).endswith(f"contradict themselves in {count} places")


def test_softening_follows_the_slider(artifacts: Path, open_page: OpenPage) -> None:
    app = open_slide(open_page, "softening", T="8")
    frame = pd.read_parquet(artifacts / "showcase" / "teacher" / "predictions.parquet")
    name = re.search(r"n = 1 \((.+)\)", app.caption[-1].value)
    assert name is not None
    row = frame[(frame["split"] == "test") & frame["path"].str.endswith(f"/{name[1]}")]
    logits = np.sort(row[[f"logit_{c}" for c in CLASSES]].to_numpy(float)[0])

    def second(temperature: float) -> float:
        shares = np.exp(logits / temperature)
        return float(shares[-2] / shares.sum())

    assert title(app).startswith("At T = 8.0 ")
    assert title(app).endswith(f"from {percent(second(1))} to {percent(second(8))}")
    app.slider(key="pick.T").set_value(2.0).run()
    assert title(app).endswith(f"to {percent(second(2))}")


def test_the_teacher_and_its_most_frequent_mistake(artifacts: Path, open_page: OpenPage) -> None:
    found = answers(artifacts, "teacher", clean=True)
    wrong = found[found["label"] != found["answer"]].value_counts()
    said = title(open_slide(open_page, "knowledge"))
    assert said.startswith(f"The teacher gets {percent(accuracy(artifacts, 'teacher'))} right")
    assert said.endswith(f": {wrong.max()}\u00d7")
    pairs = {f"takes {true} for {given}" for (true, given), count in wrong.items() if count == wrong.max()}
    assert any(pair in said for pair in pairs)


def test_what_the_teacher_was_worth(artifacts: Path, open_page: OpenPage) -> None:
    said = title(open_slide(open_page, "taught"))
    after, before = (accuracy(artifacts, run) for run in ("student3_distilled", "student3_scratch"))
    for figure in (percent(after), percent(before), f"{abs(100 * (after - before)):.1f}{THIN}pp"):
        assert figure in said


@pytest.mark.parametrize("student", ["student3-int8", "student5-int8"])
def test_what_the_teacher_was_worth_lies_within_its_interval(
    student: str, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(PROJECT / "artifacts"))
    said = title(open_page("presenter", slide=str(BY_NAME["taught"]), student=student))
    worth, low, high = (float(found.replace("\u2212", "-")) for found in re.findall(r"[+\u2212]?\d+\.\d", said)[:3])
    assert low <= worth <= high
    # Where nothing is proven the sign is the only word on the direction.
    assert ("No proof" in said) == (low <= 0 <= high) and (worth < 0) == (student == "student5-int8")


def test_without_a_twin_nothing_is_claimed_of_the_teacher(artifacts: Path, open_page: OpenPage) -> None:
    said = title(open_page("presenter", slide=str(BY_NAME["taught"]), student="student3_scratch"))
    value = run_record(artifacts, "student3_scratch")["selection"]["value"]
    assert (
        said == f"Student 3 without a teacher gets {percent(value)} of the validation pictures right, best in epoch 9"
    )


def test_the_smallest_download(artifacts: Path, open_page: OpenPage) -> None:
    sizes = {
        run: run_record(artifacts, run)["model"]["size_gzip_bytes"]
        for run in ("teacher", "student3_distilled", "student3_pruned", "student3_int8", "student3_pruned_int8")
    }
    assert min(sizes, key=lambda run: sizes[run]) == "student3_pruned_int8"
    times = sizes["teacher"] / sizes["student3_pruned_int8"]
    said = title(open_slide(open_page, "shrunk"))
    assert said.startswith("Student 3 pruned int8: ") and said.endswith(f"{times:.0f}\u00d7 less")


def test_what_a_training_went_on_from_is_no_step_on_the_way(artifacts: Path, open_page: OpenPage) -> None:
    def cards() -> list[str]:
        found = traces(open_slide(open_page, "shrunk"), "plot.figure.shrunk")
        return next(trace["text"] for trace in found if trace["name"] == "runs")

    before, study = cards(), artifacts / "showcase"
    config = run_record(artifacts, "student3_distilled")["config"] | {"start": "student3_earlier"}
    copy_run(study / "student3_distilled", study / "student3_earlier")
    edit_record(study / "student3_distilled", config=config)
    assert len(before) == 4
    assert cards() == before


def test_what_is_kept_and_what_it_takes(artifacts: Path, open_page: OpenPage) -> None:
    share = accuracy(artifacts, "student3_distilled") / accuracy(artifacts, "teacher")
    sizes = [run_record(artifacts, run)["model"]["size_bytes"] for run in ("teacher", "student3_distilled")]
    assert title(open_slide(open_page, "kept")) == (
        f"Student 3 distilled keeps {percent(share, 0)} of the teacher's accuracy"
        f" at {percent(sizes[1] / sizes[0], 0)} of its size"
    )


def test_what_is_saved(artifacts: Path, open_page: OpenPage) -> None:
    app = open_slide(open_page, "saved")
    lost = 100 * (accuracy(artifacts, "teacher") - accuracy(artifacts, "student3_distilled"))
    assert f"{'loses' if lost > 0 else 'gains'} {abs(lost):.1f}{THIN}pp of accuracy" in title(app)
    # 21.4 ms against 2.1 ms a picture; 6.95 MB against 2.72 MB.
    assert "10\u00d7 faster" in title(app) and "2.6\u00d7 less space" in title(app)
    assert [metric.value for metric in app.metric][:2] == [
        percent(accuracy(artifacts, run)) for run in ("teacher", "student3_distilled")
    ]


def test_the_demo_names_the_measured_times(shipped: Path, open_page: OpenPage) -> None:
    said = title(open_slide(open_page, "asked"))
    assert said == f"Student 3 distilled answers in 2.10{THIN}ms, the Teacher in 21.4{THIN}ms: 10\u00d7"


def test_the_price_and_what_is_not_proven(artifacts: Path, open_page: OpenPage) -> None:
    app = open_slide(open_page, "proven")
    difference = accuracy(artifacts, "student3_distilled") - accuracy(artifacts, "teacher")
    assert f"{abs(100 * difference):.1f}{THIN}pp" in title(app)
    listed = next(text.value for text in app.markdown if "another training comes out alike" in text.value)
    assert f"{len(listed.splitlines())} things are not proven" in title(app)


@pytest.mark.parametrize(("asked", "shown"), [("0", 1), ("99", len(TALK)), ("-3", 1), ("x", 1), ("4", 4)])
def test_any_number_in_the_address_opens_a_slide(asked: str, shown: int, artifacts: Path, open_page: OpenPage) -> None:
    assert in_address(open_page("presenter", slide=asked), "slide") == str(shown)


def test_next_and_previous_stop_at_the_ends(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("presenter")
    assert app.button(key="presenter.previous").disabled
    app.button(key="presenter.next").click().run()
    app.button(key="presenter.next").click().run()
    app.button(key="presenter.previous").click().run()
    assert in_address(app, "slide") == "2"
    assert open_page("presenter", slide=str(len(TALK))).button(key="presenter.next").disabled


def test_the_student_of_the_address_is_the_talks(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("presenter", slide=str(BY_NAME["kept"]), student="student3_int8", study="showcase")
    assert title(app).startswith("Student 3 int8 keeps ")
    assert in_address(app, "student") == "student3_int8"


def test_the_original_alone_can_be_presented(artifacts: Path, open_page: OpenPage) -> None:
    shutil.rmtree(artifacts / "showcase")
    for number in SLIDES:
        app = open_page("presenter", slide=str(number), lang="de")
        assert not app.exception and not app.error
        assert title(app)


def test_a_slide_is_enlarged_as_far_as_it_fits() -> None:
    rules = re.findall(r"min-width: (\d+)px\) and \(min-height: (\d+)px\) \{:root \{--kd-zoom: ([\d.]+)", enlarging())

    def zoom(width: int, height: int) -> float:
        return max([1.0, *(float(z) for w, h, z in rules if int(w) <= width and int(h) <= height)])

    assert zoom(1920, 1080) == 1.5
    for width, height in ((1440, 900), (1366, 768), (2560, 1440), (390, 844)):
        assert zoom(width, height) == 1.0 or zoom(width, height) * WIDTH <= width + 1
        assert zoom(width, height) == 1.0 or zoom(width, height) * HEIGHT <= height + 1
