from dataclasses import replace

from dashboard.tables.conclusion import Evidence, trainings, unproven
from kd_core.artifacts import RunRecord

FULL = Evidence(published=False, compared=True, twin="better", trainings=3, leaked=0, timed=True)


def _run(run: str, stage: str = "distill", **fields) -> RunRecord:
    return RunRecord(study="s", run=run, stage=stage, network="student3", classes=("Cat", "Dog"), **fields)


def test_even_full_evidence_holds_for_one_machine_and_these_pictures():
    assert unproven(FULL) == ["one_machine", "other_pictures"]


def test_each_gap_is_named():
    assert "distillation_untested" in unproven(replace(FULL, twin="none"))
    assert "distillation_untested" in unproven(replace(FULL, twin="unread"))
    assert "distillation_open" in unproven(replace(FULL, twin="open"))
    assert "distillation_worse" in unproven(replace(FULL, twin="worse"))
    assert "one_training" in unproven(replace(FULL, trainings=1))
    assert "leaked" in unproven(replace(FULL, leaked=452))
    assert "accuracy" in unproven(replace(FULL, compared=False))
    assert "no_time" in unproven(replace(FULL, timed=False))
    assert not any(code.startswith("distillation") for code in unproven(replace(FULL, twin="")))


def test_of_stated_figures_no_interval_and_no_twin_is_known():
    found = unproven(replace(FULL, published=True))
    assert found[:2] == ["stated_intervals", "stated_twin"]
    assert "one_machine" not in found


def test_trainings_of_one_recipe_differ_by_their_seed_alone():
    seeded = [_run(f"d-seed{s}", config={"alpha": 0.1, "seed": s, "twin": f"t-seed{s}"}) for s in (1, 2, 3)]
    other = _run("hot", config={"alpha": 0.5, "seed": 1})
    assert trainings(seeded[0], [*seeded, other]) == 3
    assert trainings(other, [*seeded, other]) == 1
