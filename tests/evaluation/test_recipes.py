"""Which runs are compared with which, and how seeds find together."""

from kd_core.artifacts import RunRecord
from kd_core.evaluation.recipes import comparisons, recipe_of, seed_of, untested


def _run(run: str, stage: str = "distill", **fields) -> RunRecord:
    return RunRecord(study="s", run=run, stage=stage, network="student3", classes=("Cat", "Dog"), **fields)


def test_seeds_of_a_recipe_are_one_comparison_in_the_order_of_the_seeds():
    records = [_run(f"kd-seed{s}", twin=f"plain-seed{s}") for s in (10, 2, 1)]
    (found,) = comparisons(records)
    assert (found.kind, found.recipe, found.against, found.shared) == ("distillation", "kd", "plain", False)
    assert [(pair.record.run, pair.against) for pair in found.pairs] == [
        ("kd-seed1", "plain-seed1"), ("kd-seed2", "plain-seed2"), ("kd-seed10", "plain-seed10"),
    ]  # fmt: skip


def test_seeds_against_one_twin_are_told():
    (found,) = comparisons([_run(f"kd-seed{s}", twin="plain") for s in (1, 2)])
    assert found.shared
    assert not comparisons([_run("kd", twin="plain")])[0].shared


def test_recipes_that_share_a_twin_or_a_parent_stay_apart():
    records = [
        _run("hot", twin="plain"), _run("cold", twin="plain"),
        _run("int8", "quantize", parent="hot"), _run("pruned-seed1", "prune", parent="other/hot-seed1"),
        _run("plain", "scratch"), _run("teacher", "teacher"),
    ]  # fmt: skip
    assert [(c.kind, c.recipe, c.against) for c in comparisons(records)] == [
        ("distillation", "hot", "plain"), ("distillation", "cold", "plain"),
        ("compression", "int8", "hot"), ("compression", "pruned", "other/hot"),
    ]  # fmt: skip
    assert [c.pairs[0].place for c in comparisons(records)[2:]] == [("s", "hot"), ("other", "hot-seed1")]


def test_a_distilled_run_without_a_twin_is_untested():
    records = [_run("kd"), _run("kd2", twin="plain"), _run("plain", "scratch"), _run("q", "qat", teacher="teacher")]
    assert [record.run for record in untested(records)] == ["kd"]


def test_names_with_and_without_a_seed():
    assert (recipe_of("student3-seed12"), seed_of("student3-seed12")) == ("student3", 12)
    assert (recipe_of("student3-seeded"), seed_of("student3-seeded")) == ("student3-seeded", None)
    assert (recipe_of("-seed1"), seed_of("-seed1")) == ("-seed1", None)
