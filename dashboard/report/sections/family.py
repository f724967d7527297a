"""The family of the runs: who descends from whom, and what each step cost and bought."""

from dashboard.components.compressed import kin
from dashboard.components.family import family_tree
from dashboard.report.blocks import Block, Chart, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.text import t

# Size of the runs' names in px.
NAMES = 12


def family(material: Material) -> Section | None:
    """Return the tree; nothing for runs that were only stated, whose descent nobody recorded."""
    if not material.measured:
        return None
    found = kin(material.study, material.rows, material.machine, SPLIT)
    tree, problems = family_tree(
        material.study,
        found.members,
        found.figures,
        found.flagged,
        part=material.part,
        split=SPLIT,
        where=material.where,
        dark=False,
    )
    # The cards leave room for the dashboard's narrow letters; what a reader's machine has may be wider.
    tree.figure.update_traces(textfont_size=NAMES, selector={"name": "runs"})
    blocks: list[Block] = [Prose(t("family.lead")), Chart(tree, "family")]
    if any(record.stage == "prune" for record in material.records):
        blocks.append(Prose(t("family.pruning"), "note"))
    return Section("family", t("family.title"), blocks, problems)
