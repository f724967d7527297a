"""What a person explores on the pages of evidence: one choice on each, and the value or the picture that answers."""

import re
from pathlib import Path

import numpy as np
import pytest
from driver import open_page, settle
from hands import (
    chart,
    eventually,
    files,
    metrics,
    middle,
    pick,
    press,
    switch,
    traces,
)
from playwright.sync_api import Page, expect

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES, picture_colour
from tests.dashboard.reading import plain
from tests.dashboard.robustness_fixture import RIGHT, N
from tests.dashboard.stored import LOGITS, answers, softmax
from tests.suspects_made import ROWS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EN = catalogue("en")
SUM = re.compile(r"add ([-+.\d]+), the constant ([-+.\d]+): logit ([-+.\d]+\d)")


@pytest.fixture(scope="module")
def artifacts(everything: tuple[Path, Path]) -> Path:
    return everything[0]


def test_scores_are_those_of_the_chosen_run_and_the_chosen_figure(explored: str, artifacts: Path, page: Page) -> None:
    open_page(page, f"{explored}/scores")
    pick(page, EN["shell.run"], "Student 3 without a teacher")
    found = answers(artifacts, "student3_scratch")
    top1 = page.get_by_test_id("stMetricValue").first
    expect(top1).to_have_text(f"{100 * found['right'].mean():.1f} %")
    press(page, EN["scores.precision"])
    press(page, EN["scores.order_name"])
    expect(chart(page, "scores-classes").locator(".xtitle")).to_contain_text("precision")
    settle(page)
    # The star marks classes of few pictures.
    assert chart(page, "scores-classes").locator(".ytick text").all_text_contents() == [f"{name} *" for name in CLASSES]
    (drawn,) = traces(page, "scores-classes")
    assert drawn["x"] == pytest.approx([found.loc[found["answer"] == name, "right"].mean() for name in CLASSES])
    assert "run=student3_scratch" in page.url and "score=precision" in page.url


def test_fidelity_is_that_of_the_chosen_student(explored: str, artifacts: Path, page: Page) -> None:
    open_page(page, f"{explored}/fidelity")
    pick(page, EN["fidelity.student"], "Student 3 QAT")
    teacher, own = (answers(artifacts, run, clean=True) for run in ("teacher", "student3_qat"))
    same, right = teacher["answer"] == own["answer"], teacher["right"]
    told, made = (softmax(one[LOGITS].to_numpy()) for one in (teacher, own))
    wanted = [
        f"{100 * same.mean():.1f} %",
        f"{100 * same[right].mean():.1f} %",
        f"{100 * same[~right].mean():.1f} %",
        f"{(told * np.log(told / made)).sum(axis=1).mean():.3f} nats",
    ]
    eventually(page, lambda: metrics(page), wanted)
    assert "learner=student3_qat" in page.url


def test_what_compression_gained_is_shown_by_class(explored: str, artifacts: Path, page: Page) -> None:
    before, after = (answers(artifacts, run) for run in ("student3_distilled", "student3_qat"))
    gained = after[after["right"] & ~before["right"]].sort_values("sure", ascending=False, kind="stable")
    names = [path.rpartition("/")[2] for path in gained["path"]]
    assert len(set(gained["label"])) > 1
    open_page(page, f"{explored}/forgotten")
    pick(page, EN["forgotten.variant"], "Student 3 QAT")
    press(page, EN["differences.part_whole"])
    press(page, EN["forgotten.gained"])
    eventually(page, lambda: files(page), names)
    assert metrics(page)[1] == str(len(gained))
    of = gained["label"].iloc[-1]
    own = [name for name in names if name.startswith(of)]
    pick(page, EN["confusion.true"], f"{of} ({len(own)})")
    eventually(page, lambda: files(page), own)
    picture = page.get_by_role("img", name=re.compile(re.escape(own[0])))
    assert np.abs(middle(picture) - picture_colour(f"test/{of}/{own[0]}", of)).max() <= 12


def test_calibration_is_that_of_the_chosen_split_and_of_the_run_that_is_added(
    explored: str, artifacts: Path, page: Page
) -> None:
    open_page(page, f"{explored}/calibration")
    assert page.get_by_role("heading", name="Student 3 QAT").count() == 0
    press(page, "Student 3 QAT")
    expect(page.get_by_role("heading", name="Student 3 QAT")).to_be_visible()
    press(page, EN["names.split.val"])
    found = answers(artifacts, "student3_qat", "val")
    place = np.ceil(found["sure"] * 15)
    gaps = (found["sure"] - found["right"]).groupby(place).sum().abs().sum()
    caption = page.get_by_text("showcase/student3_qat")
    expect(caption).to_contain_text(f"n = 120 · T = 1.00 · ECE {100 * gaps / 120:.1f} % over 15")
    settle(page)
    counts = traces(page, "calibration-student3_qat")[-1]["y"]
    assert [int(n) for n in counts if n] == place.value_counts().sort_index().tolist()


def test_one_corruption_and_another_run_are_left_in_the_curves(explored: str, page: Page) -> None:
    open_page(page, f"{explored}/robustness")
    figure = chart(page, "robustness-showcase")
    assert figure.locator(".annotation-text").all_text_contents() == ["Noise", "Blur"]
    press(page, "Noise", within=".st-key-pick-corruptions")
    expect(figure.locator(".annotation-text")).to_have_text(["Blur"])
    press(page, "Student 3 int8", within=".st-key-pick-runs")
    expect(figure.locator(".legendtext")).to_have_count(3)
    settle(page)
    drawn = {one["name"]: one["y"] for one in traces(page, "robustness-showcase")}
    names = {"teacher": "Teacher", "student3_scratch": "Student 3 without a teacher", "student3_int8": "Student 3 int8"}
    assert drawn == {names[run]: pytest.approx([right / N for right in of["blur"]]) for run, of in RIGHT.items()}


def test_a_picture_grows_brighter_with_the_severity(explored: str, page: Page) -> None:
    open_page(page, f"{explored}/robustness")
    press(page, "Brightness", within=".st-key-pick-corruption")
    pictures = page.get_by_role("img", name=re.compile("brighter|as it is"))
    expect(pictures).to_have_count(6)
    settle(page)
    first = middle(pictures.first)
    page.get_by_role("button", name=EN["robustness.another"]).click()
    page.wait_for_url("**robustness.turn=1*")
    settle(page)
    shown = [middle(one) for one in pictures.all()]
    assert np.abs(shown[0] - first).max() > 30
    largest = shown[0].max()
    # Room for three steps before white.
    assert largest < 255 - 3 * 25.5
    for severity, colour in enumerate(shown):
        brighter = shown[0] * min(largest + 25.5 * severity, 255) / largest
        assert np.abs(colour - brighter).max() <= 6


def test_doubtful_labels_are_those_of_the_chosen_split_and_label(explored: str, page: Page) -> None:
    titles = {"train": "Train", "val": "Val", "test": "Test"}
    named = {row: f"{row[1]}-{titles[row[0]]} ({row[2]}).jpeg" for row in ROWS}
    open_page(page, f"{explored}/suspects")
    assert files(page) == list(named.values())
    press(page, EN["names.split.test"], within=".st-key-pick-audited")
    eventually(page, lambda: files(page), [name for row, name in named.items() if row[0] == "test"])
    pick(page, EN["suspects.given"], "Dog (1)")
    eventually(page, lambda: files(page), ["Dog-Test (4).jpeg"])
    assert "Suggested\nCat 60.0 %" in plain(page.locator('[data-testid="stMain"]').inner_text())
    picture = page.get_by_role("img", name=re.compile(re.escape("Dog-Test (4).jpeg")))
    assert np.abs(middle(picture) - picture_colour("test/Dog/Dog-Test (4).jpeg", "Dog")).max() <= 12
    assert "audited=test" in page.url and "given=Dog" in page.url


def test_an_opened_cell_shows_where_each_model_looked(explored: str, page: Page) -> None:
    open_page(page, f"{explored}/confusion?run=student3_int8&other=teacher")
    page.get_by_role("grid").first.locator('button[data-cell="Beetle~Beetle"]').click()
    expect(page.get_by_role("heading", name="Beetle, recognised")).to_be_visible()
    settle(page)
    maps = page.get_by_role("img", name=re.compile("What each of 4 × 4 places says for Beetle"))
    assert maps.count() == 0
    switch(page, EN["looked.toggle_each"])
    expect(maps).to_have_count(2)
    settle(page)
    assert "look=1" in page.url
    sums = [plain(one) for one in page.get_by_text("places add").all_inner_texts()]
    assert [re.search(r"Run showcase/(\w+)", told)[1] for told in sums] == ["student3_int8", "teacher"]
    for told, picture in zip(sums, maps.all(), strict=True):
        places, constant, logit = map(float, SUM.search(told).groups())
        assert places + constant == pytest.approx(logit, abs=0.02)
        # The photo is blue; what speaks for a class is drawn in orange.
        red, _, blue = middle(picture)
        assert places > 0 and red > blue
