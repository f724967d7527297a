"""The page on what compression forgot: pictures, counts and classes against the files themselves."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES, make_index, write_pictures
from tests.dashboard.kin import answer, copy_run
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
VARIANT, PARENT = "student3_qat", "student3_distilled"


def _read(artifacts: Path, run: str) -> pd.DataFrame:
    """Return answer, softmax of the answer and whether it is right for every test picture, from the file itself."""
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    frame = frame[frame["split"] == "test"].reset_index(drop=True)
    logits = frame[[f"logit_{name}" for name in CLASSES]].to_numpy(np.float64)
    share = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame["answer"] = np.array(CLASSES)[logits.argmax(axis=1)]
    frame["sure"] = share.max(axis=1)
    return frame.assign(right=frame["answer"] == frame["label"])[["path", "label", "answer", "sure", "right"]]


def _moved(artifacts: Path, variant: str = VARIANT, parent: str = PARENT) -> tuple[pd.DataFrame, pd.DataFrame]:
    both = _read(artifacts, parent).merge(
        _read(artifacts, variant), on=["path", "label"], suffixes=("_before", "_after")
    )
    gone = both[both["right_before"] & ~both["right_after"]]
    new = both[~both["right_before"] & both["right_after"]]
    return (
        gone.sort_values("sure_before", ascending=False, kind="stable"),
        new.sort_values("sure_after", ascending=False, kind="stable"),
    )


def files(rows: pd.DataFrame) -> list[str]:
    return [path.rpartition("/")[2] for path in rows["path"]]


def listed(app: AppTest) -> list[str]:
    return [c.value.replace("\\", "") for c in app.caption if ".jpeg" in c.value]


def metrics(app: AppTest) -> list[str]:
    return [plain(metric.value) for metric in app.metric]


def test_lost_and_gained_are_counted_and_the_lost_listed_surest_first(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("forgotten", variant=VARIANT, part="whole")
    gone, new = _moved(artifacts)
    assert len(gone) > 1
    net = 100 * (len(new) - len(gone)) / 150
    assert metrics(app) == [str(len(gone)), str(len(new)), f"{net:+.1f} pp" if round(net, 1) > 0 else f"{net:.1f} pp"]
    discordant = binomtest(len(new), len(gone) + len(new)).pvalue
    assert f"p = {discordant:.3f}" in words(app)
    assert listed(app) == files(gone)[:12]
    first = gone.iloc[0]
    notes = [m.value for m in app.markdown if m.value.startswith(":small[")][:3]
    assert notes[0] == f":small[shows: **{first['label']}**]"
    assert notes[1].splitlines()[0].strip() == ":small[before]"
    assert plain(notes[1].splitlines()[1]).startswith(
        f":small[**{first['answer_before']} {first['sure_before']:.0%}"[:-1]
    )
    assert plain(notes[2].splitlines()[1]) == f":small[{first['answer_after']} {first['sure_after'] * 100:.0f} %]"


def test_the_gained_are_shown_on_demand_and_by_class(artifacts: Path, open_page: OpenPage) -> None:
    _, new = _moved(artifacts)
    app = open_page("forgotten", variant=VARIANT, part="whole", show="gained")
    assert listed(app) == files(new)[:12]
    true = new["label"].iloc[0]
    app.selectbox(key="pick.true").select(true).run()
    assert listed(app) == files(new[new["label"] == true])
    assert app.query_params["true"] == true


def test_it_opens_on_the_smallest_run_and_its_parent_or_its_origin(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("forgotten", part="whole")
    assert app.selectbox(key="pick.variant").value == "student3_pruned_int8"
    assert listed(app) == files(_moved(artifacts, "student3_pruned_int8", "student3_pruned")[0])[:12]
    origin = open_page("forgotten", part="whole", against="origin")
    assert listed(origin) == files(_moved(artifacts, "student3_pruned_int8", PARENT)[0])[:12]
    assert "Student 3 pruned int8 against Student 3 distilled" in words(origin)


def test_more_are_shown_a_dozen_at_a_time(artifacts: Path, open_page: OpenPage) -> None:
    for true in ("Cat", "Dog"):
        answer(artifacts / "showcase" / PARENT, true, true)
        answer(artifacts / "showcase" / VARIANT, true, "Zebra")
    gone, _ = _moved(artifacts)
    assert len(gone) >= 20
    app = open_page("forgotten", variant=VARIANT, part="whole")
    assert listed(app) == files(gone)[:12]
    next(button for button in app.button if "more" in button.label).click().run()
    assert listed(app) == files(gone)[:24]


def test_a_class_that_pays_is_named_once_the_correction_allows_it(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    assert catalogue("en")["forgotten.nobody_pays"].format(count=15) in words(open_page("forgotten", variant=VARIANT))
    for true in CLASSES:
        for run in (PARENT, VARIANT):
            answer(study / run, true, true)
    answer(study / VARIANT, "Cat", "Dog")
    answer(study / VARIANT, "Cow", "Dog", most=7)
    app = open_page("forgotten", variant=VARIANT, part="whole")
    shown = table(app, "p corrected (Holm)").set_index("True class")
    # Ten of ten lost: 2 / 2^10, times 15 classes; seven of ten: 2 / 2^7, times the 14 that are left, is above 5 %.
    assert shown.loc["Cat", "p (McNemar)"] == pytest.approx(2 / 2**10)
    assert shown.loc["Cat", "p corrected (Holm)"] == pytest.approx(15 * 2 / 2**10)
    assert shown.loc["Cow", "p corrected (Holm)"] == pytest.approx(14 * 2 / 2**7)
    assert shown.index[:2].tolist() == ["Cat", "Cow"]
    assert shown.loc["Cow", ["Pictures lost", "Pictures gained", "n"]].tolist() == [7, 0, 10]
    said = catalogue("en")["forgotten.paying"].format(classes="**Cat** (\u2212100.0\u202fpp)", count=15)
    assert said in words(app)
    chance, proven = traces(app, "forgetting.classes")
    assert proven["x"][0] == pytest.approx(-100)
    assert proven["x"][1] is None
    assert chance["x"][:2] == [None, pytest.approx(-70)]


def test_a_variant_that_answers_as_its_parent_has_forgotten_nothing(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    shutil.copy(study / PARENT / "predictions.parquet", study / VARIANT / "predictions.parquet")
    app = open_page("forgotten", variant=VARIANT, split="val", lang="de", part="whole")
    assert metrics(app) == ["0", "0", "0,0 PP"]
    assert "Kein solches Bild" in words(app)
    assert "n = 120 Bilder" in words(app)
    assert "Validierung, alle" in words(app)


def test_pictures_stand_on_the_cards_and_without_them_names_and_how_to_get_them(
    artifacts: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, _ = _moved(artifacts)
    without = open_page("forgotten", variant=VARIANT, part="whole")
    assert [info.value for info in without.info] == [catalogue("en")["gallery.no_photos"]]
    assert not without.image
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    app = open_page("forgotten", variant=VARIANT, part="whole")
    assert len(app.image) == min(12, len(gone))
    assert not app.info


def test_a_variant_of_another_studys_run_is_compared_with_it(artifacts: Path, open_page: OpenPage) -> None:
    copy_run(artifacts / "showcase" / VARIANT, artifacts / "search" / "small", parent=f"showcase/{PARENT}")
    app = open_page("forgotten", study="search", part="whole")
    assert listed(app) == files(_moved(artifacts)[0])[:12]


def test_studies_without_compressed_runs_say_so(artifacts: Path, open_page: OpenPage) -> None:
    copy_run(artifacts / "showcase" / PARENT, artifacts / "ablation" / "hot")
    app = open_page("forgotten", study="ablation")
    assert [info.value for info in app.info] == [catalogue("en")["forgotten.no_compressed"].format(study="Ablation")]
    stated = open_page("forgotten", study="published")
    assert [info.value for info in stated.info] == [catalogue("en")["forgotten.stated"]]


def test_what_is_damaged_is_named(damaged_artifacts: Path, open_page: OpenPage) -> None:
    orphan = open_page("forgotten", variant="student3_pruned_int8")
    assert any("was made from student3_pruned," in info.value for info in orphan.info)
    app = open_page("forgotten", variant="student3_int8")
    unread = catalogue("en")["forgotten.unread"].format(variant="Student 3 int8", parent="Student 3 distilled")
    assert unread in [info.value for info in app.info]
    assert words(app).count(str(damaged_artifacts / "showcase" / "student3_int8" / "predictions.parquet")) == 1
    assert listed(open_page("forgotten", variant=VARIANT))
