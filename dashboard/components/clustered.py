"""Clustering by its measurements: each clustered run beside the run that it was made from."""

from dashboard import context
from dashboard.components.differences import show_differences
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.variants import show_variants
from dashboard.names import study_name
from dashboard.text import t


def show_clustering(study: str, split: str) -> None:
    """Draw the section: the table, and what sharing values cost in accuracy; a sentence where nothing is clustered."""
    records, _ = context.runs(study)
    pairs = [(r, p) for r in records if r.stage == "cluster" for p in records if p.run == r.parent]
    if not pairs:
        show_missing(t("techniques.no_clustered", study=study_name(study)))
        return
    show_variants(pairs, split, key="techniques.clustered")
    show_problems(show_differences(pairs, split, key="techniques.clustered_differences"))
