"""What a person explores: another student, a slider, another network, another axis, a budget, a phone, the dark."""

import json
import re
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from driver import NAV_LINK, PROJECT, SLOW, open_page, settle
from hands import (
    after,
    chart,
    enter,
    eventually,
    metrics,
    pick,
    press,
    rows,
    slide,
    switch,
    traces,
    width,
)
from playwright.sync_api import Page, expect

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES
from tests.dashboard.reading import plain
from tests.dashboard.stored import NAMES, answers, softmax

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

EN = catalogue("en")
PAGES = sorted(p.stem for p in (PROJECT / "dashboard" / "app_pages").glob("[!_]*.py"))


@pytest.fixture(scope="module")
def study(everything: tuple[Path, Path]) -> Path:
    """The folder of the study that is shown."""
    return everything[0] / "showcase"


def record(study: Path, run: str) -> dict:
    return json.loads((study / run / "run.json").read_text(encoding="utf-8"))


def measured(study: Path, run: str) -> dict:
    return json.loads((study / "benchmarks" / "machine.json").read_text(encoding="utf-8"))["runs"][run]


def accuracy(study: Path, run: str, split: str = "test") -> float:
    return float(answers(study.parent, run, split, clean=True)["right"].mean())


def test_another_student_brings_its_own_figures(explored: str, study: Path, page: Page) -> None:
    open_page(page, explored)
    before = metrics(page)
    pick(page, EN["overview.student"], NAMES["student3_scratch"])
    wanted = [
        f"{100 * accuracy(study, 'student3_scratch'):.1f} %",
        f"{record(study, 'student3_scratch')['model']['size_bytes'] / 1e6:.2f} MB",
        f"{record(study, 'student3_scratch')['parameters']['total'] / 1e3:.0f} k",
        f"{measured(study, 'student3_scratch')['test_seconds']:.2f} s",
    ]
    eventually(page, lambda: metrics(page), wanted)
    assert before[1] != wanted[1] and before[3] != wanted[3]
    assert page.get_by_text(re.compile("Student 3 without a teacher needs .* compared with the Teacher")).is_visible()
    assert "student=student3_scratch" in page.url


def test_the_temperature_softens_the_teachers_answer(explored: str, study: Path, page: Page) -> None:
    open_page(page, f"{explored}/techniques?technique=distillation&class=Cow")
    file = re.search(r"picture=([^&]+)", page.url)[1].replace("+", " ").replace("%28", "(").replace("%29", ")")
    known = answers(study.parent, "teacher")
    logits = known.loc[known["path"].str.endswith(f"/{file}"), [f"logit_{name}" for name in CLASSES]].to_numpy()[0]
    slide(page, EN["techniques.temperature"], "ArrowRight", times=7)
    share = softmax(logits, 7.5)
    entropy = -(share * np.log(share)).sum()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{entropy:.2f} nats")
    settle(page)
    plain_bars, softened = traces(page, "techniques-softened")
    assert [plain_bars["name"], softened["name"]] == ["T = 1", "T = 7.5"]
    assert plain_bars["y"] == pytest.approx(softmax(logits))
    assert softened["y"] == pytest.approx(share)
    second = np.argsort(-logits)[1]
    told = plain(page.get_by_text("The teacher's first answer is").inner_text())
    assert f"Its second, {CLASSES[second]}" in told
    assert f"at T = 7.5 it is {100 * share[second]:.1f} %" in told
    assert "T=7.5" in page.url


def test_more_sparsity_lets_more_weights_fall(explored: str, study: Path, page: Page) -> None:
    with np.load(study / "student3_distilled" / "weights.npz") as stored:
        size = np.sort(np.abs(stored["0001 block1/kernel:0"]), axis=None)
    open_page(page, f"{explored}/techniques?technique=pruning")
    assert metrics(page)[0] == f"{size.size // 2:,}"
    slide(page, EN["playing.sparsity"], "ArrowRight", times=5)
    fallen = int(0.55 * size.size)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(f"{fallen:,}")
    settle(page)
    assert metrics(page)[1] == f"{size[fallen]:.4f}"
    falls, stays = traces(page, "playing-sparsity_figure")[:2]
    assert [sum(falls["y"]), sum(stays["y"])] == [fallen, size.size - fallen]
    assert "sparsity=55" in page.url


def test_another_network_brings_its_diagram_and_its_layers(explored: str, study: Path, page: Page) -> None:
    open_page(page, f"{explored}/models")
    diagram, column = chart(page, "models-architecture"), EN["models.column_parameters"]
    layers = {run: pd.read_csv(study / run / "layers.csv") for run in ("teacher", "student3_pruned")}
    blocks = {run: f"{of['parameters'][3] / 1e3:.0f} k" for run, of in layers.items()}
    blocks["teacher"] = f"{layers['teacher']['parameters'][3] / 1e6:.2f} M"
    for run in ("teacher", "student3_pruned"):
        pick(page, EN["shell.run"], NAMES[run])
        expect(diagram).to_contain_text(f"{blocks[run]} parameters")
        total = record(study, run)["parameters"]["total"]
        eventually(page, lambda: sum(int(row[3]) for row in rows(page, column)), total)
        assert [row[0] for row in rows(page, column)] == list(layers[run]["name"])
        assert metrics(page)[0] == f"{total:,}"
    expect(diagram).not_to_contain_text(blocks["teacher"])


def test_equal_settings_are_hidden_until_they_are_asked_for(explored: str, study: Path, page: Page) -> None:
    own, other = (record(study, run)["config"] for run in ("student3_distilled", "student3_scratch"))
    differing = {name for name in own | other if own.get(name) != other.get(name)}
    assert 0 < len(differing) < len(own | other)
    open_page(page, f"{explored}/models?run=student3_distilled")

    def shown() -> set[str]:
        return {row[0] for row in rows(page, EN["models.settings_name"])}

    eventually(page, shown, differing)
    switch(page, EN["models.settings_differences"])
    eventually(page, shown, set(own | other))
    assert "differences=0" in page.url
    switch(page, EN["models.settings_differences"])
    eventually(page, shown, differing)


def test_a_run_is_added_to_the_curves_and_the_axis_becomes_time(explored: str, study: Path, page: Page) -> None:
    history = {run: pd.read_csv(study / run / "history.csv") for run in ("student3_scratch", "student3_qat")}
    name = NAMES["student3_qat"]
    open_page(page, f"{explored}/training_curves")
    figure = chart(page, "training_curves")
    expect(figure.locator(".xtitle")).to_have_text(EN["training_curves.x_epoch"])
    assert name not in figure.locator(".legendtext").all_text_contents()
    lines = figure.locator(".scatterlayer .trace").count()
    press(page, name)
    expect(figure.locator(".legendtext", has_text=name)).to_be_visible()
    added = [trace for trace in traces(page, "training_curves") if trace["name"] == name]
    assert [trace["y"] for trace in added] == [
        pytest.approx(history["student3_qat"][column]) for column in ("val_accuracy", "accuracy")
    ]
    assert figure.locator(".scatterlayer .trace").count() > lines
    press(page, EN["training_curves.axis_seconds"])
    expect(figure.locator(".xtitle")).to_have_text(EN["training_curves.x_seconds"])
    settle(page)
    first = next(trace for trace in traces(page, "training_curves") if trace["name"] == NAMES["student3_scratch"])
    assert first["x"] == pytest.approx(history["student3_scratch"]["seconds"].cumsum())


def test_a_smoothed_curve_leaves_what_was_recorded_visible(explored: str, study: Path, page: Page) -> None:
    recorded = pd.read_csv(study / "teacher" / "history.csv")["val_accuracy"]
    open_page(page, f"{explored}/training_curves?runs=teacher&parts_accuracy=val_accuracy")
    assert traces(page, "training_curves")[0]["y"] == pytest.approx(recorded)
    press(page, EN["training_curves.smoothing_strong"])
    expect(page.get_by_text("Strong lines are smoothed")).to_be_visible()
    pale, strong = traces(page, "training_curves")[:2]
    assert pale["y"] == pytest.approx(recorded)
    # A moving average as its definition has it, freed of its bias.
    weights = [0.9 ** np.arange(i, -1, -1) for i in range(len(recorded))]
    assert strong["y"] == pytest.approx([np.average(recorded[: len(w)], weights=w) for w in weights])
    drawn = chart(page, "training_curves").locator(".scatterlayer .trace")
    assert 0.2 < float(drawn.first.evaluate("e => getComputedStyle(e).opacity")) < 0.6
    assert drawn.first.locator("path.js-line").evaluate("e => e.getTotalLength()") > 300


def test_the_cost_on_the_axis_is_the_chosen_one(explored: str, study: Path, page: Page) -> None:
    open_page(page, f"{explored}/comparison")
    figure = chart(page, "comparison-scatter")
    before = figure.locator(".xtitle").text_content()
    press(page, EN["comparison.cost_latency_ms"])
    expect(figure.locator(".xtitle")).not_to_have_text(before)
    settle(page)
    marks = traces(page, "comparison-scatter")
    drawn = {(round(x, 3), round(y, 4)) for one in marks for x, y in zip(one["x"], one["y"], strict=True)}
    assert {(measured(study, run)["latency_ms"]["p50"], round(accuracy(study, run), 4)) for run in NAMES} <= drawn


def test_two_runs_are_compared_by_name_and_in_points(explored: str, study: Path, page: Page) -> None:
    open_page(page, f"{explored}/verdict")
    pick(page, EN["verdict.first"], NAMES["student3_int8"])
    pick(page, EN["verdict.second"], NAMES["teacher"])
    points = 100 * (accuracy(study, "student3_int8") - accuracy(study, "teacher"))
    heading = page.get_by_role("heading", name="McNemar", level=3)
    expect(heading).to_contain_text(f"{points:.1f}".replace("-", "\u2212"))
    settle(page)
    said = plain(page.locator('[data-testid="stMain"]').inner_text())
    for run in ("student3_int8", "teacher"):
        assert f"{NAMES[run]}: {100 * accuracy(study, run):.1f} %" in said
    assert f"Difference: {NAMES['student3_int8']} minus {NAMES['teacher']}." in said
    own, other = (answers(study.parent, run, clean=True)["right"] for run in ("student3_int8", "teacher"))
    fourfold = [[int((one & two).sum()) for two in (other, ~other)] for one in (own, ~own)]
    eventually(page, lambda: [list(map(int, row[1:])) for row in rows(page, EN["verdict.pictures"])], fourfold)


def test_a_looser_budget_has_another_winner_and_the_others_say_why_not(explored: str, study: Path, page: Page) -> None:
    def best(most_mb: float, most_ms: float) -> str:
        sizes = {run: record(study, run)["model"]["size_bytes"] for run in NAMES}
        fitting = [
            run for run in NAMES if sizes[run] <= most_mb * 1e6 and measured(study, run)["latency_ms"]["p50"] <= most_ms
        ]
        return NAMES[max(fitting, key=lambda run: (accuracy(study, run, "val"), -sizes[run]))]

    def reasons() -> dict[str, str]:
        return {row[0]: plain(row[1]) for row in rows(page, EN["budget.column_verdict"])}

    open_page(page, f"{explored}/budget")
    winner = page.locator(".st-key-budget-verdict h2")
    expect(winner).to_contain_text(EN["budget.winner"].format(run=best(1, 5)))
    # 6.95 MB and 21.4 ms, with 1 MB and 5 ms allowed.
    eventually(page, lambda: reasons().get("Teacher"), "file +5.95 MB (7.0x) · time +16.4 ms (4.3x)")
    enter(page, EN["budget.max_size"], "10")
    enter(page, EN["budget.max_latency"], "30")
    assert best(10, 30) != best(1, 5)
    expect(winner).to_contain_text(EN["budget.winner"].format(run=best(10, 30)))
    eventually(page, lambda: set(reasons().values()), {EN["budget.best"], EN["budget.fits"]})
    enter(page, EN["budget.max_latency"], "2")
    expect(winner).to_contain_text(EN["budget.winner"].format(run=best(10, 2)))
    eventually(page, lambda: reasons().get("Teacher"), "time +19.4 ms (11x)")
    assert reasons()["Student 3 distilled"] == "time +0.10 ms (1.1x)"
    assert "max_size=10" in page.url and "max_latency=2" in page.url


def test_the_charts_follow_the_readers_theme_with_the_next_click(explored: str, page: Page) -> None:
    page.emulate_media(color_scheme="light")
    open_page(page, f"{explored}/training_curves?smoothing=none")
    app, label = page.get_by_test_id("stApp"), chart(page, "training_curves").locator(".xtick text").first
    light = label.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    expect(app).to_have_css("background-color", "rgb(17, 21, 27)")
    press(page, EN["training_curves.metric_loss"])
    expect(label).to_have_css("fill", "rgb(164, 175, 189)")
    assert light != "rgb(164, 175, 189)"


@pytest.mark.parametrize("lang", ["en", "de"])
def test_no_page_scrolls_sideways_on_a_phone(explored: str, page: Page, lang: str) -> None:
    phone = page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-GB", permissions=["camera"]
    ).new_page()
    phone.set_default_timeout(SLOW)
    try:
        open_page(phone, f"{explored}/?lang={lang}")
        links = [str(link.get_attribute("href")) for link in phone.locator(NAV_LINK).all()]
        widths = {}
        # The presenter mode, without a navigation, comes last; the others need no loading of their own.
        for link in sorted(links, key=lambda one: one.endswith("presenter")):
            there = phone.locator(f'a[data-testid="stSidebarNavLink"][href="{link}"]')
            after(phone, partial(there.evaluate, "a => a.click()"))
            expect(phone).to_have_url(re.compile(rf"{re.escape(link)}\?"))
            widths[link.rpartition("/")[2] or "overview"] = width(phone)
        assert widths == dict.fromkeys(PAGES, 390)
    finally:
        phone.context.close()
