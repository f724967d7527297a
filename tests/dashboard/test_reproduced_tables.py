"""Which run answers to which claim, what follows for it, and which trainings differ by one fault alone."""

import pandas as pd
import pytest

from dashboard.tables.deviations import own_settings, stated_settings
from dashboard.tables.figures import Figures
from dashboard.tables.recipes import recipes
from dashboard.tables.reproduced import answering, faults, leaks, reached, times_faster, with_masks
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import DataUse, Parameters
from kd_core.evaluation.bootstrap import Estimate
from kd_core.published.build import build_published

SOUND = {"stage": "distill", "alpha": 0.1, "temperature": 10.0, "objective": "kl", "teacher": "t"}


def run(name: str, stage: str = "distill", network: str = "student3", **fields) -> RunRecord:
    fields.setdefault("config", SOUND | {"stage": stage})
    return RunRecord(study="any", run=name, stage=stage, network=network, classes=("a",), **fields)


@pytest.fixture(scope="module")
def originals(tmp_path_factory) -> dict[str, RunRecord]:
    root = tmp_path_factory.mktemp("published")
    build_published(root)
    files = sorted(root.glob("published/*/run.json"))
    return {file.parent.name: RunRecord.model_validate_json(file.read_text()) for file in files}


def test_teacher_answers_to_teacher_and_student_to_the_same_network(originals):
    every = list(originals.values())
    records = [
        run("b", "teacher", "efficientnet-lite0"),
        run("c", "scratch"),
        run("a", teacher="b"),
        run("d", network="student4", teacher="b"),
        run("e", "quantize", parent="a"),
        run("f", teacher="b"),
    ]
    found = {name: [one.run for one in answering(original, every, records)] for name, original in originals.items()}
    assert found == {"teacher": ["b"], "student1": [], "student2": [], "student3": ["a", "f"]}


@pytest.mark.parametrize(
    ("claim", "said"), [(0.5, "passed"), (0.6, "met"), (0.65, "met"), (0.7, "met"), (0.7001, "missed")]
)
def test_a_claim_lies_below_within_or_above_the_interval(claim, said):
    measured = Estimate(0.65, 0.6, 0.7, 0.95, 100, 100, (0.65,), None)
    assert reached(claim, measured) == said


def test_masks_are_those_of_the_run_or_of_what_was_pruned_from_it():
    bare, wrapped = (Parameters(total=10, trainable=9, wrapped_total=total) for total in (None, 19))
    one, pruned, other = run("a", parameters=bare), run("p", "prune", parent="a", parameters=wrapped), run("o")
    assert with_masks(one, [one, pruned, other]) == 19
    assert with_masks(pruned, [one, pruned]) == 19
    assert with_masks(other, [one, pruned, other]) is None


def test_the_time_of_one_picture_is_asked_first():
    top, own = (Figures("s", "r", "x", False, latency_ms=ms, test_seconds=s) for ms, s in ((20.0, 9.0), (4.0, 1.0)))
    assert times_faster(top, own) == 5.0
    stated = Figures("s", "r", "x", True, test_seconds=3.0)
    assert times_faster(top, stated) == 3.0
    assert times_faster(Figures("s", "r", "x", True), own) is None


def test_the_fault_is_found_with_the_training_that_lacks_nothing_else():
    faulty = SOUND | {"objective": "softened twice"}
    found = recipes(
        [
            run("one", config=SOUND),
            run("another", config=SOUND | {"temperature": 4.0}),
            run("wrong", config=faulty | {"seed": 3, "twin": "x"}),
            run("wrong-alone", config=faulty | {"temperature": 1.0}),
        ]
    )
    assert [(sound.name, fault.name) for sound, fault in faults(found)] == [("one", "wrong")]


def test_leaks_pair_trainings_on_the_same_data_that_differ_by_what_was_left_out():
    def study(dropped: int, *, fingerprint: str = "f", temperature: float = 10.0):
        data = DataUse(fingerprint=fingerprint, splits={}, dropped=dropped)
        return recipes([run(f"r{dropped}", config=SOUND | {"temperature": temperature}, data=data)])

    for pair in (leaks(study(0), study(22)), leaks(study(22), study(0))):
        assert [(one.name, other.name) for one, other in pair] == [("r0", "r22")]
    assert leaks(study(0), study(0)) == []
    assert leaks(study(0), study(22, fingerprint="g")) == []
    assert leaks(study(0), study(22, temperature=4.0)) == []


def test_stated_and_own_settings_are_told_in_the_same_words(originals):
    config = {
        "epochs": 24, "batch_size": 32, "learning_rate": 1e-3, "schedule": "exponential", "decay_rate": 0.96,
        "decay_steps": 1500, "l2": 1e-4, "weight_decay": 0.0, "augmentation": {"views": 1}, "input_size": 96,
        "alpha": 0.1, "temperature": 10.0, "scale_by_t2": False, "objective": "kl",
    }  # fmt: skip
    index = pd.DataFrame({"width": [128, 100], "height": [90, 127]})
    own = own_settings(run("a", config=config), index)
    stated = stated_settings(originals["student3"])
    assert (own["pictures"], own["input"], own["network"]) == (128, 96, "student3")
    assert (stated["pictures"], stated["input"], stated["network"]) == (256, 256, "student3")
    same = ("network", "epochs", "learning_rate", "decay", "views", "alpha", "temperature")
    assert {name: own[name] for name in same} == {name: stated[name] for name in same}
    assert (own["weight_decay"], stated["weight_decay"]) == ("L2 0.0001", None)
    assert stated_settings(originals["teacher"])["decay"] == "constant"
    assert stated_settings(originals["teacher"])["weight_decay"] == "L2"
    cosine = own_settings(run("a", config={"schedule": "cosine", "weight_decay": 0.5}), None)
    assert (cosine["decay"], cosine["weight_decay"], cosine["pictures"]) == ("cosine", "AdamW 0.5", None)
