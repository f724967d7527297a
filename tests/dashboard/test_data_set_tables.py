"""What the index says in numbers."""

import pandas as pd

from dashboard.charts.data_set import counts_figure, sizes_figure
from dashboard.tables.data_set import class_counts, copy_counts, sample, size_counts, trained_count, use_counts


def index() -> pd.DataFrame:
    rows = [
        # split, path, label, width, height, group, leaked, used
        ("train", "train/cat/1", "cat", 256, 256, 1, False, "trained"),
        ("train", "train/cat/2", "cat", 256, 256, 2, False, "dropped: its copy stands in validation or test"),
        ("train", "train/dog/1", "dog", 100, 50, 3, False, "trained"),
        ("test", "test/cat/1", "cat", 256, 256, 2, True, "held out"),
        ("test", "test/dog/1", "dog", 50, 100, 4, None, "held out"),
    ]
    return pd.DataFrame(rows, columns=["split", "path", "label", "width", "height", "group", "leaked", "used"])


def test_classes_and_splits() -> None:
    counts = class_counts(index())
    assert counts.to_dict() == {"train": {"cat": 2, "dog": 1}, "test": {"cat": 1, "dog": 1}}


def test_sizes_and_the_rest() -> None:
    assert size_counts(index()).values.tolist() == [[256, 256, 3], [50, 100, 1], [100, 50, 1]]
    short = size_counts(index(), most=1)
    assert short["count"].tolist() == [3, 2]
    assert short["width"].isna().tolist() == [False, True]


def test_copies_and_leaks_by_split() -> None:
    assert copy_counts(index()).to_dict("records") == [
        {"split": "train", "pictures": 3, "copies": 1, "leaked": 0},
        {"split": "test", "pictures": 2, "copies": 1, "leaked": 1},
    ]


def test_what_became_of_the_training_pictures() -> None:
    assert trained_count(index()) == 2
    assert use_counts(index()).to_dict("records") == [
        {"used": "trained", "count": 2},
        {"used": "dropped: its copy stands in validation or test", "count": 1},
    ]


def test_samples_go_round() -> None:
    assert sample(index(), "train", "cat", 1, 2) == ["train/cat/2", "train/cat/1"]
    assert sample(index(), "train", "cat", 7, 12) == ["train/cat/2", "train/cat/1"]
    assert sample(index(), "val", "cat", 0, 3) == []


def test_figures_show_these_numbers() -> None:
    counts = class_counts(index())
    fig = counts_figure(
        counts,
        titles={"train": "Training (3)", "test": "Test (2)"},
        class_names={"cat": "Katze", "dog": "Hund"},
        colour="#123456",
    )
    assert [(list(bar.y), list(bar.x)) for bar in fig.data] == [
        (["Katze", "Hund"], [2, 1]),
        (["Katze", "Hund"], [1, 1]),
    ]
    assert [note.text for note in fig.layout.annotations] == ["Training (3)", "Test (2)"]
    sizes = sizes_figure(size_counts(index(), most=1), other="andere", axis="Bilder", colour="#123456")
    assert list(sizes.data[0].y) == ["256 \u00d7 256", "andere"]
    assert list(sizes.data[0].x) == [3, 2]
