"""A whole study of seconds: made once, skipped when up to date, resumed, replaced when asked for, and never half."""

import hashlib
import json
import shutil

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.recheck import recheck
from kd_core.models.of_run import network_of
from kd_core.progress import Silent
from kd_core.stages import run_study
from kd_core.standing import selected, standing
from kd_core.study import StudyError
from kd_core.training.restored import RestoreError, restored
from kd_core.training.weights import load_weights
from tests.conftest import Listening, tiny_study


def test_every_run_is_complete_and_says_what_it_was_made_from(tiny_made):
    records = {record.run: record for record in tiny_made.store.runs("tiny")[0]}
    assert set(records) == {"teacher", "scratch", "distilled", "int8"}
    distilled = records["distilled"]
    assert (distilled.teacher, distilled.twin, distilled.parent) == ("teacher", "scratch", None)
    assert records["int8"].parent == "distilled"
    assert distilled.config["alpha"] == 0.5
    assert distilled.config["scale_by_t2"] is False
    assert distilled.parameters.total == 675_343
    assert records["int8"].parameters.total == 675_343
    assert distilled.data.splits == {"train": 120, "val": 30, "test": 30}
    assert distilled.data.fingerprint == tiny_made.index.fingerprint
    assert records["teacher"].model.precision == "float16"
    assert records["int8"].model.size_bytes < distilled.model.size_bytes / 3
    assert all(standing(tiny_made.study, tiny_made.store, run).condition == "complete" for run in tiny_made.study.runs)


def test_history_layers_and_predictions_fit_the_record(tiny_made):
    store = tiny_made.store
    record = store.run("tiny", "distilled")
    history = store.history("tiny", "distilled")
    assert len(history) == 2
    assert (
        history["val_accuracy"][record.selection.epoch - 1] == record.selection.value == history["val_accuracy"].max()
    )
    assert history["distillation_loss"].notna().all()
    assert store.history("tiny", "scratch")["distillation_loss"].isna().all()
    assert store.history("tiny", "int8").empty
    layers = store.layers("tiny", "distilled")
    assert layers["parameters"].sum() == record.parameters.total
    assert layers["macs"].sum() == record.macs
    predictions = store.predictions("tiny", "distilled")
    assert (len(predictions.of("val")), len(predictions.of("test"))) == (30, 30)
    assert predictions.logits.dtype == np.float32
    assert len(store.index("tiny")) == 180


def test_the_deployed_model_answers_as_its_keras_network_and_as_stored(tiny_made):
    store = tiny_made.store
    record = store.run("tiny", "distilled")
    network = network_of(tiny_made.study.runs["distilled"], 15)
    load_weights(store.folder("tiny", "distilled") / "weights.npz", network)
    classifier = Classifier(store.model_path("tiny", "distilled"), record.input)
    stored = store.predictions("tiny", "distilled")
    from kd_core.data.load import load_pixels

    head = store.head("tiny", "distilled")
    for path, logits in list(zip(stored.path, stored.logits, strict=True))[:20]:
        pixels = load_pixels(tiny_made.index.file(path), 32, 32)
        answer = classifier(pixels)
        np.testing.assert_array_equal(answer.logits, logits)
        inputs = pixels[np.newaxis].astype(np.float32) / 127.5 - 1
        np.testing.assert_allclose(network(inputs).numpy()[0], logits, atol=1e-4)
        assert answer.features.shape == (4, 4, 512)
        rebuilt = np.einsum("hwc,hwck->k", answer.features, head["kernel"]) + head["bias"]
        np.testing.assert_allclose(rebuilt, logits, atol=1e-4)


def test_int8_is_integer_throughout_and_agrees_with_its_parent(tiny_made):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(tiny_made.store.model_path("tiny", "int8")))
    interpreter.allocate_tensors()
    # int32 are the biases; the empty ones are shapes that the converter leaves behind.
    kinds = {np.dtype(t["dtype"]).name for t in interpreter.get_tensor_details() if np.prod(t["shape"]) > 0}
    assert kinds <= {"int8", "int32"}
    convolution = [t for t in interpreter.get_tensor_details() if t["shape"].tolist() == [64, 7, 7, 3]]
    assert len(convolution[0]["quantization_parameters"]["scales"]) == 64
    parent, variant = (tiny_made.store.predictions("tiny", run) for run in ("distilled", "int8"))
    assert np.abs(parent.logits - variant.logits).max() < 0.15 * np.ptp(parent.logits)


def test_a_second_call_does_no_work(tiny_made):
    before = {path: path.stat().st_mtime_ns for path in tiny_made.store.root.rglob("*") if path.is_file()}
    listening = Listening()
    again = type(tiny_made)(tiny_made.study, tiny_made.index, tiny_made.store, tiny_made.cache, listening)
    assert run_study(again, list(tiny_made.study.runs)) == []
    assert {path: path.stat().st_mtime_ns for path in tiny_made.store.root.rglob("*") if path.is_file()} == before
    assert all("up to date" in line for line in listening.said)
    assert not any((tiny_made.state_folder(run) / "state.npz").exists() for run in tiny_made.study.runs)


def test_models_answer_again_as_stored_and_the_second_time_from_the_cache(tiny_made, tmp_path):
    record = tiny_made.store.run("tiny", "scratch")
    folder = tiny_made.index.root
    assert recheck(tiny_made.store, record, folder, tmp_path, Silent()) == "answers bit for bit as stored"
    kept = next(tmp_path.rglob("*.json"))
    kept.write_text(json.dumps({"difference": 0.5, "agreement": 0.9}))
    assert "90.00%" in recheck(tiny_made.store, record, folder, tmp_path, Silent())
    kept.write_text("{damaged")
    assert recheck(tiny_made.store, record, folder, tmp_path, Silent()) == "answers bit for bit as stored"
    assert "not here" in recheck(tiny_made.store, record, tmp_path / "nowhere", tmp_path / "other", Silent())


def test_a_changed_table_is_stale_kept_and_replaced_only_by_force(tiny_made, tmp_path):
    root = tmp_path / "artifacts"
    shutil.copytree(tiny_made.store.root, root)
    changed = tiny_study(scratch={"learning_rate": 0.5})
    store, listening = ArtifactStore(root), Listening()
    job = type(tiny_made)(changed, tiny_made.index, store, tiny_made.cache, listening)
    assert standing(changed, store, "scratch").condition == "stale"
    assert standing(changed, store, "distilled").condition == "complete"
    record = (root / "tiny" / "scratch" / "run.json").read_text()
    assert run_study(job, ["scratch"]) == []
    assert (root / "tiny" / "scratch" / "run.json").read_text() == record
    assert "--force replaces it" in listening.said[-1]
    assert run_study(job, ["scratch"], force=True) == []
    assert standing(changed, store, "scratch").condition == "complete"
    assert store.run("tiny", "scratch").config["learning_rate"] == 0.5


def test_a_damaged_run_is_said_and_made_anew_by_force(tiny_made, tmp_path):
    root = tmp_path / "artifacts"
    shutil.copytree(tiny_made.store.root, root)
    (root / "tiny" / "int8" / "run.json").write_text('{"schema_ver')
    store, listening = ArtifactStore(root), Listening()
    job = type(tiny_made)(tiny_made.study, tiny_made.index, store, tiny_made.cache, listening)
    assert run_study(job, ["int8"]) == ["int8"]
    assert "run.json cannot be read" in listening.said[-1]
    assert run_study(job, ["int8"], force=True) == []
    assert standing(tiny_made.study, store, "int8").condition == "complete"


def test_a_run_that_fails_stops_only_those_that_build_on_it(make_job):
    study = tiny_study(teacher={"weights": "/nowhere/weights.pth"}, scratch={"epochs": 1})
    listening = Listening()
    job = make_job(study, progress=listening)
    assert run_study(job, list(study.runs)) == ["teacher", "distilled", "int8"]
    assert standing(study, job.store, "scratch").condition == "complete"
    assert any("/nowhere/weights.pth" in line for line in listening.said)
    assert any("distilled" in line and "left out, since teacher" in line for line in listening.said)
    assert not list(job.store.root.rglob(".*"))


def test_a_run_needs_what_it_builds_on(make_job):
    listening = Listening()
    job = make_job(progress=listening)
    assert run_study(job, ["int8"]) == ["int8"]
    assert "builds on distilled, which is not there yet" in listening.said[-1]


def test_of_a_run_that_keeps_its_answers_alone_the_network_stays_in_the_cache(make_job, tmp_path):
    study = tiny_study(scratch={"epochs": 1, "keep": "answers"})
    job = make_job(study, cache=tmp_path / "cache")
    assert run_study(job, ["scratch"]) == []
    folder = job.store.folder("tiny", "scratch")
    assert {path.name for path in folder.iterdir()} == {"run.json", "history.csv", "layers.csv", "predictions.parquet"}
    record = job.store.run("tiny", "scratch")
    assert record.model is not None
    assert record.model.file is None
    model = job.network_folder(record) / "model.tflite"
    assert (record.model.size_bytes, record.model.sha256) == (
        model.stat().st_size,
        hashlib.sha256(model.read_bytes()).hexdigest(),
    )
    assert standing(study, job.store, "scratch").condition == "complete"
    assert restored(job, "scratch").network.count_params() == 675_343
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(RestoreError, match=r"tiny/scratch keeps its answers only, .* train it again with --force"):
        restored(job, "scratch")


def test_a_run_whose_source_was_made_anew_is_stale_and_nothing_new_is_built_on_it(tiny_made, tmp_path):
    root = tmp_path / "artifacts"
    shutil.copytree(tiny_made.store.root, root)
    store, listening = ArtifactStore(root), Listening()
    teacher = store.run("tiny", "teacher")
    assert store.run("tiny", "distilled").sources == {"teacher": teacher.model.sha256}
    assert store.run("tiny", "scratch").sources == {}
    job = type(tiny_made)(tiny_made.study, tiny_made.index, store, tiny_made.cache, listening)
    kept_in = job.state_folder("distilled")
    assert kept_in == tiny_made.state_folder("distilled")
    record = json.loads((root / "tiny" / "teacher" / "run.json").read_text())
    record["model"]["sha256"] = "0" * 64
    (root / "tiny" / "teacher" / "run.json").write_text(json.dumps(record))
    assert standing(tiny_made.study, store, "distilled").condition == "stale"
    assert standing(tiny_made.study, store, "int8").condition == "complete"
    # What was begun with the other teacher's answers is not gone on with.
    assert job.state_folder("distilled") != kept_in
    shutil.rmtree(root / "tiny" / "int8")
    assert run_study(job, ["int8"]) == ["int8"]
    assert "int8 builds on distilled, whose settings or sources have changed since it was made" in listening.said[-1]


def test_other_data_are_said_and_nothing_is_retrained(tiny_made, tmp_path):
    root = tmp_path / "artifacts"
    shutil.copytree(tiny_made.store.root, root)
    path = root / "tiny" / "scratch" / "run.json"
    record = json.loads(path.read_text())
    record["data"]["fingerprint"] = "0" * 64
    path.write_text(json.dumps(record))
    listening = Listening()
    job = type(tiny_made)(tiny_made.study, tiny_made.index, ArtifactStore(root), tiny_made.cache, listening)
    assert run_study(job, list(tiny_made.study.runs)) == []
    assert "made from other data" in listening.said[0]
    assert json.loads(path.read_text()) == record


def test_runs_are_selected_by_name_and_stage_in_the_studys_order():
    study = tiny_study()
    assert selected(study) == ["teacher", "scratch", "distilled", "int8"]
    assert selected(study, only=["int8", "teacher"]) == ["teacher", "int8"]
    assert selected(study, stages=["scratch", "distill"]) == ["scratch", "distilled"]
    with pytest.raises(StudyError, match="has no run student9: choose one of teacher, scratch"):
        selected(study, only=["student9"])
