import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
SHIPPED = Path(__file__).resolve().parents[2] / "artifacts" / "showcase"


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


@pytest.mark.parametrize(
    ("lang", "heading", "expected"),
    [
        (
            "en",
            "Architecture",
            [
                "Input",
                "Residual block<br>3 convolutions · convolution in the shortcut<br>260 k parameters · 36.6 M MACs",
                "Inverted residual block<br>depthwise 3x3 · shortcut<br>171 k parameters · 41.5 M MACs",
                "Dense layer<br>123 k parameters · 123 k MACs",
            ],
        ),
        (
            "de",
            "Architektur",
            [
                "Eingabe",
                "Residualblock<br>3 Faltungen · Faltung im Shortcut<br>260 Tsd. Parameter · 36,6 Mio. MACs",
                "Invertierter Residualblock<br>Depthwise 3x3 · Shortcut<br>171 Tsd. Parameter · 41,5 Mio. MACs",
                "Dense-Schicht<br>123 Tsd. Parameter · 123 Tsd. MACs",
            ],
        ),
    ],
)
def test_the_diagram_shows_the_shipped_networks(
    lang: str, heading: str, expected: list[str], artifacts: Path, open_page: OpenPage
) -> None:
    for run, source in (("student3_scratch", "student3-scratch"), ("teacher", "teacher")):
        shutil.copy(SHIPPED / source / "layers.csv", artifacts / "showcase" / run / "layers.csv")
    student = open_page("models", run="student3_scratch", lang=lang)
    teacher = open_page("models", run="teacher", lang=lang)
    assert heading in [header.value for header in student.header]
    lines: list[str] = []
    for app in (student, teacher):
        names, outputs, told, notes = traces(app, "models.architecture")
        lines += map(plain, told["text"])
        assert len(names["text"]) == len(outputs["text"]) == len(notes["customdata"])
        # What is longer than a card is cut off.
        assert not any("…" in text for text in (*names["text"], *told["text"]))
    assert [text for text in expected if text not in lines] == []
    assert "<b>block6–7 ×2</b>" in names["text"]
    note = plain(notes["customdata"][names["text"].index("<b>block6–7 ×2</b>")])
    assert note.startswith("<b>block6–7 x2</b><br>") and "16x16x80 → 16x16x80" in note
    assert plain("block6_depthwise_conv · DepthwiseConv2D · 16x16x480 · ") in note


def test_the_hover_of_a_block_names_its_first_layers_only(artifacts: Path, open_page: OpenPage) -> None:
    file = artifacts / "showcase" / "student3_int8" / "layers.csv"
    rows = "".join(f"block1_part{i}_conv,Conv2D,8x8x3,81,81,5184,0\n" for i in range(16))
    file.write_text(f"name,type,output_shape,parameters,non_zero,macs,sparsity\n{rows}", encoding="utf-8")
    names, _, lines, notes = traces(open_page("models", run="student3_int8"), "models.architecture")
    assert (names["text"], lines["text"][0].split("<br>")[0]) == (["<b>block1</b>"], "Block of 16 layers")
    assert "1,296 (100.0" in notes["customdata"][0]
    assert notes["customdata"][0].endswith("block1_part13_conv · Conv2D · 8×8×3 · 81<br>and 2 more layers")


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
