"""What runs were made with, side by side: the table, and where it stands."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.tables.configurations import configurations, differing
from dashboard.text import catalogue
from tests.dashboard.reading import table, words

OpenPage = Callable[..., AppTest]
EN = catalogue("en")

TRAINED = {"stage": "distill", "learning_rate": 0.002, "flip": True, "augmentation": {"views": 12, "area": 0.5}}
PRUNED = {"stage": "prune", "learning_rate": 0.002, "flip": False, "layers": {}, "exclude": ["stem", "logits"]}


def rows(frame: pd.DataFrame) -> dict[str, list[str | None]]:
    return {row[0]: [None if pd.isna(value) else value for value in row[1:]] for row in frame.values.tolist()}


def test_settings_stand_side_by_side_as_a_study_writes_them() -> None:
    assert rows(configurations([TRAINED, PRUNED])) == {
        "stage": ["distill", "prune"],
        "learning_rate": ["0.002", "0.002"],
        "flip": ["true", "false"],
        "augmentation.views": ["12", None],
        "augmentation.area": ["0.5", None],
        "layers": [None, "{}"],
        "exclude": [None, "[stem, logits]"],
    }


def test_only_what_differs_is_left_and_a_setting_that_is_missing_differs() -> None:
    found = rows(differing(configurations([TRAINED, PRUNED])))
    assert list(found) == ["stage", "flip", "augmentation.views", "augmentation.area", "layers", "exclude"]
    assert differing(configurations([TRAINED, TRAINED])).empty
    # One number written in two ways is one setting.
    assert differing(configurations([{"alpha": 1.0}, {"alpha": 1}])).empty


def test_a_run_stands_beside_its_twin_with_only_what_differs(artifacts: Path, open_page: OpenPage) -> None:
    set_config(artifacts, "student3_distilled", temperature=9.0, augmentation={"views": 12})
    app = open_page("models", run="student3_distilled")
    shown = table(app, EN["models.settings_name"])
    assert list(shown.columns) == ["Setting", "Student 3 distilled", "Student 3 without a teacher"]
    assert shown.iloc[:, :2].values.tolist() == [["temperature", "9"], ["augmentation.views", "12"]]
    assert shown.iloc[0, 2] == "4" and pd.isna(shown.iloc[1, 2])
    assert "2 of 5 settings" in words(app)
    app.toggle(key="pick.differences").set_value(False).run()
    assert table(app, EN["models.settings_name"])["Setting"].tolist() == [
        "network", "epochs", "alpha", "temperature", "augmentation.views",
    ]  # fmt: skip


@pytest.mark.usefixtures("artifacts")
def test_equal_settings_are_a_sentence_and_alone_all_are_shown(open_page: OpenPage) -> None:
    app = open_page("models", run="student3_distilled")
    assert EN["models.settings_equal"] in words(app)
    alone = open_page("models", run="student3_distilled", configs="")
    assert table(alone, EN["models.settings_name"])["Student 3 distilled"].tolist() == [
        "student3", "12", "0.1", "4",
    ]  # fmt: skip
    assert not [toggle for toggle in alone.toggle if toggle.key == "pick.differences"]


@pytest.mark.usefixtures("artifacts")
def test_another_run_brings_its_own_relatives(open_page: OpenPage) -> None:
    app = open_page("models", run="student3_distilled")
    assert app.query_params["configs"] == "student3_scratch"
    app.selectbox(key="pick.run").select("student3_int8").run()
    assert app.query_params["configs"] == "student3_distilled"


@pytest.mark.usefixtures("artifacts")
def test_a_run_without_settings_has_no_table_of_them(open_page: OpenPage) -> None:
    for query in ({"run": "teacher"}, {"study": "published", "run": "student3"}):
        assert EN["models.settings_title"] not in words(open_page("models", **query))


def set_config(artifacts: Path, run: str, **settings: object) -> None:
    file = artifacts / "showcase" / run / "run.json"
    record = json.loads(file.read_text())
    record["config"] |= settings
    file.write_text(json.dumps(record))
