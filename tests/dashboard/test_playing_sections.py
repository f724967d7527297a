"""The sliders on the page of techniques, over weights made for the test and over those that ship."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.tables.sparsity import cut, gzipped
from dashboard.text import catalogue
from tests.dashboard.conftest import PROJECT
from tests.dashboard.reading import behind, plain, table, traces, words

OpenPage = Callable[..., AppTest]
SHIPPED = PROJECT / "artifacts" / "showcase"


@pytest.fixture
def kernel(artifacts: Path) -> np.ndarray:
    """The kernel of the one layer that is large enough to play with, in a run that ships its weights."""
    weights = np.random.default_rng(1).normal(0, 0.1, (3, 3, 16, 32)).astype(np.float32)
    folder = artifacts / "showcase"
    names = ("0000 stem/kernel:0", "0001 block1/kernel:0", "0002 block1/bias:0")
    bias = np.zeros(2000, np.float32)
    np.savez(
        folder / "student3_distilled" / "weights.npz",
        **dict(zip(names, (weights[..., :1], weights, bias), strict=True)),
    )
    trained = cut(weights, 0.5).weights
    np.savez(folder / "student3_pruned" / "weights.npz", **{names[1]: trained})
    return weights


@pytest.fixture
def shipped_pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study of the shipped float student, its int8 variant, and no more."""
    study = tmp_path / "artifacts" / "showcase"
    study.mkdir(parents=True)
    for run in ("student3-distilled", "student3-int8"):
        (study / run).symlink_to(SHIPPED / run)
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(study.parent))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return study


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_slider_cuts_the_smallest_weights(lang: str, kernel: np.ndarray, open_page: OpenPage) -> None:
    app = open_page("techniques", technique="pruning", sparsity="75", lang=lang)
    falls, stays, mark = traces(app, "playing.sparsity_figure")
    assert (sum(falls["y"]), sum(stays["y"])) == (3456, 1152)
    threshold = np.sort(np.abs(kernel), axis=None)[3456]
    assert mark["x"][-1] == pytest.approx(threshold)
    thousands, sign = {"en": (",", "."), "de": (".", ",")}[lang]
    assert app.metric[0].value == f"3{thousands}456"
    assert app.metric[1].value == f"{threshold:.4f}".replace(".", sign)
    left = cut(kernel, 0.75)
    assert app.metric[2].value.startswith(f"{left.norm * 100:.1f}".replace(".", sign))
    before, after = (_drawn(trace) for trace in traces(app, "playing.kernel"))
    assert before == pytest.approx(kernel.reshape(-1, 32)[:40].ravel())
    assert after == pytest.approx(left.weights.reshape(-1, 32)[:40].ravel())


def test_the_numbers_of_both_pieces_stand_behind_them(kernel: np.ndarray, open_page: OpenPage) -> None:
    rows = behind(open_page("techniques", technique="pruning", sparsity="75"), "playing.kernel")
    assert rows[["row", "column"]].iloc[[0, -1]].values.tolist() == [[1, 1], [40, 32]]
    assert rows["before"].to_numpy() == pytest.approx(kernel.reshape(-1, 32)[:40].ravel())
    assert rows["after"].to_numpy() == pytest.approx(cut(kernel, 0.75).weights.reshape(-1, 32)[:40].ravel())


def test_the_size_behind_gzip_is_computed(kernel: np.ndarray, open_page: OpenPage) -> None:
    app = open_page("techniques", technique="pruning", sparsity="75")
    assert plain(app.metric[3].value) == f"{gzipped(cut(kernel, 0.75).weights) / 1e3:.2f} kB"
    assert plain(app.metric[3].delta) == f"{gzipped(kernel) / 1e3:.1f} kB as it was"
    assert "Student 3 pruned**, whose training went on" in words(app)
    assert "50.0 % zeros" in plain(words(app))


@pytest.mark.usefixtures("kernel")
def test_choices_of_the_sliders_live_in_the_address(open_page: OpenPage) -> None:
    app = open_page("techniques", technique="pruning")
    assert app.query_params["layer"] == "block1"
    app.slider(key="pick.sparsity").set_value(90.0).run()
    assert app.query_params["sparsity"] == "90"
    assert app.metric[0].value == "4,147"
    assert open_page("techniques", technique="pruning", layer="nowhere").metric[0].value == "2,304"


def test_values_are_shared_and_their_size_is_told(kernel: np.ndarray, open_page: OpenPage) -> None:
    app = open_page("techniques", technique="clustering", clusters="8")
    bars, marks = traces(app, "playing.sharing_figure")
    assert sum(bars["y"]) == kernel.size
    assert len(marks["x"]) == 3 * 8
    assert plain(app.metric[0].value) == f"{3 + 32 * 8 / kernel.size:.2f} bits"
    assert catalogue("en")["techniques.no_clustered"].format(study="Showcase") in words(app)


@pytest.mark.usefixtures("shipped_pair")
def test_the_grid_is_that_of_the_shipped_int8_file(open_page: OpenPage) -> None:
    app = open_page("techniques", technique="quantization", weights="student3-distilled", layer="stem_conv")
    shown = table(app, "Worst error").set_index("Rounded")
    tensor, channel, file = (shown.loc[name] for name in shown.index)
    assert (tensor["Scales"], channel["Scales"], file["Scales"]) == ("1", "64", "64")
    assert file["RMS error"] == pytest.approx(channel["RMS error"], rel=1e-6)
    assert tensor["RMS error"] > 1.5 * channel["RMS error"]
    assert "100.000 % of its stored integers" in plain(words(app))
    assert app.metric[1].value == "0"
    four = open_page("techniques", technique="quantization", layer="stem_conv", bits="4", symmetric="0")
    assert len(traces(four, "playing.rounding_figure")[-1]["x"]) == 3 * 16
    assert four.metric[1].value != "0"


@pytest.mark.usefixtures("shipped_pair")
def test_a_smaller_range_cuts_weights_off(open_page: OpenPage) -> None:
    app = open_page("techniques", technique="quantization", layer="stem_conv", clip="20")
    inside, beyond, _, ends = traces(app, "playing.rounding_figure")
    assert sum(inside["y"]) + sum(beyond["y"]) == 7 * 7 * 3 * 64
    assert sum(beyond["y"]) > 0
    assert max(x for x in ends["x"] if x) == pytest.approx(127 * float(app.metric[0].value), rel=1e-2)


@pytest.mark.usefixtures("artifacts")
def test_without_weights_a_sentence_says_so(open_page: OpenPage) -> None:
    for technique, key in (("pruning", "no_weights"), ("clustering", "no_weights"), ("quantization", "no_float_model")):
        app = open_page("techniques", technique=technique)
        assert catalogue("en")[f"playing.{key}"].format(study="Showcase") in words(app)
        assert not app.exception


def test_damaged_weights_and_models_are_told(artifacts: Path, shipped: Path, open_page: OpenPage) -> None:
    folder = shipped / "showcase" / "student3_distilled"
    (folder / "weights.npz").write_bytes(b"PK nothing")
    (folder / "model.tflite").write_bytes(b"no model")
    for technique, file in (("pruning", "weights.npz"), ("quantization", "model.tflite")):
        app = open_page("techniques", technique=technique)
        assert str(folder / file) in words(app)
        assert not app.exception
        assert catalogue("en")["shell.failed"] not in words(app)


def _drawn(trace: dict[str, Any]) -> np.ndarray:
    """Return the numbers of a picture, float32, zero where it is empty."""
    return np.nan_to_num(np.frombuffer(base64.b64decode(trace["z"]["bdata"]), trace["z"]["dtype"]))
