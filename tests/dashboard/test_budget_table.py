"""Who fits a budget, and which limits the others break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.tables.budget import LIMITS, Candidate, candidate, if_given_up, judge, known_limits, winner
from dashboard.tables.figures import Figures


def one(run: str, accuracy: float | None, size: float | None, latency: float | None = 1.0) -> Candidate:
    lost = None if accuracy is None else 0.9 - accuracy
    return Candidate(run, accuracy, {"size": size, "latency": latency, "lost": lost, "parameters": 1000})


BIG = one("big", 0.9, 4e6, 9.5)
MIDDLE = one("middle", 0.88, 2e6, 4.0)
SMALL = one("small", 0.7, 7e5, 0.4)
ALL = [SMALL, BIG, MIDDLE]


def names(candidates: list[Candidate], **limits: float) -> list[str]:
    return [judged.candidate.run for judged in judge(candidates, limits)]


def test_without_limits_the_most_accurate_wins_and_all_fit() -> None:
    judged = judge(ALL, {})
    assert [(found.candidate.run, found.fits) for found in judged] == [
        ("big", True), ("middle", True), ("small", True),
    ]  # fmt: skip
    assert winner(judged) is judged[0]


def test_every_broken_limit_is_named_with_how_far_it_is_broken() -> None:
    judged = {found.candidate.run: found for found in judge(ALL, {"size": 1e6, "latency": 5.0, "lost": 0.05})}
    assert judged["big"].broken == {"size": 3e6, "latency": 4.5}
    assert judged["middle"].broken == {"size": 1e6}
    assert judged["small"].broken == {"lost": pytest.approx(0.15)}
    assert winner(list(judged.values())) is None


def test_a_limit_is_held_where_it_is_just_reached() -> None:
    # 0.9 - 0.88 is 0.020000000000000018 in binary.
    found = winner(judge([MIDDLE], {"size": 2e6, "latency": 4.0, "lost": 0.02, "parameters": 1000}))
    assert found is not None and found.candidate is MIDDLE


def test_of_equally_accurate_ones_the_smaller_wins() -> None:
    assert names([one("a", 0.8, 3e6), one("b", 0.8, 1e6), one("c", 0.8, None)], latency=2.0) == ["b", "a", "c"]


def test_what_is_not_known_cannot_be_chosen_and_comes_last() -> None:
    untimed, unread = one("untimed", 0.95, 1e5, None), one("unread", None, 1e5)
    judged = judge([untimed, BIG, unread, MIDDLE], {"latency": 5.0})
    assert [found.candidate.run for found in judged] == ["middle", "big", "untimed", "unread"]
    assert judged[2].unknown == ["latency"] and not judged[2].fits
    # Where nobody limits the time it need not be known; without an accuracy there is nothing to choose by.
    assert names([untimed, BIG, unread]) == ["untimed", "big", "unread"]
    assert not judge([unread], {})[0].fits


def test_giving_up_one_limit_names_who_would_fit_then() -> None:
    limits = {"size": 1e6, "lost": 0.05}
    found = if_given_up(ALL, limits)
    assert {name: judged.candidate.run for name, judged in found.items()} == {"size": "big", "lost": "small"}
    # big breaks both of these, small breaks the third: no single one helps to less than a third of the file.
    assert if_given_up([BIG], {"size": 1e6, "latency": 5.0}) == {}


def test_figures_become_costs_in_the_chosen_size() -> None:
    figures = Figures(
        "s", "r", "distill", False, accuracy=0.9, accuracy_leak_free=0.8, size_bytes=700, size_gzip_bytes=200,
        latency_ms=0.5, parameters=12,
    )  # fmt: skip
    teacher = Figures("s", "t", "teacher", False, accuracy=0.99, accuracy_leak_free=0.95)
    found = candidate(figures, teacher, "gzip")
    assert (found.run, found.accuracy) == ("r", 0.8)
    assert found.costs == {"size": 200, "latency": 0.5, "lost": pytest.approx(0.15), "parameters": 12}
    assert candidate(figures, None, "raw").costs["lost"] is None
    assert candidate(figures, teacher, "raw").costs["size"] == 700
    # Where nobody knows what leaked, the whole split is taken, of both.
    whole = Figures("s", "r", "distill", False, accuracy=0.9)
    assert candidate(whole, Figures("s", "t", "teacher", False, accuracy=0.99), "raw").accuracy == 0.9


def test_limits_that_no_run_can_be_judged_by_are_not_offered() -> None:
    assert known_limits(ALL) == list(LIMITS)
    assert known_limits([one("a", None, None, None)]) == ["parameters"]


costs = st.none() | st.floats(0, 10)
candidates = st.lists(
    st.builds(
        Candidate,
        st.text("abc", max_size=2),
        st.none() | st.floats(0, 1),
        st.fixed_dictionaries(dict.fromkeys(LIMITS, costs)),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(candidates, st.dictionaries(st.sampled_from(LIMITS), st.floats(0, 10)))
def test_nobody_who_holds_all_limits_is_more_accurate_than_the_winner(
    found: list[Candidate], limits: dict[str, float]
) -> None:
    holding = [
        c
        for c in found
        if c.accuracy is not None and all(c.costs[k] is not None and c.costs[k] <= v + 1e-9 for k, v in limits.items())
    ]
    best = winner(judge(found, limits))
    assert (best is None) == (not holding)
    if best is not None:
        assert best.candidate.accuracy == max(c.accuracy for c in holding)
        assert len(judge(found, limits)) == len(found)
