"""Which pages there are: their order, their sections and their icons."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "app_pages"


@dataclass(frozen=True)
class Entry:
    """One page: the name of its file in ``app_pages`` and its Material icon."""

    name: str
    icon: str

    @property
    def path(self) -> Path:
        """The page's file."""
        return FOLDER / f"{self.name}.py"


SECTIONS: dict[str, tuple[Entry, ...]] = {
    "story": (
        Entry("overview", ":material/flag:"),
        Entry("presenter", ":material/slideshow:"),
        Entry("conclusion", ":material/verified:"),
    ),
    "explain": (
        Entry("techniques", ":material/school:"),
        Entry("data_set", ":material/photo_library:"),
        Entry("models", ":material/account_tree:"),
    ),
    "results": (
        Entry("training_curves", ":material/show_chart:"),
        Entry("confusion", ":material/grid_on:"),
        Entry("comparison", ":material/scatter_plot:"),
        Entry("budget", ":material/filter_alt:"),
    ),
    "evidence": (
        Entry("scores", ":material/leaderboard:"),
        Entry("reproduced", ":material/fact_check:"),
        Entry("verdict", ":material/balance:"),
        Entry("ablation", ":material/science:"),
        Entry("fidelity", ":material/compare_arrows:"),
        Entry("forgotten", ":material/psychology_alt:"),
        Entry("calibration", ":material/percent:"),
        Entry("robustness", ":material/foggy:"),
        Entry("suspects", ":material/label_off:"),
    ),
    "try": (Entry("live", ":material/photo_camera:"),),
}
ENTRIES = {entry.name: entry for entries in SECTIONS.values() for entry in entries}
# The page at the root of the address.
FIRST = "overview"
# In the session: the page before the presenter mode, to which it leads back.
CAME_FROM = "pages.came_from"
