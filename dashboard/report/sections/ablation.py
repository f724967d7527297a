"""What each ingredient bought, in the report on the study that changes one at a time."""

from dashboard.ablation import STUDY
from dashboard.ablation import ablation as read_ablation
from dashboard.components.ablation import forest, sentence, table
from dashboard.report.blocks import Block, Chart, Numbers, Points, Prose, Section
from dashboard.report.material import Material
from dashboard.text import t

# Ingredients are chosen, and choices are made on validation.
CHOSEN_ON = "val"


def ablation(material: Material) -> Section | None:
    """Return what every change of the base is worth; nothing for another study, and where no change is finished."""
    found, problems = read_ablation(material.study, CHOSEN_ON) if material.study == STUDY else (None, [])
    if found is None or not found.changes:
        return None
    blocks: list[Block] = [
        Points([sentence(one) for one in found.changes]),
        Chart(forest(found, material.study, dark=False)),
        Numbers(table(found), "ablation"),
        Prose(t("ablation.method"), "note"),
    ]
    return Section("ablation", t("ablation.title"), blocks, problems)
