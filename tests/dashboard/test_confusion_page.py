"""The confusion page: the right cells, the right pictures, by click, by list and by address."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.artifacts_fixture import CLASSES, make_index, write_pictures

OpenPage = Callable[..., AppTest]
RUN = "student3_int8"


def files_in_cell(artifacts: Path, run: str, true: str, predicted: str, split: str = "test") -> list[str]:
    """Read the file itself: names of the pictures of ``true`` called ``predicted``, most confident first."""
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    frame = frame[(frame["split"] == split) & (frame["label"] == true)]
    logits = frame[[f"logit_{name}" for name in CLASSES]].to_numpy(np.float64)
    inside = logits.argmax(axis=1) == CLASSES.index(predicted)
    share = np.exp(logits - logits.max(axis=1, keepdims=True))
    confidence = (share / share.sum(axis=1, keepdims=True)).max(axis=1)
    order = np.argsort(-confidence[inside], kind="stable")
    return [path.rpartition("/")[2] for path in frame["path"].to_numpy()[inside][order]]


def fullest_mistake(artifacts: Path, run: str) -> tuple[str, str]:
    pairs = [(a, b) for a in CLASSES for b in CLASSES if a != b]
    return max(pairs, key=lambda pair: len(files_in_cell(artifacts, run, *pair)))


def listed(app: AppTest) -> list[str]:
    """The file names below the heading of the cell, as shown."""
    return [c.value.replace("\\", "") for c in app.caption if ".jpeg" in c.value]


def headings(app: AppTest) -> list[str]:
    return [m.value for m in app.markdown if m.value.startswith("####")]


def click(app: AppTest, side: str, true: str, predicted: str) -> AppTest:
    point = {"customdata": [CLASSES.index(true), CLASSES.index(predicted)]}
    app.session_state[f"matrix-{side}"] = {
        "selection": {"points": [point], "point_indices": [], "box": [], "lasso": []}
    }
    return app.run()


def test_it_opens_on_the_largest_confusion(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    true, predicted = fullest_mistake(artifacts, RUN)
    assert headings(app) == [f"#### {true}, taken for {predicted}"]
    assert listed(app) == files_in_cell(artifacts, RUN, true, predicted)
    assert app.query_params["cell"] == f"{true}~{predicted}"


def test_a_click_shows_the_cells_pictures_and_both_models(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    click(app, "1", "Cat", "Cat")
    assert headings(app) == ["#### Cat, recognised"]
    assert listed(app) == files_in_cell(artifacts, RUN, "Cat", "Cat")
    assert app.query_params["cell"] == "Cat~Cat"
    answers = [m.value for m in app.markdown if m.value.startswith(":small[")]
    # Two models for each picture, three guesses each; the student's first guess is Cat by the choice of the cell.
    assert len(answers) == 2 * len(listed(app))
    assert all(answer.count("%") == 3 for answer in answers)
    assert answers[0].splitlines()[0].strip() == ":small[Student 3 int8]"
    assert answers[0].splitlines()[1].startswith(":small[**Cat ")
    assert answers[1].splitlines()[0].strip() == ":small[Teacher]"


def test_the_lists_choose_after_a_click_too(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    click(app, "1", "Cat", "Cat")
    app.selectbox(key="cell.true").select("Dog").run()
    app.selectbox(key="cell.predicted").select("Dog").run()
    assert headings(app) == ["#### Dog, recognised"]
    assert listed(app) == files_in_cell(artifacts, RUN, "Dog", "Dog")


def test_two_runs_and_a_click_on_the_second(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, other="teacher")
    click(app, "2", "Zebra", "Zebra")
    assert listed(app) == files_in_cell(artifacts, "teacher", "Zebra", "Zebra")
    assert app.query_params["side"] == "2"
    assert app.selectbox(key="cell.side").value == "2"


def test_a_shared_address_opens_the_same_cell(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, split="val", cell="Tiger~Tiger", lang="de")
    assert headings(app) == ["#### Tiger, erkannt"]
    assert listed(app) == files_in_cell(artifacts, RUN, "Tiger", "Tiger", split="val")


@pytest.mark.usefixtures("artifacts")
def test_a_cell_that_is_not_there_falls_back_with_a_notice(open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, cell="Cat~Unicorn")
    assert any("Cat~Unicorn" in info.value for info in app.info)
    assert len(headings(app)) == 1


def test_leak_free_leaves_the_leaked_out(artifacts: Path, open_page: OpenPage) -> None:
    index = pd.read_parquet(artifacts / "showcase" / "data.parquet")
    leaked = {path.rpartition("/")[2] for path in index.loc[index["leaked"], "path"]}
    app = open_page("confusion", run=RUN, cell="Cat~Cat", clean="1")
    wanted = [name for name in files_in_cell(artifacts, RUN, "Cat", "Cat") if name not in leaked]
    assert listed(app) == wanted
    assert any("n = 128" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("artifacts")
def test_published_matrices_are_as_stated(open_page: OpenPage) -> None:
    app = open_page("confusion", study="published", run="student3", cell="Cat~Cat")
    # Students 1 and 2 have no matrix on the slides and are not offered.
    assert app.selectbox(key="pick.run").options == ["Student 3", "Teacher"]
    assert any("283 pictures are in this cell" in m.value for m in app.markdown)
    assert any("n = 2,347" in caption.value for caption in app.caption)


def test_pictures_stand_beside_the_answers(
    artifacts: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    app = open_page("confusion", run=RUN, cell="Cat~Cat")
    assert len(app.image) == len(files_in_cell(artifacts, RUN, "Cat", "Cat"))
    assert not app.info


def test_without_photos_names_and_how_to_get_them(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, cell="Cat~Cat")
    assert listed(app) == files_in_cell(artifacts, RUN, "Cat", "Cat")
    assert any("make data" in info.value for info in app.info)


@pytest.mark.usefixtures("damaged_artifacts")
def test_damaged_predictions_are_a_sentence_and_the_other_run_is_shown(open_page: OpenPage) -> None:
    app = open_page("confusion", run="teacher", other="student3_distilled")
    assert any("predictions.parquet cannot be read" in text.value for text in app.text)
    assert any("showcase/student3_distilled" in caption.value for caption in app.caption)
