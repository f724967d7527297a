"""Checks of compressed runs: is what was promised also in the file."""

from collections.abc import Iterator

from kd_core.artifacts import RunRecord
from kd_core.evaluation.checks.finding import Bytes, Count, Found, RunName, Share, check
from kd_core.evaluation.checks.view import StudyView

# Below it a run is not called pruned: rounding to int8 makes a few per cent of the weights zero by itself.
PRUNED = 0.1
_WRAPPED = "prune_low_magnitude"


@check(
    "KD005",
    "error",
    looks_for="pruned runs that were not stripped: the pruning wrappers' masks are counted, or stand in layers.csv",
    sentence="{run} still carries its pruning wrappers: it counts {total} parameters, and {stripped} without them.",
    remedy="Strip the wrappers (tfmot's strip_pruning) before converting and counting.",
)
def not_stripped(view: StudyView) -> Iterator[Found]:
    """Find deployed networks, and stated totals, that hold masks, thresholds and steps of pruning."""
    for record in view.records.values():
        counted = record.parameters
        if counted is None:
            continue
        total = record.claims.total_params if record.claims else counted.total
        layers, parent = view.layers(record), view.parent(record)
        wrapped = counted.wrapped_total is not None and total is not None and total >= counted.wrapped_total
        if layers is not None and not wrapped:
            named = layers["name"].astype(str) + " " + layers["type"].astype(str)
            wrapped = bool(named.str.lower().str.replace("prunelowmagnitude", _WRAPPED).str.contains(_WRAPPED).any())
        if not wrapped or total is None:
            continue
        stripped = parent.parameters.total if parent and parent.parameters else counted.trainable
        if record.claims:
            stripped = counted.total
        yield Found(record.run, {"total": Count(total), "stripped": Count(stripped)})


@check(
    "KD006",
    "warning",
    looks_for="sparsity without gain: pruned runs whose file is not smaller after gzip than their parent's",
    sentence="{run} has {sparsity} zeros, and yet its file is not smaller after gzip than that of {parent}: {size} "
    "and {parent_size}.",
    remedy="Look whether zeros survived the conversion; a plain .tflite of a pruned network stores them all, and only "
    "compression makes them small.",
)
def no_smaller(view: StudyView) -> Iterator[Found]:
    """Find runs that became sparser than their parent at the same precision, without a smaller download."""
    for record in view.measured:
        parent = view.parent(record)
        if parent is None or record.model is None or parent.model is None:
            continue
        sparsity, before = _sparsity(record), _sparsity(parent)
        sparser = sparsity is not None and sparsity >= PRUNED and sparsity > (before or 0.0) + PRUNED / 2
        if sparser and record.model.size_gzip_bytes >= parent.model.size_gzip_bytes:
            values = {
                "sparsity": Share(sparsity or 0.0),
                "parent": RunName(record.parent or ""),
                "size": Bytes(record.model.size_gzip_bytes),
                "parent_size": Bytes(parent.model.size_gzip_bytes),
            }
            yield Found(record.run, values)


@check(
    "KD028",
    "warning",
    looks_for="runs made from a pruned run that lost its zeros on the way",
    sentence="{run} was made from {parent}, of which {before} are zeros, and has {sparsity} itself.",
    remedy='Keep them: `preserve = "sparsity"` for quantization-aware training, `preserve_sparsity = true` for '
    "clustering.",
)
def sparsity_lost(view: StudyView) -> Iterator[Found]:
    """Find runs with less than half of their parent's share of zeros."""
    for record in view.measured:
        parent = view.parent(record)
        if parent is None:
            continue
        sparsity, before = _sparsity(record), _sparsity(parent)
        if sparsity is not None and before is not None and before >= PRUNED and sparsity < before / 2:
            yield Found(
                record.run,
                {"parent": RunName(record.parent or ""), "before": Share(before), "sparsity": Share(sparsity)},
            )


@check(
    "KD029",
    "error",
    looks_for="models in another precision than the run's settings ask for",
    sentence="{run} should be deployed as {wanted}, and its model is {precision}.",
    remedy="Make the run again; its size and its latency are those of another model than it says.",
)
def other_precision(view: StudyView) -> Iterator[Found]:
    """Find models whose precision is not that of the stage, or of ``deploy`` or ``scheme`` where these decide."""
    for record in view.measured:
        wanted = _wanted_precision(record)
        if record.model is not None and wanted is not None and record.model.precision != wanted:
            yield Found(record.run, {"wanted": wanted, "precision": record.model.precision})


@check(
    "KD030",
    "warning",
    looks_for="runs whose parent or teacher is not there, so that nothing can be compared with it",
    sentence="{run} names {missing} as what it was made from or taught by, and no such run can be read.",
    remedy="Restore or make that run; until then nothing says what {run} gained or lost.",
)
def missing_source(view: StudyView) -> Iterator[Found]:
    """Find references to runs that are missing or damaged."""
    for record in view.records.values():
        for name in dict.fromkeys(name for name in (record.parent, record.teacher) if name is not None):
            if view.named(name) is None:
                yield Found(record.run, {"missing": RunName(name)})


def _sparsity(record: RunRecord) -> float | None:
    counted = record.parameters
    return (
        None
        if counted is None or counted.non_zero is None or not counted.total
        else 1 - counted.non_zero / counted.total
    )


def _wanted_precision(record: RunRecord) -> str | None:
    if record.stage == "qat":
        return "int8"
    if record.stage in ("prune", "cluster"):
        return "float32"
    return record.config.get("scheme" if record.stage == "quantize" else "deploy")
