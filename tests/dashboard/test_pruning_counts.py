from dashboard.tables.pruning import pruned_counts, stated_with_wrappers
from kd_core.artifacts import Claims, RunRecord
from kd_core.artifacts.schema import Parameters


def _run(run: str, stage: str, **fields) -> RunRecord:
    return RunRecord(study="s", run=run, stage=stage, classes=("Cat", "Dog"), **({"network": "student3"} | fields))


def _stated(network: str, total: int | None) -> RunRecord:
    return _run(network, "published", network=network, claims=Claims(total_params=total))


BARE = Parameters(total=675_343, trainable=671_119)


def test_a_stated_count_above_our_own_of_the_same_network_is_split():
    own = [_run("a", "scratch", parameters=BARE), _run("b", "prune", parameters=Parameters(total=1, trainable=1))]
    (found,) = stated_with_wrappers([_stated("student3", 1_340_150), _stated("teacher", 57_701_519)], own)
    assert (found.kept, found.zeroed, found.wrappers) == (675_343, 0, 664_807)


def test_a_stated_count_that_fits_or_is_missing_says_nothing_of_wrappers():
    own = [_run("a", "scratch", parameters=BARE)]
    assert stated_with_wrappers([_stated("student3", 675_343), _stated("student3", None)], own) == []
    assert stated_with_wrappers([_stated("student3", 1_340_150)], []) == []


def test_pruned_runs_stand_with_their_parents():
    sparse = Parameters(total=675_343, trainable=671_119, non_zero=340_000, wrapped_total=1_340_150)
    records = [
        _run("teacher", "teacher", parameters=BARE),
        _run("dense", "distill", parameters=BARE),
        _run("sparse", "prune", parent="dense", parameters=sparse),
    ]
    found = [(c.record.run, c.kept, c.zeroed, c.wrappers) for c in pruned_counts(records)]
    assert found == [("dense", 675_343, 0, 0), ("sparse", 340_000, 335_343, 664_807)]
