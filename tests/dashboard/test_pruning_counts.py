from dashboard.tables.pruning import pruned_counts
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import Parameters, Stage

BARE = Parameters(total=675_343, trainable=671_119)


def _run(run: str, stage: Stage, parameters: Parameters | None, parent: str | None = None) -> RunRecord:
    return RunRecord(
        study="s", run=run, stage=stage, network="student3", classes=("Cat",), parameters=parameters, parent=parent
    )


def test_a_published_count_is_split_into_weights_and_wrappers():
    wrapped = BARE.model_copy(update={"wrapped_total": 1_340_150})
    (found,) = pruned_counts([_run("student3", "published", wrapped), _run("teacher", "published", BARE)])
    assert (found.record.run, found.kept, found.zeroed, found.wrappers) == ("student3", 675_343, 0, 664_807)


def test_pruned_runs_stand_with_their_parents():
    sparse = Parameters(total=675_343, trainable=671_119, non_zero=340_000, wrapped_total=1_340_150)
    records = [
        _run("teacher", "teacher", BARE),
        _run("dense", "distill", BARE),
        _run("sparse", "prune", sparse, parent="dense"),
    ]
    found = [(c.record.run, c.kept, c.zeroed, c.wrappers) for c in pruned_counts(records)]
    assert found == [("dense", 675_343, 0, 0), ("sparse", 340_000, 335_343, 664_807)]


def test_a_run_without_counts_says_nothing():
    assert pruned_counts([_run("sparse", "prune", None)]) == []
