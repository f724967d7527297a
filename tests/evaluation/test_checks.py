"""Checks fire where they should and nowhere else."""

import pytest

from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import ModelFile
from kd_core.evaluation.checks import low_agreement


def run(stage: str, precision: str | None) -> RunRecord:
    model = precision and ModelFile(file=None, precision=precision, sha256="", size_bytes=1, size_gzip_bytes=1)
    return RunRecord(study="s", run="small", stage=stage, network="n", classes=("a", "b"), parent="big", model=model)


@pytest.mark.parametrize("stage", ["quantize", "qat"])
def test_an_int8_run_that_answers_otherwise_is_found(stage):
    found = low_agreement(run(stage, "int8"), 0.9699, split="test", n=2406)
    assert (found.code, found.severity, found.run) == ("KD007", "warning", "small")
    assert found.values == {"parent": "big", "agreement": 0.9699, "least": 0.97, "split": "test", "n": 2406}


@pytest.mark.parametrize("agreement", [97 / 100, 1455 / 1500, 1.0])
def test_from_97_percent_on_nothing_is_found(agreement):
    assert low_agreement(run("quantize", "int8"), agreement, split="test", n=100) is None


@pytest.mark.parametrize(
    ("stage", "precision"),
    [("quantize", "float16"), ("quantize", "dynamic"), ("prune", "float32"), ("distill", "float32"), ("qat", None)],
)
def test_only_int8_is_checked(stage, precision):
    assert low_agreement(run(stage, precision), 0.5, split="test", n=100) is None
