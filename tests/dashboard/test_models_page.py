from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.reading import table, traces, words

OpenPage = Callable[..., AppTest]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_layers_and_totals_are_those_of_the_files(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    texts = catalogue(lang)
    app = open_page("models", run="student3_pruned", lang=lang)
    layers = ArtifactStore(artifacts).layers("showcase", "student3_pruned")
    shown = table(app, texts["models.column_output_shape"])
    for name in layers.columns:
        assert shown[texts[f"models.column_{name}"]].tolist() == layers[name].tolist()
    totals = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    grouped = {"en": ("675,343", "337,671", "1,340,150"), "de": ("675.343", "337.671", "1.340.150")}[lang]
    labels = (texts["models.parameters"], texts["models.non_zero"], texts["models.wrapped"])
    assert tuple(totals[label][0] for label in labels) == grouped


def test_bars_show_layers_that_have_the_measure(artifacts: Path, open_page: OpenPage) -> None:
    layers = ArtifactStore(artifacts).layers("showcase", "teacher")
    for measure in ("parameters", "macs"):
        (bars,) = traces(open_page("models", run="teacher", measure=measure), "models.bars")
        kept = layers[layers[measure] > 0]
        assert (bars["y"], bars["x"]) == (kept["name"].tolist(), kept[measure].tolist())


@pytest.mark.usefixtures("artifacts")
def test_a_published_network_has_its_stated_layers_and_counts(open_page: OpenPage) -> None:
    student = open_page("models", study="published", run="student3")
    totals = {metric.label: metric.value for metric in student.metric}
    assert (totals["Parameters as stated"], totals["Without pruning masks"]) == ("1,340,150", "675,343")
    app = open_page("models", study="published", run="teacher")
    assert {metric.label: metric.value for metric in app.metric}["Parameters as stated"] == "57,701,519"
    assert "2. Flatten\n3. BatchNormalization\n4. Dense 256 relu\n" in words(app)
    assert catalogue("en")["models.stated_note"] in words(app)
    assert not app.get("plotly_chart")


def test_broken_layers_are_named_and_the_totals_shown(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("models", run="student3_distilled")
    assert str(damaged_artifacts / "showcase" / "student3_distilled" / "layers.csv") in words(app)
    assert app.metric[0].value == "675,343"
