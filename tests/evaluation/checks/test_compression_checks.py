"""Checks of compressed runs: stripped, smaller, still sparse, in the precision that was asked for, with a parent."""

import shutil

import pandas as pd
import pytest

from tests.evaluation.checks.studies import Small


def test_a_count_with_pruning_wrappers_is_an_error(small: Small) -> None:
    small.change("pruned", parameters__total=2000)
    assert small.codes() == [("KD005", "error", "pruned")]
    assert small.values("KD005") == {"total": 2000, "stripped": 1000}


@pytest.mark.parametrize(
    ("name", "kind", "found"),
    [
        ("prune_low_magnitude_conv", "PruneLowMagnitude", True),
        ("conv", "PruneLowMagnitude", True),
        ("prune_low_magnitude_conv", "Conv2D", True),
        ("pruned_conv", "Conv2D", False),
    ],
)
def test_wrappers_among_the_layers_are_an_error(small: Small, name: str, kind: str, found: bool) -> None:
    path = small.folder / "pruned" / "layers.csv"
    pd.read_csv(path).assign(name=name, type=kind).to_csv(path, index=False)
    assert small.codes() == ([("KD005", "error", "pruned")] if found else [])


@pytest.mark.parametrize(("size", "found"), [(3999, False), (4000, True), (4100, True)])
def test_sparsity_without_a_smaller_download_is_found(small: Small, size: int, found: bool) -> None:
    small.change("pruned", model__size_gzip_bytes=size)
    assert small.codes() == ([("KD006", "warning", "pruned")] if found else [])
    if found:
        assert small.values("KD006") == {"sparsity": 0.5, "parent": "student", "size": size, "parent_size": 4000}


def test_a_run_that_is_no_sparser_than_its_parent_need_not_be_smaller(small: Small) -> None:
    small.change("pruned", parameters__non_zero=960, model__size_gzip_bytes=4000)
    assert small.codes() == []


@pytest.mark.parametrize(("non_zero", "found"), [(500, False), (750, False), (751, True), (1000, True)])
def test_zeros_that_were_lost_are_found(small: Small, non_zero: int, found: bool) -> None:
    small.change("int8", parent="pruned", parameters__non_zero=non_zero)
    assert [e for e in small.codes() if e[0] == "KD028"] == ([("KD028", "warning", "int8")] if found else [])


@pytest.mark.parametrize(
    ("run", "fields", "found"),
    [
        ("int8", {"model__precision": "float32"}, True),
        ("int8", {"config__scheme": "float16"}, True),
        ("pruned", {"model__precision": "float16"}, True),
        ("teacher", {"model__precision": "float16"}, True),
        ("teacher", {"model__precision": "float16", "config__deploy": "float16"}, False),
        ("int8", {"stage": "qat", "config": {}}, False),
    ],
)
def test_a_model_of_another_precision_than_asked_for_is_an_error(
    small: Small, run: str, fields: dict[str, object], found: bool
) -> None:
    small.change(run, **fields)
    assert [e for e in small.codes() if e[0] == "KD029"] == ([("KD029", "error", run)] if found else [])


def test_a_parent_or_teacher_that_is_not_there_is_found(small: Small) -> None:
    shutil.rmtree(small.folder / "teacher")
    assert small.codes() == [("KD030", "warning", "student"), ("KD030", "warning", "pruned")]
    shutil.rmtree(small.folder / "student")
    missing = [small.values_of("KD030", "int8")["missing"], *small.codes()]
    assert missing == ["student", *[("KD030", "warning", run) for run in ("pruned", "pruned", "int8")]]
