"""The whole measurement with real models: its figures, what it leaves out, and that it goes on where it stopped."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from kd_core.artifacts import ArtifactError, ArtifactStore, Robustness
from kd_core.data.load import decode, find_picture, squash
from kd_core.evaluation import corrupted_answers
from kd_core.evaluation.classifier import Classifier, softmax
from kd_core.evaluation.corrupted_answers import CELLS
from kd_core.evaluation.corruptions import CORRUPTIONS, corrupt
from kd_core.evaluation.degradation import relative_area
from kd_core.evaluation.robustness import measure_robustness
from kd_core.progress import Silent
from tests.conftest import Listening
from tests.dashboard.artifacts_fixture import CLASSES, SPEC, make_index, write_artifacts, write_pictures
from tests.dashboard.tiny_model import tiny_model

STUDENTS = ("student3_scratch", "student3_distilled")


class Counting(Classifier):
    """A model that counts how often any of its kind was asked."""

    asked = 0

    def __call__(self, pixels: np.ndarray):
        Counting.asked += 1
        return super().__call__(pixels)


class Interrupting(Silent):
    """Stops like Ctrl-C after so many pictures."""

    def __init__(self, after: int) -> None:
        self.after = after

    @contextmanager
    def task(self, label: str, total: int) -> Iterator:
        def advance(steps: int = 1, note: str = "") -> None:
            if label == "Corrupted pictures":
                self.after -= steps
                if self.after < 0:
                    raise KeyboardInterrupt

        yield advance


@pytest.fixture(scope="module")
def model() -> bytes:
    return tiny_model()


@pytest.fixture
def store(tmp_path: Path, model: bytes, monkeypatch: pytest.MonkeyPatch) -> ArtifactStore:
    """A teacher and two students with the same real model, and 150 test pictures."""
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts", model=model))
    for record in store.runs("showcase")[0]:
        file = store.folder("showcase", record.run) / "run.json"
        raw = json.loads(file.read_text())
        raw["model"]["sha256"] = hashlib.sha256(model).hexdigest()
        if record.run not in ("teacher", *STUDENTS):
            raw["model"]["file"] = None
        file.write_text(json.dumps(raw))
    write_pictures(tmp_path / "photos", make_index())
    monkeypatch.setattr(corrupted_answers, "Classifier", Counting)
    Counting.asked = 0
    return store


def measure(store: ArtifactStore, **options) -> Robustness:
    folder = store.root.parent
    settings = {"per_class": 1, "progress": Silent()} | options
    return measure_robustness(store, "showcase", folder / "photos", folder / "cache", **settings)


def change(store: ArtifactStore, run: str, byte: bytes = b"\0") -> None:
    """Give a run another model: the same network in another file."""
    file = store.folder("showcase", run) / "model.tflite"
    file.write_bytes(file.read_bytes() + byte)
    record = file.with_name("run.json")
    raw = json.loads(record.read_text())
    raw["model"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    record.write_text(json.dumps(raw))


def test_every_figure_against_the_model_asked_by_hand(store, model):
    found = measure(store, seed=3)
    assert (found.n, found.per_class, found.seed, found.reference) == (15, 1, 3, "teacher")
    assert (found.unreadable, found.foreign) == (0, 15)
    assert list(found.runs) == ["teacher", *STUDENTS]

    index = store.index("showcase")
    rows = index[(index["split"] == "test") & ~index["leaked"]]
    drawn = rows.sample(frac=1, random_state=3).groupby("label").head(1)["path"]
    photos = store.root.parent / "photos"
    asked = Classifier(store.model_path("showcase", "teacher"), SPEC)
    for name in CORRUPTIONS:
        for severity in (0, 2, 5):
            correct, loss = 0, []
            for path in drawn:
                label = CLASSES.index(path.split("/")[1])
                image = corrupt(decode(find_picture(photos, path)), name, severity, 3)
                logits = asked(squash(image, 64, 64)).logits
                correct += logits.argmax() == label
                loss.append(-np.log(softmax(logits)[label]))
            curve = found.runs["teacher"].curves[name]
            assert curve.correct[severity] == correct
            assert curve.loss[severity] == pytest.approx(np.mean(loss), rel=1e-6)
    # Light moves the mean colour by which these models tell the classes apart, so that there is something to measure.
    assert found.accuracy("teacher", "brightness")[5] < found.accuracy("teacher", "brightness")[0] == 1

    own = np.array([found.accuracy("student3_scratch", name) for name in CORRUPTIONS])
    relative = found.runs["student3_scratch"].relative
    assert relative.value == pytest.approx(relative_area(own, own))
    assert (relative.low, relative.high, relative.p_value) == (1, 1, 1)
    assert found.runs["teacher"].relative is None
    assert store.robustness("showcase") is None
    assert store.write_robustness(found) == store.root / "showcase" / "robustness.json"
    assert store.robustness("showcase") == found


def test_a_repeat_asks_no_model_and_gives_the_same(store):
    first = measure(store)
    pictures = 15 * len(CELLS)
    assert Counting.asked == 3 * pictures
    again = measure(store)
    assert Counting.asked == 3 * pictures
    assert again.runs == first.runs


def test_after_an_interruption_only_what_is_missing_is_asked(store):
    whole = measure(store, seed=1)
    Counting.asked = 0
    for file in (store.root.parent / "cache").rglob("*.npz"):
        file.unlink()

    # In the middle of the eleventh cell.
    with pytest.raises(KeyboardInterrupt):
        measure(store, seed=1, progress=Interrupting(15 * 10 + 7))
    Counting.asked = 0
    assert measure(store, seed=1).runs == whole.runs
    assert Counting.asked == 3 * 15 * (len(CELLS) - 10)


def test_more_pictures_ask_for_the_new_ones_only_and_a_new_model_for_itself_only(store):
    measure(store, only=["student3_scratch"])
    Counting.asked = 0
    found = measure(store, only=["student3_scratch"], per_class=2)
    assert list(found.runs) == ["teacher", "student3_scratch"]
    assert (found.n, Counting.asked) == (30, 2 * 15 * len(CELLS))

    change(store, "student3_scratch")
    Counting.asked = 0
    newer = measure(store, only=["student3_scratch"], per_class=2)
    assert Counting.asked == 30 * len(CELLS)
    assert newer.comparable(found)
    assert found.stale({run: figures.model_sha256 for run, figures in newer.runs.items()}) == ["student3_scratch"]
    assert newer.stale({"teacher": newer.runs["teacher"].model_sha256}) == []


def test_another_seed_other_pictures_and_another_teacher_are_not_comparable(store):
    found = measure(store)
    assert not found.comparable(measure(store, seed=1))
    assert not found.comparable(measure(store, per_class=2))
    change(store, "teacher")
    assert not found.comparable(measure(store))


def test_a_damaged_cache_is_made_again(store):
    first = measure(store)
    file = next((store.root.parent / "cache").rglob("noise-3-*.npz"))
    file.write_bytes(file.read_bytes()[:100])
    Counting.asked = 0
    assert measure(store).runs == first.runs
    assert Counting.asked == 3 * 15


def test_what_cannot_be_measured_is_told_and_left_out(store):
    (store.folder("showcase", "student3_scratch") / "model.tflite").write_bytes(b"TFL3")
    (store.folder("showcase", "student3_int8") / "run.json").write_text("{")
    other = store.folder("showcase", "student3_distilled") / "model.tflite"
    other.write_bytes(other.read_bytes() + b"\0")
    photos = store.root.parent / "photos" / "Testing Data"
    for picture in (photos / "Cat").iterdir():
        picture.write_bytes(b"not a picture")
    progress = Listening()
    found = measure(store, progress=progress)
    said = "\n".join(progress.said)
    assert list(found.runs) == ["teacher"]
    assert "student3_scratch/model.tflite cannot be loaded as a model" in said
    assert "student3_distilled/model.tflite is not the model that its run.json names" in said
    assert "student3_int8/run.json cannot be read" in said
    assert "Left out[/]: 1 of 15 pictures are missing" in said
    assert (found.n, found.unreadable) == (14, 1)


def test_a_run_that_is_asked_for_by_name_and_ships_no_model_is_told(store):
    progress = Listening()
    found = measure(store, only=["student3_qat"], progress=progress)
    assert list(found.runs) == ["teacher"]
    assert any("student3_qat ships without a model" in line for line in progress.said)


def test_a_run_with_other_classes_is_told_and_left_out(store):
    file = store.folder("showcase", "student3_scratch") / "run.json"
    raw = json.loads(file.read_text())
    raw["classes"].reverse()
    file.write_text(json.dumps(raw))
    progress = Listening()
    assert list(measure(store, progress=progress).runs) == ["teacher", "student3_distilled"]
    assert any("student3_scratch tells other classes apart" in line for line in progress.said)


def test_the_teacher_may_be_another_studys(store):
    for run in STUDENTS:
        target = store.root / "paper" / run
        target.parent.mkdir(exist_ok=True)
        store.folder("showcase", run).rename(target)
        raw = json.loads((target / "run.json").read_text()) | {"study": "paper", "teacher": "showcase/teacher"}
        (target / "run.json").write_text(json.dumps(raw))
    store.index("showcase").to_parquet(store.root / "paper" / "data.parquet")
    folder = store.root.parent
    found = measure_robustness(store, "paper", folder / "photos", folder / "cache", per_class=1, progress=Silent())
    assert found.reference == "showcase/teacher"
    assert list(found.runs) == ["showcase/teacher", *STUDENTS]


def test_of_a_line_of_teachers_the_last_is_the_reference(store):
    def changed(folder: str, /, **fields) -> None:
        file = store.folder("showcase", folder) / "run.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | fields))

    # The teacher went on from another, which ships no model, and its int8 form answered for it.
    shutil.copytree(store.folder("showcase", "teacher"), store.folder("showcase", "begun"))
    model = store.run("showcase", "teacher").model.model_dump() | {"file": None}
    changed("begun", run="begun", started="2020-01-01T00:00:00Z", model=model)
    changed("teacher", config=store.run("showcase", "teacher").config | {"start": "begun"})
    for record in store.runs("showcase")[0]:
        if record.teacher:
            changed(record.run, teacher="teacher_int8")
    found = measure(store)
    assert found.reference == "teacher"
    assert [run for run, measured in found.runs.items() if measured.relative is None] == ["teacher"]


def test_without_models_or_pictures_it_is_a_sentence(store):
    with pytest.raises(ArtifactError, match=r"No test picture can be read in nowhere: fetch them with `make data`"):
        measure_robustness(store, "showcase", Path("nowhere"), store.root, per_class=1, progress=Silent())
    with pytest.raises(ArtifactError, match="The study published has no run with a model to measure"):
        measure_robustness(store, "published", Path("nowhere"), store.root, progress=Silent())
