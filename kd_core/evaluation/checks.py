"""Checks of what was measured: each has a code, and finds what a reader should look at before trusting a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kd_core.artifacts import RunRecord

LOW_AGREEMENT = "KD007"
# Rounding to 256 steps alone moves far fewer answers than this where the ranges were calibrated well.
LEAST_AGREEMENT = 0.97

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """What a check found: its ``code``, how grave it is, the run, and the figures that the sentence about it names."""

    code: str
    severity: Severity
    run: str
    values: Mapping[str, Any] = field(default_factory=dict)


def low_agreement(record: RunRecord, agreement: float, *, split: str, n: int) -> Finding | None:
    """Return KD007, a warning, for an int8 run that often answers otherwise than the run it was made from.

    An int8 run is one of the stage "quantize" or "qat" whose model is int8; another run is never found.

    Args:
        record: the run.
        agreement: share of pictures to which the run and its parent give the same class, 0..1, as
            ``kd_core.evaluation.pairing.agreement`` returns it.
        split: "val" or "test": where the pictures are from.
        n: how many pictures.

    Returns:
        The finding, with ``parent``, ``agreement``, ``least``, ``split`` and ``n``; None from 97 % on.
    """
    is_int8 = record.stage in ("quantize", "qat") and record.model is not None and record.model.precision == "int8"
    if not is_int8 or agreement >= LEAST_AGREEMENT:
        return None
    values = {"parent": record.parent, "agreement": agreement, "least": LEAST_AGREEMENT, "split": split, "n": n}
    return Finding(LOW_AGREEMENT, "warning", record.run, values)
