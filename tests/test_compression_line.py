"""The whole compression line on a study of seconds: every stage is a run, measured as what it deploys."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.compress import compress
from kd_core.compression.search import Goal, Variant, winner
from kd_core.data.load import load_pixels
from kd_core.evaluation.classifier import Classifier
from kd_core.stages import run_study
from kd_core.standing import standing
from kd_core.study import parse_study
from kd_core.training.job import Job
from kd_core.training.restored import RestoreError
from tests.conftest import TINY, Listening

TAUGHT = {"teacher": "teacher", "alpha": 0.5, "temperature": 2.0, "scale_by_t2": True}
LINE = {
    "pruned": {"stage": "prune", "parent": "distilled", "sparsity": 0.8, "layers": {"logits": 0.5}, **TAUGHT},
    "pruned-int8": {"stage": "quantize", "parent": "pruned", "scheme": "int8", "representative": 30},
    "pruned-qat": {"stage": "qat", "parent": "pruned", "preserve": "sparsity", **TAUGHT},
    "clustered": {"stage": "cluster", "parent": "pruned", "clusters": 8, "preserve_sparsity": True},
    "clustered-qat": {"stage": "qat", "parent": "clustered", "preserve": "clusters"},
    "odd": {"stage": "prune", "parent": "distilled", "exclude": ["nothing"]},
    "odd-int8": {"stage": "quantize", "parent": "odd", "scheme": "int8"},
    "last": {"stage": "quantize", "parent": "scratch", "scheme": "float16"},
}
KERNELS = ("block1_b_conv", "block2_c_conv", "logits")


@pytest.fixture(scope="module")
def made(tmp_path_factory, tiny_made):
    """The line, made once; ``failed`` names the runs that could not be made."""
    root = tmp_path_factory.mktemp("line")
    shutil.copytree(tiny_made.store.root, root, dirs_exist_ok=True)
    study = parse_study(TINY | {"runs": TINY["runs"] | LINE}, "tiny", "tiny.toml")
    job = replace(tiny_made, study=study, store=ArtifactStore(root), progress=Listening())
    failed = run_study(job, list(study.runs))
    return job, failed


def kernels(job: Job, run: str) -> dict[str, np.ndarray]:
    with np.load(job.store.folder("tiny", run) / "weights.npz") as stored:
        return {name.split()[1].split("/")[0]: stored[name] for name in stored.files if "kernel" in name}


def sparsities(job: Job, run: str) -> dict[str, float]:
    layers = job.store.layers("tiny", run).set_index("name")["sparsity"]
    return {name: float(layers[name]) for name in KERNELS}


def test_what_cannot_be_made_is_told_and_the_others_go_on(made):
    job, failed = made
    assert failed == ["odd", "odd-int8"]
    said = "\n".join(job.progress.said)
    assert "has no layer nothing with a kernel that learns: choose among stem_conv, " in said
    assert "odd-int8[/]: left out, since odd on which it builds could not be made" in said
    for run in job.study.runs:
        expected = "missing" if run in failed else "complete"
        assert standing(job.study, job.store, run).condition == expected


def test_a_pruned_run_is_stripped_and_has_its_targets(made):
    job, _ = made
    record = job.store.run("tiny", "pruned")
    assert (record.stage, record.parent, record.teacher) == ("prune", "distilled", "teacher")
    assert record.parameters.total == 675_343
    assert record.parameters.wrapped_total == 1_340_129
    assert record.notes == ()
    assert sparsities(job, "pruned") == pytest.approx(
        {"block1_b_conv": 0.8, "block2_c_conv": 0.8, "logits": 0.5}, abs=1e-3
    )
    history = job.store.history("tiny", "pruned")
    assert history["sparsity"].iloc[-1] == pytest.approx(0.748, abs=0.01)
    assert history["distillation_loss"].notna().all()
    distilled = job.store.run("tiny", "distilled")
    assert record.model.size_bytes == pytest.approx(distilled.model.size_bytes, rel=0.001)
    assert record.model.size_gzip_bytes < 0.5 * distilled.model.size_gzip_bytes


def test_int8_after_pruning_keeps_the_zeros_and_is_a_fraction_of_the_size(made):
    job, _ = made
    record = job.store.run("tiny", "pruned-int8")
    assert sparsities(job, "pruned-int8") == sparsities(job, "pruned")
    assert record.model.size_bytes < 0.3 * job.store.run("tiny", "pruned").model.size_bytes
    assert record.model.size_gzip_bytes < 0.5 * record.model.size_bytes


def test_quantization_aware_training_keeps_the_zeros(made):
    job, _ = made
    before, after = sparsities(job, "pruned"), sparsities(job, "pruned-qat")
    assert all(after[name] >= share for name, share in before.items())
    after_training, without = (job.store.run("tiny", run).model for run in ("pruned-qat", "pruned-int8"))
    assert after_training.precision == "int8"
    assert after_training.size_gzip_bytes == pytest.approx(without.size_gzip_bytes, rel=0.1)


def test_clusters_and_zeros_survive_together(made):
    job, _ = made
    shared, zeros = kernels(job, "clustered"), kernels(job, "pruned")
    for name in KERNELS:
        assert len(np.unique(shared[name])) <= 8
        assert (shared[name][zeros[name] == 0] == 0).all()
    before, after = sparsities(job, "clustered"), sparsities(job, "clustered-qat")
    assert all(after[name] >= share for name, share in before.items())


@pytest.mark.parametrize("run", ["pruned-int8", "pruned-qat", "clustered-qat"])
def test_int8_runs_answer_from_their_file_as_stored(made, run):
    job, _ = made
    record, stored = job.store.run("tiny", run), job.store.predictions("tiny", run).of("test")
    assert record.outputs == ("logits", "features")
    classifier = Classifier(job.store.model_path("tiny", run), record.input, 1)
    files = job.index.files(job.evaluation_rows[job.evaluation_rows["split"] == "test"])
    for number in range(5):
        answer = classifier(load_pixels(files[number], 32, 32))
        np.testing.assert_array_equal(answer.logits, stored.logits[number])


def test_nothing_goes_on_from_a_quantized_run(made):
    job, _ = made
    with pytest.raises(RestoreError, match="is quantized, and nothing can go on from it"):
        compress(job, "pruned-qat", Goal(max_drop=0.1), epochs=1)


def test_a_search_makes_runs_of_a_study_of_its_own_and_makes_none_twice(made, monkeypatch):
    job, _ = made
    monkeypatch.setattr("kd_core.evaluation.timing.SECONDS", 0.05)  # no time is asserted here
    # Few sparsities, and whatever an untrained network loses is allowed: the sparsest is found in two steps.
    monkeypatch.setattr("kd_core.compression.search.STEP", 30)
    monkeypatch.setattr("kd_core.compression.search.MOST", 90)
    goal = Goal(max_drop=1.0)
    found = compress(job, "distilled", goal, epochs=1)
    names = [trial.variant.name for trial in found.trials]
    assert names[:4] == ["unchanged", "float16", "dynamic", "int8"]
    assert "pruned90-int8" in names
    best = winner(goal, found.trials)
    assert found.run_of(best) == ("tiny-distilled", best.variant.name)
    record = job.store.run("tiny-distilled", "pruned90")
    assert (record.parent, record.teacher) == ("tiny/distilled", "tiny/teacher")
    assert job.store.layers("tiny-distilled", "pruned90")["sparsity"].max() == pytest.approx(0.9, abs=0.001)
    sizes = {trial.variant: trial.gzip_bytes for trial in found.trials}
    assert sizes[Variant("pruned-int8", 90)] < sizes[Variant("pruned-int8", 60)] < sizes[Variant("int8")]
    started = {record.run: record.started for record in job.store.runs("tiny-distilled")[0]}
    again = compress(job, "distilled", goal, epochs=1)
    assert [trial.variant for trial in again.trials] == [trial.variant for trial in found.trials]
    assert {record.run: record.started for record in job.store.runs("tiny-distilled")[0]} == started
