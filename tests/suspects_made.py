"""Doubtful labels as a study would have them, for tests of the file, the table and the page."""

from kd_core.artifacts import Suspect, Suspects

# Split, class, number of the picture, suggestion, and the two probabilities.
ROWS = (
    ("train", "Cat", 3, "Dog", 0.0002, 0.98),
    ("test", "Cow", 1, "Zebra", 0.01, 0.95),
    ("train", "Cat", 7, "Dog", 0.02, 0.9),
    ("val", "Mouse", 2, "Cat", 0.05, 0.7),
    ("test", "Dog", 4, "Cat", 0.2, 0.6),
)
COUNTS = {"train": 20, "val": 8, "test": 10}
CLASSES = ("Cat", "Cow", "Dog", "Mouse", "Zebra")


def make_suspects(**changes: object) -> Suspects:
    """Return five suspects of the dashboard fixture's data set, of seven that are doubted."""
    titles = {"train": "Train", "val": "Val", "test": "Test"}
    pictures = tuple(
        Suspect(
            split=split,
            path=f"{split}/{label}/{label}-{titles[split]} ({number}).jpeg",
            label=label,
            suggested=suggested,
            label_probability=low,
            suggested_probability=high,
            quality=(1 + low - high) / 2,
        )
        for split, label, number, suggested, low, high in ROWS
    )
    whole = {
        "study": "showcase",
        "teacher": "teacher",
        "network": "efficientnet-lite0",
        "input_size": 224,
        "fingerprint": "f" * 64,
        "folds": 5,
        "seed": 0,
        "accuracy": 0.93,
        "audited": {split: dict.fromkeys(CLASSES, n) for split, n in COUNTS.items()},
        "flagged": {"train": {"Cat": 4}, "val": {"Mouse": 1}, "test": {"Cow": 1, "Dog": 1}},
        "made": "2026-01-07T08:00:00+00:00",
        "packages": {"cleanlab": "2.9.0"},
        "pictures": pictures,
    }
    return Suspects.model_validate(whole | changes)
