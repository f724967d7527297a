"""Checks of the pictures: copies where there should be none, and classes too small to say anything about."""

from collections.abc import Iterator

from kd_core.data.frame import TRAINED
from kd_core.evaluation.checks.finding import ClassNames, Count, Found, Share, SplitName, Verbatim, check
from kd_core.evaluation.checks.view import StudyView

# From here on the pictures that no network has seen are the minority of their split: the figure on the whole split
# speaks of memory more than of learning, and the leak-free one of what happens to be left.
MOSTLY_LEAKED = 0.5
# With n pictures the interval of an accuracy (Wilson, 95 %) is up to 0.98 / sqrt(n) to either side: 17 points at 30.
FEWEST = 30


@check(
    "KD002",
    "warning",
    looks_for="validation or test pictures with a copy or near-copy among the pictures trained on; an error from "
    "one half of a split on",
    sentence="{leaked} of {n} pictures of the split {split} ({share}) have a copy or near-copy among the pictures "
    "trained on.",
    remedy="Read the leak-free accuracy, which leaves them out, or train with `drop_leaks = true` in `[data]`.",
)
def leaked_split(view: StudyView) -> Iterator[Found]:
    """Find splits that leaked: what counts is the pictures trained on, not the training split as published."""
    if view.index is None:
        return
    frame = view.index
    trained = frame.loc[(frame["split"] == "train") & (frame["used"] == TRAINED), "group"]
    for split in ("val", "test"):
        groups = frame.loc[frame["split"] == split, "group"]
        leaked = int(groups.isin(trained).sum())
        if leaked:
            share = leaked / len(groups)
            values = {
                "split": SplitName(split),
                "leaked": Count(leaked),
                "n": Count(len(groups)),
                "share": Share(share),
            }
            yield Found(None, values, "error" if share >= MOSTLY_LEAKED else None)


@check(
    "KD003",
    "warning",
    looks_for="test pictures with a copy or near-copy in validation, which selects the epochs",
    sentence="{shared} of {n} test pictures have a copy or near-copy in validation, by which the epochs were selected.",
    remedy="Remove one of each from the data; so few move the test accuracy by no more than {share}.",
)
def selected_on_copies(view: StudyView) -> Iterator[Found]:
    """Find groups of pictures that stand in validation and in test."""
    if view.index is None:
        return
    frame = view.index
    test = frame.loc[frame["split"] == "test", "group"]
    shared = int(test.isin(frame.loc[frame["split"] == "val", "group"]).sum())
    if shared:
        yield Found(None, {"shared": Count(shared), "n": Count(len(test)), "share": Share(shared / len(test))})


@check(
    "KD004",
    "warning",
    looks_for="the same picture, or a near-copy of it, under two labels",
    sentence="{groups} pictures stand in the data under two labels or more, in {n} files, "
    "such as `{first}` and `{second}`.",
    remedy="Look at the files and remove those whose label is wrong: no network can have both right.",
)
def two_labels(view: StudyView) -> Iterator[Found]:
    """Find groups of copies whose pictures have different labels."""
    if view.index is None:
        return
    frame = view.index
    copies = frame[frame["group"].duplicated(keep=False)]
    labels = copies.groupby("group")["label"].transform("nunique")
    torn = copies[labels > 1]
    if torn.empty:
        return
    example = torn[torn["group"] == torn["group"].iloc[0]].drop_duplicates("label")["path"]
    values = {
        "groups": Count(torn["group"].nunique()),
        "n": Count(len(torn)),
        "first": Verbatim(example.iloc[0]),
        "second": Verbatim(example.iloc[1]),
    }
    yield Found(None, values)


@check(
    "KD014",
    "warning",
    looks_for=f"classes with fewer than {FEWEST} test pictures",
    sentence="{count} of {classes} classes have fewer than {fewest} test pictures: {names}; the "
    "smallest has {smallest}.",
    remedy="Read the accuracy of these classes with its interval only, or add test pictures.",
)
def few_test_pictures(view: StudyView) -> Iterator[Found]:
    """Find classes whose own accuracy has an interval too wide to compare runs by."""
    if view.index is None:
        return
    frame = view.index
    counts = frame.loc[frame["split"] == "test", "label"].value_counts()
    counts = counts.reindex(sorted(frame["label"].unique()), fill_value=0)
    small = counts[counts < FEWEST]
    if len(small):
        values = {
            "count": Count(len(small)),
            "classes": Count(len(counts)),
            "fewest": Count(FEWEST),
            "names": ClassNames(small.index),
            "smallest": Count(small.min()),
        }
        yield Found(None, values)
