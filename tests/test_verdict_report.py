"""The sentences of ``python -m kd_core verdict``, figure by figure."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.recipes import Comparison, Pair
from kd_core.evaluation.statistics import PairedDifference, SeededDifference, paired_difference
from kd_core.evaluation.verdict import Verdict
from kd_core.verdict_report import sentence, verdict_lines
from tests.dashboard.artifacts_fixture import damage, write_artifacts

HELD = Estimate(0.7, 0.68, 0.72, 0.95, 2406, 2401, (0.7,), None)


def _verdict(kind: str, values: tuple[float, ...], bounds: tuple[float, float], p: tuple[float, ...]) -> Verdict:
    """A verdict with these differences in points, interval in points, and p-values."""
    shares = [value / 100 for value in values]
    low, high = (bound / 100 for bound in bounds)
    deviation = float(np.std(shares, ddof=1)) if len(shares) > 1 else None
    over = Estimate(float(np.mean(shares)), low, high, 0.95, 2406, 2401, tuple(shares), deviation)
    each = tuple(PairedDifference(v, low, high, q, 0, 0, 2406, 0.95) for v, q in zip(shares, p, strict=True))
    records = [
        RunRecord(study="s", run=f"kd-seed{i}", stage="distill", network="n", classes=("Cat",))
        for i in range(len(values))
    ]
    pairs = tuple(Pair(record, f"plain-seed{i}") for i, record in enumerate(records))
    return Verdict(Comparison(kind, "kd", "plain", pairs), "test", "whole", SeededDifference(over, each), HELD, HELD, 0)


def test_proven_over_three_seeds():
    verdict = _verdict("distillation", (2.9, 3.1, 3.3), (1.8, 4.4), (1e-4, 2e-5, 9e-4))
    assert sentence(verdict) == (
        "it helped: +3.1 points [1.8, 4.4], 3 seeds (+2.9, +3.1, +3.3; sd 0.2), McNemar p < 0.001 in each"
    )


def test_one_seed_says_what_it_cannot_show():
    said = sentence(_verdict("distillation", (2.0,), (0.6, 3.4), (0.007,)))
    assert said == (
        "it helped: +2.0 points [0.6, 3.4], 1 seed (the interval covers pictures, not trainings), McNemar p = 0.007"
    )


def test_no_proof_and_harm():
    unproven = _verdict("distillation", (1.0, 0.2), (-0.4, 1.8), (0.0004, 0.7))
    assert sentence(unproven).startswith("no proof that it helped: +0.6 points [-0.4, 1.8], 2 seeds (+1.0, +0.2;")
    assert sentence(unproven).endswith("McNemar p < 0.001, 0.700")
    assert sentence(_verdict("distillation", (-2.0,), (-3.0, -1.0), (0.01,))).startswith(
        "it hurt: -2.0 points [-3.0, -1.0], 1 seed"
    )


def test_a_cost_and_its_interval_are_turned_round():
    noise = sentence(_verdict("compression", (-0.4,), (-1.0, 0.2), (0.3,)))
    assert noise.startswith("costs 0.4 points [-0.2, 1.0]: within noise, 1 seed")
    assert sentence(_verdict("compression", (-1.5,), (-2.5, -0.5), (0.01,))).startswith(
        "costs 1.5 points [0.5, 2.5]: proven"
    )
    assert sentence(_verdict("compression", (0.8,), (-0.04, 1.5), (0.06,))).startswith(
        "gains 0.8 points [0.0, 1.5]: within noise"
    )


def test_seeds_against_one_twin_are_told():
    verdict = _verdict("distillation", (2.9, 3.1), (1.8, 4.4), (1e-4, 2e-5))
    pairs = tuple(replace(pair, against="plain") for pair in verdict.comparison.pairs)
    shared = replace(verdict, comparison=replace(verdict.comparison, pairs=pairs))
    assert "sd 0.1), all against one training of plain, McNemar p < 0.001 in each" in sentence(shared)


def test_the_lines_hold_what_the_answers_give(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    lines, problems = verdict_lines("showcase", store, "test")
    assert problems == []
    one, other = (store.predictions("showcase", run).of("test") for run in ("student3_distilled", "student3_scratch"))
    right = [side.logits.argmax(axis=1) == side.label for side in (one, other)]
    clean = leak_free(one, store.index("showcase"))
    start = lines.index("  student3_distilled against student3_scratch")
    for line, mask, name in (
        (lines[start + 1], np.ones(len(one), bool), "as published"),
        (lines[start + 2], clean, "leak-free"),
    ):
        found = paired_difference(right[0][mask], right[1][mask])
        points = [100 * value for value in (found.difference, found.low, found.high)]
        assert f"{name} (n = {mask.sum()}): " in line
        assert f"{points[0]:+.1f} points [{points[1]:.1f}, {points[2]:.1f}]" in line
    assert sum(line.startswith("  student3_") and " against " in line for line in lines) == 5


def test_where_no_picture_leaked_it_is_said_once(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    lines, _ = verdict_lines("showcase", store, "val")
    one, other = (store.predictions("showcase", run).of("val") for run in ("student3_distilled", "student3_scratch"))
    right = [side.logits.argmax(axis=1) == side.label for side in (one, other)]
    points = 100 * paired_difference(right[0], right[1]).difference

    said = lines[lines.index("  student3_distilled against student3_scratch") + 1]

    assert said.startswith(f"    no copy was trained on (n = {len(one)}): ")
    assert f": {points:+.1f} points [" in said
    assert not any("as published" in line or "leak-free" in line for line in lines)


def test_what_cannot_be_read_is_named_and_the_rest_is_said(tmp_path: Path) -> None:
    root = damage(write_artifacts(tmp_path / "artifacts"))
    lines, problems = verdict_lines("showcase", ArtifactStore(root), "test")
    assert "  student3_int8 against student3_distilled: their answers cannot be compared." in lines
    assert any("student3_qat against student3_distilled" in line for line in lines)
    named = "\n".join(problems)
    assert "student3_int8/predictions.parquet is missing" in named
    assert "data.parquet cannot be read" in named
    assert len(problems) == len(set(problems))


def test_a_study_without_anything_to_judge_is_a_sentence(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    for study in ("published", "nothing"):
        with pytest.raises(KdError, match="no distilled run with a twin and no compressed run"):
            verdict_lines(study, store, "test")
