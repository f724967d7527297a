"""The search tries little, finds the boundary, and names a winner that holds the goal, or none."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kd_core.compression.search import Goal, Trial, Variant, search, winner
from kd_core.search_report import extremes_text

RAW = {"unchanged": 2_700_000, "float16": 1_350_000, "dynamic": 740_000}


def model(breaks_at: int, loss: float = 0.02, int8_loss: float = 0.002, qat_wins: float = 0.0):
    """A network that holds up to a sparsity and then loses ``loss`` with every further step of five points."""

    def measure(variant: Variant) -> Trial:
        steps = max(0, variant.sparsity - breaks_at) / 5
        drop = 0.0 if variant.method in ("unchanged", "float16") else int8_loss
        drop += loss * steps - (qat_wins if "qat" in variant.method else 0.0)
        raw = RAW.get(variant.method, 730_000)
        gzip = round(raw * 0.9 * (1 - 0.9 * variant.sparsity / 100) * (0.6 if "clustered" in variant.method else 1))
        ms = 1.0 if variant.method in ("unchanged", "float16") else 0.4
        return Trial(variant, 0.75 - drop, drop, raw, gzip, ms)

    return measure


def names(trials: list[Trial]) -> list[str]:
    return [trial.variant.name for trial in trials]


def test_bounded_accuracy_prunes_as_far_as_it_holds():
    goal = Goal(max_drop=0.01)
    trials = search(goal, model(breaks_at=70))
    assert names(trials) == [
        "unchanged",
        "float16",
        "dynamic",
        "int8",
        "pruned60-int8",
        "pruned80-int8",
        "pruned70-int8",
        "pruned75-int8",
        "pruned70-clustered-int8",
        "pruned75-qat",
    ]
    assert winner(goal, trials).variant == Variant("pruned-clustered-int8", 70)


def test_training_for_int8_wins_where_it_holds_one_step_further():
    goal = Goal(max_drop=0.01)
    measure = model(breaks_at=70, qat_wins=0.015)
    trials = [trial for trial in search(goal, measure) if "clustered" not in trial.variant.method]
    assert winner(goal, trials).variant == Variant("pruned-qat", 75)


def test_a_size_is_met_with_as_little_pruning_as_needed_and_by_the_most_accurate():
    goal = Goal(max_bytes=300_000)
    trials = search(goal, model(breaks_at=20))
    met = [trial.variant.sparsity for trial in trials if trial.variant.method == "pruned-int8" and goal.holds(trial)]
    # 657 kB * (1 - 0.9 * s) is at most 300 kB from 60.4 % on.
    assert min(met) == 65
    best = winner(goal, trials)
    # Clustered, 394 kB * (1 - 0.9 * s) is from 26.5 % on: less is pruned, and less accuracy lost.
    assert best.variant == Variant("pruned-clustered-int8", 30)
    assert best.gzip_bytes <= 300_000
    assert best.accuracy == max(trial.accuracy for trial in trials if trial.gzip_bytes <= 300_000)


def test_the_smallest_and_the_fastest_that_hold_the_goal_are_named():
    goal = Goal(max_ms=2.0)
    trials = [
        Trial(Variant("unchanged"), 0.75, 0.0, 2_700_000, 2_500_000, 1.0),
        Trial(Variant("int8"), 0.74, 0.01, 730_000, 631_400, 0.374),
        Trial(Variant("dynamic"), 0.74, 0.01, 706_000, 624_000, 0.5),
        Trial(Variant("qat"), 0.70, 0.05, 100, 100, 3.0),
    ]
    assert extremes_text(goal, trials) == (
        "Of those that hold the goal dynamic is the smallest (624 kB after gzip), "
        "and int8 the fastest (0.37 ms a call)."
    )


def test_what_quick_variants_meet_is_not_trained_for():
    assert names(search(Goal(max_bytes=2_000_000), model(70))) == ["unchanged", "float16", "dynamic", "int8"]
    goal = Goal(max_ms=0.5)
    trials = search(goal, model(70))
    assert len(trials) == 4
    assert winner(goal, trials).variant.method == "int8"  # as accurate as "dynamic" here, and smaller
    assert winner(replace(goal, max_ms=2.0), trials).variant.method == "float16"


def test_no_pruning_is_tried_where_only_time_is_bounded():
    goal = Goal(max_ms=0.1)
    trials = search(goal, model(70))
    assert names(trials) == ["unchanged", "float16", "dynamic", "int8", "qat"]
    assert winner(goal, trials) is None


def test_training_for_int8_is_tried_where_int8_alone_costs_too_much():
    goal = Goal(max_drop=0.01)
    trials = search(goal, model(breaks_at=0, int8_loss=0.03, qat_wins=0.025))
    assert "qat" in names(trials)
    assert winner(goal, trials).variant == Variant("qat")
    assert winner(Goal(max_drop=-0.1), search(Goal(max_drop=-0.1), model(70))) is None


@given(
    breaks_at=st.integers(0, 100),
    loss=st.floats(0.001, 0.2),
    drop=st.one_of(st.none(), st.floats(0, 0.1)),
    size=st.one_of(st.none(), st.integers(20_000, 3_000_000)),
    ms=st.one_of(st.none(), st.floats(0.1, 2)),
)
def test_whatever_the_goal_the_winner_holds_it_and_each_variant_is_tried_once(breaks_at, loss, drop, size, ms):
    goal = Goal(drop, size, ms)
    measure = model(breaks_at, loss)
    trials = search(goal, measure)
    assert len(set(names(trials))) == len(trials) <= (11 if drop is not None else 14)
    best = winner(goal, trials)
    if best is None:
        assert not any(goal.holds(trial) for trial in trials)
    else:
        assert goal.holds(best)
    if drop is not None:
        holding = [s for s in range(30, 100, 5) if goal.accurate(measure(Variant("pruned-int8", s)))]
        tried = [t.variant.sparsity for t in trials if t.variant.method == "pruned-int8" and goal.accurate(t)]
        assert max(tried, default=0) == max(holding, default=0)
