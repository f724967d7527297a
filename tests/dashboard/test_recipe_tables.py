"""Recipes and their differences, read from settings alone: no name of a run may decide anything."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.tables.ablation import band_of, base_of, change
from dashboard.tables.recipes import Difference, compared, differences, recipes
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import DataUse
from kd_core.evaluation.bootstrap import Estimate, estimate
from kd_core.evaluation.statistics import seeded_difference
from kd_core.evaluation.verdict import Verdict

BASE = {"stage": "distill", "teacher": "t", "alpha": 0.1, "ema": 0.0, "augmentation": {"views": 8, "flip": True}}


def record(run: str, config: dict | None = None, *, study: str = "any", dropped: int = 0, **fields) -> RunRecord:
    config = BASE if config is None else config
    return RunRecord(
        study=study,
        run=run,
        stage=config["stage"],
        network="student3",
        classes=("a", "b"),
        config=config | {"seed": len(run), "twin": f"{run}-twin"},
        data=DataUse(fingerprint="f", splits={}, dropped=dropped),
        **fields,
    )


def test_trainings_that_differ_by_seed_and_twin_are_one_recipe():
    found = recipes([record("x-seed2"), record("y", BASE | {"ema": 0.9}), record("x-seed1"), record("x-seed10")])
    assert [[one.run for one in recipe.records] for recipe in found] == [["x-seed1", "x-seed2", "x-seed10"], ["y"]]
    assert [recipe.name for recipe in found] == ["x", "y"]


def test_a_teacher_of_the_same_seed_makes_no_other_recipe():
    seeded = [record(f"x-seed{seed}", BASE | {"teacher": f"t-seed{seed}"}) for seed in (1, 2)]
    assert len(recipes(seeded)) == 1
    assert len(recipes([*seeded, record("x-seed3", BASE | {"teacher": "other-seed3"})])) == 2


def test_what_was_compressed_has_no_recipe():
    assert recipes([record("x", parent="y"), record("z", stage_of_none())]) == recipes([record("z", stage_of_none())])


def stage_of_none() -> dict:
    return {"stage": "scratch"}


def test_every_setting_that_differs_is_named_with_both_values():
    found = recipes(
        [record("a"), record("b", {"stage": "scratch", "ema": 0.5, "augmentation": {"views": 8}, "x": [1]})]
    )
    assert differences(found[1], found[0]) == [
        Difference("stage", "scratch", "distill"),
        Difference("teacher", None, "t"),
        Difference("alpha", None, "0.1"),
        Difference("ema", "0.5", "0"),
        Difference("augmentation.flip", None, "true"),
        Difference("x", "[1]", None),
    ]


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ("p", "q", [("p", "q")]),
        ("p", "q1 q2 q3", [("p", "q-seed1"), ("p", "q-seed2"), ("p", "q-seed3")]),
        ("p1 p2 p3", "q3 q2", [("p-seed2", "q-seed2"), ("p-seed3", "q-seed3")]),
        ("p1", "q1 q2", [("p-seed1", "q-seed1"), ("p-seed1", "q-seed2")]),
    ],
)
def test_seed_meets_seed_where_both_have_several_and_else_everyone_meets_everyone(first, second, pairs):
    def recipe(names, ema):
        runs = [record(f"{name[0]}-seed{name[1]}" if name[1:] else name, BASE | {"ema": ema}) for name in names.split()]
        return recipes(runs)[0]

    found = compared(recipe(first, 0.1), recipe(second, 0.2))
    assert [(pair.record.run, pair.against) for pair in found.pairs] == pairs
    assert (found.kind, found.recipe, found.against) == ("pair", "p", "q")


def test_a_recipe_of_another_study_is_named_with_it():
    found = compared(recipes([record("p")])[0], recipes([record("p", study="other")])[0])
    assert found.against == "other/p"
    assert found.pairs[0].place == ("other", "p")


SETTINGS = ("ema", "alpha", "temperature", "beta", "objective", "views")


@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(SETTINGS), min_size=2), st.integers(1, 3))
def test_the_base_is_what_all_others_are_one_step_from(chance: random.Random, changed: set[str], seeds: int):
    base = {"stage": "distill"} | dict.fromkeys(SETTINGS, "as it was")
    # Names that say nothing, in any order.
    names = [f"r{number}" for number in range(9)]
    chance.shuffle(names)
    middle = names.pop()
    runs = [record(f"{middle}-seed{seed}", base) for seed in range(1, seeds + 1)]
    runs += [record(names.pop(), base | {setting: "changed"}) for setting in sorted(changed)]
    twin = names.pop()
    runs += [record(f"{twin}-seed{seed}", {"stage": "scratch"}) for seed in (1, 2, 3, 4)]
    chance.shuffle(runs)
    found = base_of(recipes(runs))
    assert found is not None
    assert found.name == middle


def test_without_a_distilled_run_there_is_no_base():
    assert base_of([]) is None
    assert base_of(recipes([record("a", {"stage": "scratch"})])) is None


def test_the_band_lies_about_the_mean_of_the_trainings():
    band = band_of([0.70, 0.73, 0.76])
    assert band is not None
    assert (band.low, band.high) == pytest.approx((-0.03, 0.03))
    assert band.outside == 0.5
    assert band_of([0.7]) is None


def test_the_chance_outside_of_the_band_is_that_of_exchangeable_draws():
    draws = np.random.default_rng(0).normal(size=(20_000, 5))
    outside = (draws[:, 4] < draws[:, :4].min(axis=1)) | (draws[:, 4] > draws[:, :4].max(axis=1))
    band = band_of([0.1, 0.2, 0.3, 0.4])
    assert band is not None
    assert outside.mean() == pytest.approx(band.outside, abs=0.01)


@pytest.mark.parametrize(
    ("better", "worse", "band", "seeds", "finding"),
    [
        (30, 0, None, 1, "gained"),
        (0, 30, None, 1, "lost"),
        (4, 2, None, 1, "open"),
        (30, 0, (-0.4, 0.4), 1, "band"),
        (0, 30, (-0.4, 0.4), 1, "band"),
        (30, 0, (-0.1, 0.1), 1, "gained"),
        # The mean of several trainings has their chance in its interval.
        (30, 0, (-0.4, 0.4), 2, "gained"),
    ],
)
def test_what_follows_for_a_change(better, worse, band, seeds, finding):
    first = np.repeat([True, False, True], [better, worse, 100 - better - worse])
    second = np.repeat([False, True, True], [better, worse, 100 - better - worse])
    base, other = recipes([record("base"), *(record(f"o-seed{s}", BASE | {"ema": 0.9}) for s in range(seeds))])
    verdict = Verdict(
        compared(other, base), "val", "leak_free", seeded_difference([(first, second)]), flat(first), flat(second), 0
    )
    shaded = band_of([0.5 + band[0], 0.5, 0.5 + band[1]]) if band else None
    found = change(other, base, verdict, shaded)
    assert found.finding == finding
    assert found.differs == (Difference("ema", "0.9", "0"),)


def flat(right: np.ndarray) -> Estimate:
    return estimate(right, resamples=10)
