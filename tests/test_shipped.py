"""What ships is whole, small enough, and still answers as it is stored; README's example is a study."""

import hashlib
import os
import textwrap
import tomllib
from pathlib import Path

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.frame import TRAINED, fingerprint, learned
from kd_core.data.load import find_picture, load_pixels
from kd_core.data.synthetic import draw
from kd_core.evaluation.activation import attribute, has_linear_head
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.metrics import accuracy, log_loss
from kd_core.models.of_run import network_of
from kd_core.paths import PROJECT
from kd_core.settings import Cluster, Distill, Prune, Scratch, Training
from kd_core.standing import standing
from kd_core.study import load_study, parse_study, settings_of
from kd_core.training.weights import load_weights

STORE = ArtifactStore(PROJECT / "artifacts")
SHOWCASE = load_study("showcase")
STUDIES = ("showcase", "ablation", "paper", "paper-leakfree")
# A study may ship before its last run is trained, but not the showcase.
SHIPPED = [(study, run) for study in STUDIES for run in load_study(study).runs if STORE.folder(study, run).is_dir()]
WITH_MODEL = [(study, run) for study, run in SHIPPED if (STORE.folder(study, run) / "model.tflite").is_file()]
EACH_RUN = pytest.mark.parametrize(("study", "run"), SHIPPED)
EACH_MODEL = pytest.mark.parametrize(("study", "run"), WITH_MODEL)
# Deployed in the arithmetic that their Keras network has: what rounds to float16 or int8 agrees less closely.
FLOAT32 = [
    name
    for name, run in SHOWCASE.runs.items()
    if isinstance(run, Scratch | Distill | Prune | Cluster)
    and getattr(run, "deploy", "float32") == "float32"
    and getattr(run, "keep", "everything") == "everything"
]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> list[Path]:
    """500 test pictures: the photos of KD_DATA_DIR where they are, else generated ones."""
    data = Path(os.environ.get("KD_DATA_DIR") or PROJECT / "data" / "animals15")
    paths = STORE.predictions("showcase", "teacher").of("test").path
    chosen = np.random.default_rng(0).choice(paths, 500, replace=False)
    files = [file for file in (find_picture(data, path) for path in chosen) if file is not None]
    if len(files) < 500:
        folder = tmp_path_factory.mktemp("generated") / "set"
        draw(folder, per_split={"train": 1, "val": 1, "test": 34}, size=64, seed=0)
        files = sorted((folder / "test").rglob("*.png"))[:500]
    assert len(files) == 500
    return files


@EACH_RUN
def test_every_shipped_run_is_complete(study, run):
    found = standing(load_study(study), STORE, run)
    assert (found.condition, found.sentence) == ("complete", "")
    model = STORE.folder(study, run) / "model.tflite"
    assert model.is_file() == (found.record.model.file is not None)
    if model.is_file():
        assert hashlib.sha256(model.read_bytes()).hexdigest() == found.record.model.sha256
    predictions = STORE.predictions(study, run)
    assert (len(predictions.of("val")), len(predictions.of("test"))) == (2000, 2406)
    assert set(predictions.path) <= set(STORE.index(study)["path"])


def test_the_showcase_is_whole_and_all_of_it_can_be_deployed():
    deployed = {name for name, run in SHOWCASE.runs.items() if getattr(run, "keep", "everything") == "everything"}
    assert {run for study, run in WITH_MODEL if study == "showcase"} == deployed
    assert {run for study, run in SHIPPED if study == "showcase"} == set(SHOWCASE.runs)


def test_the_figures_that_the_showcase_stands_for():
    answers = {run: STORE.predictions("showcase", run).of("test") for run in SHOWCASE.runs}
    test = {run: accuracy(of_run) for run, of_run in answers.items()}
    assert test["teacher"] >= 0.935
    assert log_loss(answers["teacher"]) <= 0.27
    assert test["teacher"] - test["teacher-int8"] <= 0.005
    assert test["student3-distilled"] >= 0.78
    assert test["student3-distilled"] - test["student3-scratch"] >= 0.01
    assert abs(test["student3-int8"] - test["student3-distilled"]) <= 0.005
    assert test["student2-int8"] > 0.5654
    assert test["student5-int8"] >= 0.81
    assert test["student5-distilled"] - test["student5-int8"] <= 0.006
    assert STORE.model_path("showcase", "student5-int8").stat().st_size < 500_000


def test_the_showcase_never_saw_a_copy_of_what_it_is_measured_on():
    index = STORE.index("showcase")
    assert (index["used"] == TRAINED).sum() == 28_475
    assert not learned(index)[index["split"] != "train"].any()


def test_what_ships_is_small_and_holds_no_picture():
    files = [file for file in STORE.root.rglob("*") if file.is_file()]
    # Three studies leave the same pictures out; git keeps equal files once.
    sizes = {hashlib.sha256(file.read_bytes()).digest(): file.stat().st_size for file in files}
    assert sum(sizes.values()) < 80e6
    assert {file.suffix for file in files} <= {".json", ".csv", ".parquet", ".tflite", ".npz"}


def _trained(run: str) -> Training:
    """The settings that a run's network was built from: its own, or an ancestor's."""
    settings = settings_of(STORE.run("showcase", run).config)
    return settings if isinstance(settings, Training) else _trained(settings.parent)


@pytest.mark.parametrize("run", FLOAT32)
def test_float32_models_agree_with_their_keras_networks(run, pictures):
    record = STORE.run("showcase", run)
    network = network_of(_trained(run), 15)
    load_weights(STORE.folder("showcase", run) / "weights.npz", network)
    classifier = Classifier(STORE.model_path("showcase", run), record.input)
    size = record.input.height
    pixels = np.stack([load_pixels(file, size, size) for file in pictures])
    inputs = pixels.astype(np.float32) * np.float32(record.input.scale) + np.float32(record.input.offset)
    expected = np.concatenate([network(part, training=False).numpy() for part in np.array_split(inputs, 5)])
    answers = np.stack([classifier(picture).logits for picture in pixels])
    np.testing.assert_allclose(answers, expected, atol=1e-4, rtol=0)


@EACH_MODEL
def test_models_answer_for_these_photos_as_stored(study, run):
    data = Path(os.environ.get("KD_DATA_DIR") or PROJECT / "data" / "animals15")
    index = STORE.index(study).set_index("path")
    stored = STORE.predictions(study, run).of("test")
    record = STORE.run(study, run)
    classifier = Classifier(STORE.model_path(study, run), record.input)
    compared = 0
    for number in range(0, len(stored), 40):
        file = find_picture(data, stored.path[number])
        # Another copy of the data set (other sizes) has other pixels: nothing is promised for those.
        if file is None or hashlib.sha256(file.read_bytes()).hexdigest() != index.loc[stored.path[number], "sha256"]:
            continue
        answer = classifier(load_pixels(file, record.input.height, record.input.width)).logits
        # int8 rounds each sum: another processor may differ by one step of its output scale.
        step = 0.0 if record.model.precision != "int8" else float(np.diff(np.unique(stored.logits)).min())
        np.testing.assert_allclose(answer, stored.logits[number], atol=1e-4 + step)
        compared += 1
    photos_are_here = data.is_dir() and os.environ.get("KD_DATA_DIR")
    assert compared == 61 or not photos_are_here


@EACH_MODEL
def test_heads_explain_the_logits_of_the_models_beside_them(study, run, pictures):
    record = STORE.run(study, run)
    if not has_linear_head(STORE.layers(study, run)):
        assert record.network == "student2"
        return
    head = STORE.head(study, run)
    classifier = Classifier(STORE.model_path(study, run), record.input)
    for file in pictures[:20]:
        answer = classifier(load_pixels(file, record.input.height, record.input.width))
        best = int(answer.logits.argmax())
        low, high = answer.limits
        # int8: half a step of the output, and what the rounded weights and the rounded mean of a teacher's map add.
        rounding = 1.5 * (high - low) / 255 if record.model.precision == "int8" else 1e-4
        found = attribute(answer, head, best)
        assert abs(found.difference) < rounding
        assert found.excess == 0 or answer.logits[best] == pytest.approx(high)


def test_the_shipped_robustness_is_of_all_test_pictures_and_relative_to_the_teacher():
    found = STORE.robustness("showcase")
    assert (found.n, found.reference, found.unreadable, found.foreign) == (2406, "teacher", 0, 0)
    assert found.fingerprint == fingerprint(STORE.index("showcase"))
    for run, measured in found.runs.items():
        assert measured.model_sha256 == STORE.run("showcase", run).model.sha256
        assert (measured.relative is None) == (run == "teacher")


def test_shipped_suspects_are_of_the_shipped_index():
    found, index = STORE.suspects("showcase"), STORE.index("showcase")
    assert found.fingerprint == fingerprint(index)
    assert found.audited == {
        split: part["label"].value_counts().to_dict() for split, part in index.groupby("split", sort=False)
    }
    listed = index.set_index("path").loc[found.frame["path"]]
    assert listed["label"].tolist() == found.frame["label"].tolist()
    assert listed["split"].tolist() == found.frame["split"].tolist()
    teacher = SHOWCASE.runs[found.teacher]
    assert (found.network, found.input_size) == (teacher.network, teacher.input_size)
    assert STORE.suspects_path("showcase").stat().st_size < 100_000


def test_readmes_example_is_a_study():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    block = text[text.index("    [runs.teacher]") :]
    block = block[: block.index("\n\nEvery distilled student")]
    parsed = parse_study(tomllib.loads(textwrap.dedent(block)), "readme", "README.md")
    assert list(parsed.runs) == ["teacher", "student3-scratch", "student3-distilled", "student3-int8"]
