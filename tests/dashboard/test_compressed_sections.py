"""The comparison page on compressed runs: family tree, deployment table, and what is said about both."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.statistics import paired_difference
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
TREE = "comparison.family"
ORDER = [
    "Teacher", "Student 3 distilled", "Student 3 pruned", "Student 3 pruned int8", "Student 3 int8", "Student 3 QAT",
    "Student 3 without a teacher",
]  # fmt: skip


def tree(app: AppTest) -> dict[str, list[str]]:
    """Return the words of the tree by the name of their trace."""
    return {trace["name"]: [plain(text) for text in trace["text"]] for trace in traces(app, TREE) if "text" in trace}


def names(app: AppTest) -> list[str]:
    """Return the first line of each card."""
    return [" ".join(re.findall("<b>(.*?)</b>", text)) for text in tree(app)["runs"]]


def answers(artifacts: Path, run: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what a run says of the test pictures, the truth, and which pictures are leak-free."""
    store = ArtifactStore(artifacts)
    of_test = store.predictions("showcase", run).of("test")
    return of_test.logits.argmax(axis=1), of_test.label, leak_free(of_test, store.index("showcase"))


def test_the_tree_shows_each_run_and_what_its_step_cost_and_bought(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison", shown="family", part="leak_free")
    assert names(app) == ORDER
    said = tree(app)
    assert "2.72 MB" in said["runs"][2] and "pruned" in said["runs"][2]
    parent, truth, clean = answers(artifacts, "student3_distilled")
    pruned, _, _ = answers(artifacts, "student3_pruned")
    expected = paired_difference((pruned == truth)[clean], (parent == truth)[clean])
    assert f"{(pruned == truth)[clean].mean():.1%}".replace("%", " %") in said["runs"][2]
    # Branches stand in the order of the runs that they lead to: distilled, pruned, pruned int8, int8, QAT.
    points = [f"{100 * value:+.1f}" for value in (expected.difference, expected.low, expected.high)]
    assert said["cost"][1] == (
        f"{points[0]} ({points[1]} to {points[2]}) pp · {100 * (pruned == parent).mean():.1f} % same answers"
    )
    assert said["bought"][0] == f"size {6.95 / 2.72:.1f}x · gzip {6.95 / 2.72:.1f}x · time 10x"
    assert said["bought"][1] == "size 1.0x · gzip 1.7x · time 1.0x"
    assert said["bought"][2] == "size 3.7x · gzip 3.7x · time 2.9x (noisy)"
    assert "Showcase. Test, accuracy on leak-free pictures, n = 128 pictures; same answers: on all 150." in words(app)


def test_the_tree_follows_part_split_and_language(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison", shown="family", part="whole", split="val", lang="de")
    said = ArtifactStore(artifacts).predictions("showcase", "student3_int8").of("val")
    share = (said.logits.argmax(axis=1) == said.label).mean()
    position = next(i for i, text in enumerate(tree(app)["runs"]) if "Schüler 3 int8" in text)
    assert f"{100 * share:.1f} % · 727 kB".replace(".", ",") in tree(app)["runs"][position]
    assert tree(app)["cost"][0].endswith("gleiche Antworten")
    assert "n = 120 Bilder" in words(app)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_deployment_table_holds_what_the_files_hold(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    texts = catalogue(lang)
    app = open_page("comparison", shown="deployment", lang=lang)

    def column(name: str) -> pd.Series:
        title = texts[f"deployment.{name}"]
        return table(app, title).set_index(texts["shell.run"])[title]

    pruned8 = column("p99_ms").index[3]
    assert pruned8.strip("\u2003").startswith("↳ ")
    parent, truth, clean = answers(artifacts, "student3_pruned")
    own, _, _ = answers(artifacts, "student3_pruned_int8")
    assert column("accuracy")[pruned8] == pytest.approx((own == truth).mean())
    assert column("accuracy_leak_free")[pruned8] == pytest.approx((own == truth)[clean].mean())
    assert column("agreement")[pruned8] == pytest.approx((own == parent).mean())
    assert column("size_bytes")[pruned8] == 727_000
    assert column("size_gzip_bytes")[pruned8] == int(727_000 * 0.92 * 0.6)
    assert (column("parameters")[pruned8], column("non_zero")[pruned8]) == (675_343, 337_671)
    assert column("sparsity")[pruned8] == pytest.approx(0.5, abs=1e-5)
    assert column("macs")[pruned8] == 675_343 * 90
    assert [column(f"p{q}_ms")[pruned8] for q in (50, 90, 95, 99)] == pytest.approx([0.73, 0.803, 0.876, 1.095])
    assert column("init_ms")[pruned8] == pytest.approx(0.73 * 3)
    assert column("first_call_ms")[pruned8] == pytest.approx(0.73 * 2)
    assert column("peak_rss_mb")[pruned8] == pytest.approx(60.727)
    timing = table(app, texts["deployment.p99_ms"])[texts["shell.timing"]]
    assert timing.dropna().to_dict() == {3: texts["shell.noisy"]}
    assert texts["shell.noisy_note"] in words(app)
    assert any(button.label == texts["shell.download_csv"] for button in app.get("download_button"))


@pytest.mark.usefixtures("artifacts")
def test_the_pareto_front_joins_what_nothing_beats(open_page: OpenPage) -> None:
    front, *marks = traces(
        open_page("comparison", cost="latency_ms", part="whole", published="0"), "comparison.scatter"
    )
    assert front["name"] == catalogue("en")["comparison.front"]
    points = {mark["name"]: (mark["x"][0], mark["y"][0]) for mark in marks}
    beaten = {
        name
        for name, (cost, score) in points.items()
        if any(c <= cost and s >= score and (c, s) != (cost, score) for c, s in points.values())
    }
    assert list(zip(front["x"], front["y"], strict=True)) == sorted(v for n, v in points.items() if n not in beaten)
    assert {mark["name"] for mark in marks if mark["marker"]["opacity"] < 0.5} == beaten
    assert 0 < len(beaten) < len(points)


@pytest.mark.usefixtures("artifacts")
def test_a_noisy_latency_is_called_so_wherever_it_stands(open_page: OpenPage) -> None:
    app = open_page("comparison", cost="latency_ms")
    marks = {trace["name"]: trace["hovertemplate"] for trace in traces(app, "comparison.scatter")[1:]}
    assert [name for name, note in marks.items() if "(noisy)" in note] == ["Student 3 pruned int8"]
    savings = open_page("comparison", shown="savings")
    for page, column, naming in ((app, "Pictures per s", "Run"), (savings, "Time per picture", "Student")):
        timing = table(page, column).set_index(naming)["Timing"]
        assert timing.dropna().to_dict() == {"Student 3 pruned int8": "noisy"}
    variants = table(open_page("techniques", technique="quantization"), "Same answer as its parent")
    assert variants.set_index("Run")["Timing"].dropna().to_dict() == {"Student 3 pruned int8": "noisy"}


def test_an_int8_run_that_answers_otherwise_is_flagged_and_others_are_not(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    # Rounding is held to the parent's answers; quantization-aware training, which trains on, is not.
    shutil.copy(study / "student3_qat" / "predictions.parquet", study / "student3_int8")
    app = open_page("comparison", shown="family")
    own, parent = (answers(artifacts, run)[0] for run in ("student3_int8", "student3_distilled"))
    share = f"{100 * (own == parent).mean():.1f} %"
    sentences = [line for line in plain(words(app)).splitlines() if "KD007" in line]
    assert len(sentences) == 1
    said = (
        "**Student 3 int8** gives the same answer as **Student 3 distilled**, of which it is the rounded form, to only"
    )
    assert f"{said} {share}" in sentences[0]
    assert "n = 150" in sentences[0]
    checks = table(open_page("comparison", shown="deployment"), "Check").set_index("Run")["Check"]
    assert checks.dropna().to_dict() == {"↳ Student 3 int8": "⚠ KD007"}
    assert [text.endswith("⚠") for text in tree(app)["cost"]] == [False, False, False, True, False]


def test_pruning_and_notes_are_said_where_a_pruned_run_is(artifacts: Path, open_page: OpenPage) -> None:
    deployed = words(open_page("comparison", shown="deployment"))
    assert catalogue("en")["family.pruning"] in words(open_page("comparison", shown="family"))
    assert "Student 3 pruned: The sparsity of conv1 is 0.494, not 0.5." in deployed.replace("\\", "")
    for run in ("student3_pruned", "student3_pruned_int8"):
        (artifacts / "showcase" / run / "run.json").write_text("{}")
    assert catalogue("en")["family.pruning"] not in words(open_page("comparison", shown="family"))
    assert catalogue("en")["deployment.notes"] not in words(open_page("comparison", shown="deployment"))


def test_a_variant_whose_parent_is_missing_keeps_its_place(artifacts: Path, open_page: OpenPage) -> None:
    (artifacts / "showcase" / "student3_pruned" / "run.json").unlink()
    app = open_page("comparison", shown="family")
    assert catalogue("en")["shell.failed"] not in words(app)
    assert names(app)[-1] == "Student 3 pruned int8"
    assert tree(app)["missing"] == ["from student3_pruned, which is missing"]
    assert len(tree(app)["cost"]) == 3
    shown = table(open_page("comparison", shown="deployment"), "Same answer as its parent").set_index("Run")[
        "Same answer as its parent"
    ]
    assert np.isnan(shown["↳ Student 3 pruned int8"])


def test_without_a_benchmark_the_rest_is_shown(artifacts: Path, open_page: OpenPage) -> None:
    (artifacts / "showcase" / "benchmarks" / "machine.json").unlink()
    app = open_page("comparison", shown="family")
    assert catalogue("en")["shell.failed"] not in words(app)
    assert tree(app)["bought"][1] == "size 1.0x · gzip 1.7x"
    deployed = open_page("comparison", shown="deployment")
    assert not any("p99" in frame.value.columns for frame in deployed.dataframe)
    assert catalogue("en")["comparison.no_machine"] in words(deployed)
    assert len(table(deployed, "MACs")) == len(ORDER)


def test_a_run_that_was_not_measured_has_no_times(artifacts: Path, open_page: OpenPage) -> None:
    file = artifacts / "showcase" / "benchmarks" / "machine.json"
    measured = json.loads(file.read_text())
    del measured["runs"]["student3_qat"]
    file.write_text(json.dumps(measured))
    assert np.isnan(
        table(open_page("comparison", shown="deployment"), "p99").set_index("Run").loc["↳ Student 3 QAT", "p99"]
    )
    assert "time" not in tree(open_page("comparison", shown="family"))["bought"][4]


def test_damaged_files_leave_a_tree_of_what_can_be_read(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison", shown="family")
    assert catalogue("en")["shell.failed"] not in words(app)
    assert names(app) == [
        "Teacher", "Student 3 distilled", "Student 3 int8", "Student 3 QAT", "Student 3 pruned int8",
    ]  # fmt: skip
    # The teacher's answers and those of int8 cannot be read.
    assert tree(app)["cost"][:2] == [catalogue("en")["family.incomparable"]] * 2
    broken = str(damaged_artifacts / "showcase" / "student3_int8" / "predictions.parquet")
    assert words(app).count(broken) == 1


@pytest.mark.usefixtures("artifacts")
def test_the_published_study_has_no_family_to_measure(open_page: OpenPage) -> None:
    for view in ("family", "deployment"):
        app = open_page("comparison", study="published", shown=view)
        assert not app.get("plotly_chart") and not app.dataframe
        assert catalogue("en")["comparison.only_stated"] in words(app)


def test_without_artifacts_it_says_what_to_do(no_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison")
    assert str(no_artifacts) in words(app)
    assert not app.get("plotly_chart")


def test_a_teacher_of_another_study_stands_in_the_tree_without_times(artifacts: Path, open_page: OpenPage) -> None:
    other = artifacts / "other" / "small"
    other.mkdir(parents=True)
    source = artifacts / "showcase" / "student3_distilled"
    record = json.loads((source / "run.json").read_text())
    record |= {"study": "other", "run": "small", "teacher": "showcase/teacher", "twin": None}
    (other / "run.json").write_text(json.dumps(record))
    (other / "predictions.parquet").write_bytes((source / "predictions.parquet").read_bytes())
    app = open_page("comparison", shown="family", study="other")
    assert names(app) == ["Teacher (Showcase)", "Small · distilled"]
    assert tree(app)["bought"] == [f"size {6.95 / 2.72:.1f}x · gzip {6.95 / 2.72:.1f}x"]
    assert "same answers" in tree(app)["cost"][0]
