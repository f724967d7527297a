"""The page of suspicious labels: found, not looked for, damaged, outdated, with and without photos."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.tables.suspects import pair_counts
from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import make_index, write_pictures
from tests.dashboard.reading import plain, traces, words
from tests.suspects_made import ROWS, make_suspects

OpenPage = Callable[..., AppTest]


@pytest.fixture
def looked(artifacts: Path) -> Path:
    """The full artifacts, whose labels somebody has looked at."""
    ArtifactStore(artifacts).write_suspects(make_suspects())
    return artifacts


def listed(app: AppTest) -> list[str]:
    return [c.value.replace("\\", "") for c in app.caption if ".jpeg" in c.value]


def names(*rows: int) -> list[str]:
    titles = {"train": "Train", "val": "Val", "test": "Test"}
    return [f"{ROWS[i][1]}-{titles[ROWS[i][0]]} ({ROWS[i][2]}).jpeg" for i in rows]


@pytest.mark.usefixtures("looked")
def test_suspects_are_ranked_with_both_labels_and_probabilities(open_page: OpenPage) -> None:
    app = open_page("suspects")
    assert [plain(m.value) for m in app.metric] == ["190", "7", "4", "1", "2"]
    assert plain(app.metric[1].delta) == "3.7 % of 190"
    assert listed(app) == names(0, 1, 2, 3, 4)
    cards = [plain(m.value) for m in app.markdown if m.value.startswith(":small[")]
    assert cards[:3] == [
        ":small[Given label]  \n:small[**Cat** < 0.1 %]",
        ":small[Suggested]  \n:small[**Dog** 98.0 %]",
        ":small[Training]",
    ]
    assert catalogue("en")["suspects.capped"].format(n="5", all="7") in words(app)
    assert catalogue("en")["suspects.no_proof"] in words(app)
    assert "n = 5 pictures" in words(app)
    assert "efficientnet-lite0, 224 px" in words(app)


@pytest.mark.usefixtures("looked")
def test_split_and_given_label_choose_and_live_in_the_address(open_page: OpenPage) -> None:
    app = open_page("suspects", audited="train")
    assert listed(app) == names(0, 2)
    app = open_page("suspects", given="Mouse")
    assert listed(app) == names(3)
    app.selectbox(key="pick.given").select("Dog").run()
    assert listed(app) == names(4)
    assert app.query_params["given"] in ("Dog", ["Dog"])
    nothing = open_page("suspects", given="Mouse", audited="test")
    assert catalogue("en")["suspects.none_here"] in words(nothing)
    assert not listed(nothing)


@pytest.mark.usefixtures("looked")
def test_pairs_of_given_and_suggested_are_drawn_most_frequent_first(open_page: OpenPage) -> None:
    (bars,) = traces(open_page("suspects"), "suspects.pairs")
    assert bars["y"] == ["Cat → Dog", "Cow → Zebra", "Dog → Cat", "Mouse → Cat"]
    assert list(bars["x"]) == [2, 1, 1, 1]
    assert pair_counts(make_suspects().frame, 2)["count"].tolist() == [2, 1]


@pytest.mark.usefixtures("looked")
def test_it_speaks_german(open_page: OpenPage) -> None:
    app = open_page("suspects", lang="de")
    assert app.title[0].value == "Verdächtige Labels"
    cards = [plain(m.value) for m in app.markdown if m.value.startswith(":small[")]
    assert cards[1] == ":small[Vorschlag]  \n:small[**Hund** 98,0 %]"
    assert "Ein Verdacht ist kein Beweis" in words(app)


@pytest.mark.usefixtures("looked")
def test_pictures_stand_on_the_cards_and_without_them_names_and_how_to_get_them(
    open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = open_page("suspects")
    assert catalogue("en")["gallery.no_photos"] in [info.value for info in without.info]
    assert not without.image
    photos = write_pictures(tmp_path / "photos", make_index(), ("train", "val", "test"))
    monkeypatch.setenv("KD_DATA_DIR", str(photos))
    app = open_page("suspects")
    assert len(app.image) == 5
    assert [info.value for info in app.info] == [catalogue("en")["suspects.no_proof"]]


@pytest.mark.usefixtures("artifacts")
def test_where_nobody_has_looked_the_command_is_named(open_page: OpenPage) -> None:
    assert "`python -m kd_core data suspects showcase`" in words(open_page("suspects"))
    stated = open_page("suspects", study="published")
    assert "list no pictures" in words(stated)
    assert "python -m" not in words(stated)


def test_a_set_without_doubts_says_so(artifacts: Path, open_page: OpenPage) -> None:
    ArtifactStore(artifacts).write_suspects(make_suspects(pictures=(), flagged={}))
    app = open_page("suspects")
    assert catalogue("en")["suspects.nothing"] in words(app)
    assert not app.get("plotly_chart")


def test_other_data_than_the_runs_had_is_told(artifacts: Path, open_page: OpenPage) -> None:
    ArtifactStore(artifacts).write_suspects(make_suspects(fingerprint="a" * 64))
    app = open_page("suspects")
    assert catalogue("en")["suspects.other_data"].format(name="showcase") in words(app)
    assert listed(app)


def test_a_damaged_file_is_named(looked: Path, open_page: OpenPage) -> None:
    path = ArtifactStore(looked).suspects_path("showcase")
    path.write_bytes(b"PAR1 and nothing else")
    app = open_page("suspects")
    assert str(path) in words(app)
    assert not app.error
    assert not listed(app)


@pytest.mark.usefixtures("damaged_artifacts")
def test_damaged_runs_do_no_harm(open_page: OpenPage) -> None:
    assert "data suspects showcase" in words(open_page("suspects"))


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_it_is_a_sentence(open_page: OpenPage) -> None:
    assert any("no results to show yet" in info.value for info in open_page("suspects").info)
