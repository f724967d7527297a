"""Where a model looked, on the confusion and the live page: on demand, adding up, and a sentence where it cannot be."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from kd_core.data.load import find_picture, load_pixels
from kd_core.evaluation.classifier import Classifier
from tests.dashboard.artifacts_fixture import CLASSES, PLAN, SPEC, make_index, picture_colour, write_pictures
from tests.dashboard.test_confusion_page import files_in_cell
from tests.dashboard.tiny_model import tiny_head

OpenPage = Callable[..., AppTest]
RUN = "student3_distilled"
CELL = {"run": RUN, "cell": "Cat~Cat"}


@pytest.fixture
def shipped(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Artifacts whose runs all ship the tiny model and its head, and the test pictures."""
    for plan in PLAN:
        np.savez(shipped / "showcase" / plan.run / "head.npz", **tiny_head())
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    return shipped


def sums(app: AppTest) -> list[str]:
    """The captions that say how a logit comes about."""
    return [c.value for c in app.caption if "places add" in c.value]


def calm(app: AppTest) -> bool:
    return not app.exception and not app.error


def texts(app: AppTest) -> str:
    return "\n".join(element.value for element in (*app.text, *app.info))


def photo(name: str) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (90, 60), picture_colour("(3)", name)).save(buffer, "PNG")
    return buffer.getvalue()


def test_nothing_is_asked_before_the_switch_is_on(shipped: Path, open_page: OpenPage) -> None:
    # Nothing would be said about a model that cannot be loaded.
    (shipped / "showcase" / RUN / "model.tflite").write_bytes(b"TFL3 and nothing else")
    app = open_page("confusion", **CELL)
    assert calm(app)
    assert (sums(app), texts(app)) == ([], "")
    assert app.query_params["look"] == "0"
    app.toggle(key="pick.look").set_value(True).run()
    assert app.query_params["look"] == "1"
    assert "model.tflite cannot be loaded as a model" in texts(app)
    assert len(sums(app)) == 1


def test_both_models_show_where_they_looked_in_the_first_picture(
    shipped: Path, open_page: OpenPage, tmp_path: Path
) -> None:
    app = open_page("confusion", **CELL, look="1")
    files = files_in_cell(shipped, RUN, "Cat", "Cat")
    # A picture and a scale for each of two models, over the thumbnails.
    assert len(app.image) == 2 * 2 + len(files)
    assert app.query_params["look_at"] == files[0]

    file = find_picture(tmp_path / "photos", f"test/Cat/{files[0]}")
    assert file is not None
    answer = Classifier(shipped / "showcase" / RUN / "model.tflite", SPEC)(load_pixels(file, 64, 64))
    answered = CLASSES[int(answer.logits.argmax())]
    logit, bias = float(answer.logits.max()), float(tiny_head()["bias"][int(answer.logits.argmax())])
    assert [caption.split(" · ")[0] for caption in sums(app)] == [f"Run showcase/{RUN}", "Run showcase/teacher"]
    written = (f"{logit - bias:+.2f}, the constant {bias:+.2f}: logit {logit:+.2f}.").replace("-", "\u2212")
    assert f"{answered} · 4 × 4 places add {written}" in sums(app)[0]
    # The picture is of one colour: all places say the same, and the scale ends at what they say.
    end = f"{abs(logit - bias) / 16:.2f}"
    assert [c.value for c in app.caption if "for it" in c.value] == [f"+{end} for it"] * 2


def test_the_true_class_can_be_asked_for(shipped: Path, open_page: OpenPage) -> None:
    true, predicted = next((a, b) for a in CLASSES for b in CLASSES if a != b and files_in_cell(shipped, RUN, a, b))
    app = open_page("confusion", run=RUN, cell=f"{true}~{predicted}", look="1", look_for="true")
    assert [m.value for m in app.markdown if "for the true class" in m.value] == [
        f"**Student 3 distilled**  \nfor the true class, {true}",
        f"**Teacher**  \nfor the true class, {true}",
    ]
    assert all(f" · {true} · 4 × 4" in caption for caption in sums(app))


def test_another_cell_brings_its_own_picture_without_a_notice(shipped: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", **CELL, look="1")
    app.selectbox(key="cell.true").select("Dog").run()
    app.selectbox(key="cell.predicted").select("Dog").run()
    assert app.query_params["look_at"] == files_in_cell(shipped, RUN, "Dog", "Dog")[0]
    assert texts(app) == ""


def test_the_language_reaches_it(shipped: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", **CELL, look="1", lang="de")
    assert any("4 × 4 Stellen tragen" in c.value for c in app.caption)
    assert sum("für seine Antwort" in m.value for m in app.markdown) == 2


def test_an_int8_model_says_how_far_its_rounding_goes(shipped: Path, open_page: OpenPage) -> None:
    app = open_page("confusion", run="student3_int8", cell="Cat~Cat", look="1")
    # The tiny model itself is not rounded.
    assert "the model calculates in int8" in sums(app)[0]
    assert "0.00 logits apart" in sums(app)[0]
    assert "Approximate" not in sums(app)[1]


def draw_one(shift: float, top: float) -> None:
    """A script: the answer of a model whose logits are all ``shift`` higher and end at ``top``."""
    import numpy as np
    from PIL import Image

    from dashboard import context
    from dashboard.components.looked import show_look
    from dashboard.live import classify
    from kd_core.evaluation.classifier import Answer
    from tests.dashboard.tiny_model import tiny_head

    record, _ = context.record("showcase", "student3_int8")
    folder = context.store().folder("showcase", "student3_int8")
    head = tiny_head()
    np.savez(folder / "head.npz", **(head | {"bias": head["bias"] + shift}))
    photo = Image.new("RGB", (64, 64), (200, 40, 100))
    whole = classify(record, photo).answer
    limits = (-1000.0, float(whole.logits.max()) + shift + top)
    show_look(record, photo, Answer(np.clip(whole.logits + shift, *limits), whole.features, limits), "one")


@pytest.mark.usefixtures("shipped")
def test_what_int8_cut_off_is_told() -> None:
    app = AppTest.from_function(draw_one, kwargs={"shift": 0.0, "top": -1.25}, default_timeout=60).run()
    assert "In int8 a logit reaches no further: +1.25 of the sum was cut off." in sums(app)[0]
    app = AppTest.from_function(draw_one, kwargs={"shift": 0.0, "top": 1.0}, default_timeout=60).run()
    assert "cut off" not in sums(app)[0]


@pytest.mark.usefixtures("shipped")
def test_an_answer_below_zero_is_explained() -> None:
    app = AppTest.from_function(draw_one, kwargs={"shift": -500.0, "top": 1.0}, default_timeout=60).run()
    assert "It is still the answer" in sums(app)[0]
    app = AppTest.from_function(draw_one, kwargs={"shift": 0.0, "top": 1.0}, default_timeout=60).run()
    assert "It is still the answer" not in sums(app)[0]


def test_without_photos_the_models_cannot_be_asked(
    shipped: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    app = open_page("confusion", **CELL, look="1")
    assert calm(app)
    assert sums(app) == []
    assert "is not on this machine or cannot be read" in texts(app)


def test_a_damaged_photo_is_a_sentence(shipped: Path, open_page: OpenPage, tmp_path: Path) -> None:
    name = files_in_cell(shipped, RUN, "Cat", "Cat")[0]
    file = find_picture(tmp_path / "photos", f"test/Cat/{name}")
    assert file is not None
    file.write_bytes(b"no picture")
    app = open_page("confusion", **CELL, look="1")
    assert calm(app)
    assert "cannot be read" in texts(app)


def test_a_run_without_a_model_says_so(
    artifacts: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    app = open_page("confusion", **CELL, look="1")
    assert calm(app)
    assert [i.value for i in app.info] == [
        "Student 3 distilled ships without a model, so it cannot be asked where it looked.",
        "Teacher ships without a model, so it cannot be asked where it looked.",
    ]


def not_linear(folder: Path) -> str:
    (folder / "head.npz").unlink()
    layers = pd.read_csv(folder / "layers.csv")
    layers.loc[layers["name"] == "pool", "name"] = "features"
    hidden = layers.iloc[[-1]].assign(name="dense1")
    pd.concat([layers.iloc[:-1], hidden, layers.iloc[[-1]]]).to_csv(folder / "layers.csv", index=False)
    return "This network has hidden layers between its last map and its answer"


def missing(folder: Path) -> str:
    (folder / "head.npz").unlink()
    return f"{RUN}/head.npz is missing: restore it"


def truncated(folder: Path) -> str:
    (folder / "head.npz").write_bytes((folder / "head.npz").read_bytes()[:200])
    return f"{RUN}/head.npz cannot be read"


def foreign(folder: Path) -> str:
    head = tiny_head()
    np.savez(folder / "head.npz", **(head | {"bias": head["bias"][::-1]}))
    return f"{RUN}/head.npz: The head makes logits that are up to"


def of_other_size(folder: Path) -> str:
    head = tiny_head()
    np.savez(folder / "head.npz", **(head | {"kernel": np.repeat(head["kernel"], 2, axis=2)}))
    return "The head is for maps and classes 1 x 1 x 6 x 15, the network has 4 x 4 x 3 x 15"


@pytest.mark.parametrize("break_it", [not_linear, missing, truncated, foreign, of_other_size])
@pytest.mark.parametrize("page", ["confusion", "live"])
def test_what_cannot_be_drawn_is_a_sentence_and_the_teacher_is_drawn(
    shipped: Path, open_page: OpenPage, break_it: Callable[[Path], str], page: str
) -> None:
    sentence = break_it(shipped / "showcase" / RUN)
    query = CELL if page == "confusion" else {"source": "sample", "models": f"teacher,{RUN}"}
    app = open_page(page, **query, look="1")
    assert calm(app)
    assert sentence in texts(app)
    assert [caption.split(" · ")[0] for caption in sums(app)] == ["Run showcase/teacher"]


def test_live_it_stands_below_every_answer(shipped: Path, open_page: OpenPage) -> None:
    app = open_page("live")
    app.get("file_uploader")[0].upload("photo.png", photo("Panda"), "image/png")
    app.run()
    assert (len(app.image), sums(app)) == (1, [])
    app.toggle(key="pick.look").set_value(True).run()
    # The picture stays, and each of three models has an overlay and a scale.
    assert len(app.image) == 1 + 2 * 3
    assert len(sums(app)) == 3
    assert all(" · Panda · 4 × 4 places" in caption for caption in sums(app))
    assert app.query_params["look"] == "1"


@pytest.mark.parametrize("page", ["confusion", "live"])
@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_the_switch_changes_nothing(open_page: OpenPage, page: str) -> None:
    assert calm(open_page(page, look="1"))


@pytest.mark.parametrize("page", ["confusion", "live"])
@pytest.mark.usefixtures("damaged_artifacts")
def test_damaged_artifacts_stay_sentences(open_page: OpenPage, page: str) -> None:
    assert calm(open_page(page, look="1", run=RUN))


@pytest.mark.usefixtures("artifacts")
def test_published_matrices_have_no_pictures_to_ask_about(open_page: OpenPage) -> None:
    app = open_page("confusion", study="published", run="student3", cell="Cat~Cat", look="1")
    assert calm(app)
    assert "pick.look" not in [toggle.key for toggle in app.toggle]
