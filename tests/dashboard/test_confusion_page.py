"""The confusion page: the right cells, the right pictures, by click, by list and by address."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.artifacts_fixture import CLASSES, make_index, write_pictures
from tests.dashboard.conftest import PROJECT
from tests.dashboard.reading import click_grid, grid, grids, plain, words

OpenPage = Callable[..., AppTest]
RUN = "student3_int8"
PUBLISHED_TEACHER = PROJECT / "artifacts" / "published" / "teacher" / "confusion.csv"


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
    return [m.value for m in app.markdown if m.value.startswith("## ") and ", " in m.value]


def click(app: AppTest, side: str, true: str, predicted: str) -> AppTest:
    return click_grid(app, f"matrix-{side}", f"{true}~{predicted}")


def counts(artifacts: Path, run: str) -> np.ndarray:
    """Count each cell of the test split from the file itself, rows true."""
    return np.array([[len(files_in_cell(artifacts, run, a, b)) for b in CLASSES] for a in CLASSES])


def written(app: AppTest, side: str) -> dict[str, str]:
    """What stands in each cell, by the cell."""
    shown = grid(app, f"matrix-{side}")
    return dict(zip(shown["cells"], shown["written"], strict=True))


def test_it_opens_on_the_largest_confusion(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    true, predicted = fullest_mistake(artifacts, RUN)
    assert headings(app) == [f"## {true}, taken for {predicted}"]
    assert listed(app) == files_in_cell(artifacts, RUN, true, predicted)
    assert app.query_params["cell"] == f"{true}~{predicted}"


def test_the_cells_hold_what_the_file_holds_and_say_it(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    true, predicted = fullest_mistake(artifacts, RUN)
    shown = grid(app, "matrix-1")
    assert shown["rows"] == shown["columns"] == list(CLASSES)
    assert shown["cells"][1] == "Beetle~Butterfly"
    matrix = counts(artifacts, RUN)
    assert shown["written"] == [str(n) if n else "" for n in matrix.ravel()]
    assert shown["says"][shown["cells"].index("Cat~Cat")] == f"Cat, recognised: {matrix[2, 2]}"
    assert shown["chosen"] == f"{true}~{predicted}"
    # Which ink is on which colour is tested on its own; here they belong to their cells.
    assert len(shown["colours"]) == len(shown["inks"]) == len(CLASSES) ** 2
    assert shown["colours"][int(matrix.argmax())] == "rgb(18, 63, 115)"


def test_shares_of_rows_and_columns(artifacts: Path, open_page: OpenPage) -> None:
    matrix = counts(artifacts, RUN)
    cat = CLASSES.index("Cat")
    share = f"{matrix[cat, cat] / matrix[cat].sum() * 100:.0f}"
    assert written(open_page("confusion", run=RUN, norm="row"), "1")["Cat~Cat"] == share
    share = f"{matrix[cat, cat] / matrix[:, cat].sum() * 100:.0f}"
    assert written(open_page("confusion", run=RUN, norm="column"), "1")["Cat~Cat"] == share


def test_classes_by_error_begin_with_the_worst(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, sort="error")
    matrix = counts(artifacts, RUN)
    rate = {name: 1 - matrix[i, i] / matrix[i].sum() for i, name in enumerate(CLASSES)}
    rows = grid(app, "matrix-1")["rows"]
    assert [rate[name] for name in rows] == sorted(rate.values(), reverse=True)
    assert written(app, "1")["Cat~Cat"] == str(matrix[2, 2])
    assert app.selectbox(key="cell.true").options == rows


@pytest.mark.usefixtures("artifacts")
def test_classes_by_name_follow_the_language_and_all_matrices_one_order(open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, other="teacher", lang="de")
    rows = grid(app, "matrix-1")["rows"]
    assert rows[:8] == ["Affe", "Eidechse", "Elefant", "Gorilla", "Hund", "Käfer", "Katze", "Kuh"]
    similar = open_page("confusion", run=RUN, other="teacher", sort="similarity")
    orders = [grid(similar, f"matrix-{side}")["rows"] for side in ("1", "2", "difference")]
    assert orders[0] == orders[1] == orders[2]
    assert sorted(orders[0]) == list(CLASSES)
    assert "hierarchical clustering" in words(similar)


def test_the_list_holds_the_largest_confusions_and_chooses(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    matrix = counts(artifacts, RUN)
    np.fill_diagonal(matrix, 0)
    options = app.pills(key="largest-1").options
    assert [int(option.rpartition(": ")[2]) for option in options] == sorted(matrix.ravel(), reverse=True)[:8]
    cell = grid(app, "matrix-1")["chosen"].split("~")
    assert options[0] == f"{cell[0]} → {cell[1]}: {matrix.max()}"
    true, _, predicted = options[3].partition(":")[0].partition(" → ")
    app.pills(key="largest-1").select(f"{true}~{predicted}").run()
    assert headings(app) == [f"## {true}, taken for {predicted}"]
    assert listed(app) == files_in_cell(artifacts, RUN, true, predicted)
    assert grid(app, "matrix-1")["chosen"] == f"{true}~{predicted}"


def test_a_click_shows_the_cells_pictures_and_both_models(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN)
    click(app, "1", "Cat", "Cat")
    assert headings(app) == ["## Cat, recognised"]
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
    assert headings(app) == ["## Dog, recognised"]
    assert listed(app) == files_in_cell(artifacts, RUN, "Dog", "Dog")


def test_two_runs_and_a_click_on_the_second(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, other="teacher")
    click(app, "2", "Zebra", "Zebra")
    assert listed(app) == files_in_cell(artifacts, "teacher", "Zebra", "Zebra")
    assert app.query_params["side"] == "2"
    assert app.selectbox(key="cell.side").value == "2"
    assert [grid(app, f"matrix-{side}")["chosen"] for side in ("1", "2", "difference")] == [None, "Zebra~Zebra", None]


def test_the_difference_is_first_minus_second(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run="student3_scratch", other="teacher")
    first, second = counts(artifacts, "student3_scratch"), counts(artifacts, "teacher")
    shown = written(app, "difference")
    for i, true in enumerate(CLASSES):
        for j, predicted in enumerate(CLASSES):
            change = first[i, j] - second[i, j]
            expected = f"{change:+d}" if change else "0" if first[i, j] else ""
            assert plain(shown[f"{true}~{predicted}"]) == expected
    says = dict(zip(shown, grid(app, "matrix-difference")["says"], strict=True))
    assert plain(says["Cat~Cat"]) == (
        f"Cat, recognised: {first[2, 2]} with Student 3 without a teacher, {second[2, 2]} with Teacher,"
        f" difference {first[2, 2] - second[2, 2]:+d}"
    )
    assert "Student 3 without a teacher minus Teacher · split Test · n = 150" in words(app)


def test_it_opens_on_the_largest_change_and_lists_the_next(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run="student3_scratch", other="teacher")
    change = counts(artifacts, "student3_scratch") - counts(artifacts, "teacher")
    np.fill_diagonal(change, 0)
    options = app.pills(key="largest-difference").options
    sizes = [abs(int(plain(option.rpartition(": ")[2]))) for option in options]
    assert sizes == sorted(np.abs(change).ravel(), reverse=True)[:8]
    true, predicted = app.query_params["cell"].split("~")
    assert abs(change[CLASSES.index(true), CLASSES.index(predicted)]) == np.abs(change).max()
    assert app.query_params["side"] == "difference"


def test_a_click_on_the_difference_groups_its_pictures(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run="student3_scratch", other="teacher")
    click(app, "difference", "Cat", "Cat")
    first = files_in_cell(artifacts, "student3_scratch", "Cat", "Cat")
    second = files_in_cell(artifacts, "teacher", "Cat", "Cat")
    groups = [
        [name for name in first if name not in second],
        [name for name in second if name not in first],
        [name for name in first if name in second],
    ]
    assert listed(app) == [name for group in groups for name in group]
    counts = [
        f"Only with Student 3 without a teacher: {len(groups[0])}",
        f"Only with Teacher: {len(groups[1])}",
        f"With both: {len(groups[2])}",
    ]
    assert " · ".join(counts) in words(app)
    heads = [m.value for m in app.markdown if m.value.startswith(("**Only", "**With"))]
    assert heads == [f"**{count}**" for count, group in zip(counts, groups, strict=True) if group]
    # The fixture's scratch student misses cats that its teacher knows: the groups are not all the same thing.
    assert groups[1] and groups[2]
    # Both models' first three guesses below each.
    answers = [m.value for m in app.markdown if m.value.startswith(":small[")]
    assert len(answers) == 2 * len(listed(app))
    assert all(answer.count("%") == 3 for answer in answers)


def test_a_shared_address_opens_the_same_cell_of_the_difference(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, other="teacher", cell="Dog~Dog", side="difference", lang="de")
    assert headings(app)[-1] == "## Hund, erkannt"
    both = set(files_in_cell(artifacts, RUN, "Dog", "Dog")) & set(files_in_cell(artifacts, "teacher", "Dog", "Dog"))
    assert f"**Bei beiden: {len(both)}**" in words(app)


@pytest.mark.usefixtures("artifacts")
def test_a_side_that_needs_a_second_run_falls_back_without_it(open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, cell="Cat~Cat", side="difference")
    assert headings(app) == ["## Cat, recognised"]
    assert grid(app, "matrix-1")["chosen"] == "Cat~Cat"


@pytest.mark.usefixtures("artifacts")
def test_of_published_matrices_the_difference_states_both_counts(open_page: OpenPage) -> None:
    app = open_page("confusion", study="published", run="student3", other="teacher", cell="Cat~Cat", side="difference")
    texts = words(app)
    assert "Student 3: 283 pictures are in this cell." in texts
    stated = pd.read_csv(PUBLISHED_TEACHER, index_col=0).loc["Cat", "Cat"]
    assert f"Teacher: {stated} pictures are in this cell." in texts
    assert plain(written(app, "difference")["Cat~Cat"]) == f"{283 - stated:+d}"


def test_a_shared_address_opens_the_same_cell(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run=RUN, split="val", cell="Tiger~Tiger", lang="de")
    assert headings(app) == ["## Tiger, erkannt"]
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
    assert "Student 3: 283 pictures are in this cell." in words(app)
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
    # Alone, it has no other to differ from.
    assert grids(app) == ["1"]


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_a_sentence_and_no_matrix(open_page: OpenPage) -> None:
    app = open_page("confusion")
    assert any("make smoke" in info.value for info in app.info)
    assert not grids(app)
