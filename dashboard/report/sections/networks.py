"""The networks of teacher and best student as diagrams of their blocks."""

from dashboard.components.architecture import architecture
from dashboard.names import run_label
from dashboard.report.blocks import Block, Chart, Prose, Section
from dashboard.report.material import Material
from dashboard.text import t

# Size of what stands below a block's name, in px.
LINES = 10


def networks(material: Material) -> Section | None:
    """Return a diagram for each of the two; nothing where neither's layers can be read."""
    drawn: list[Block] = []
    for record in material.compared:
        found = architecture(record, dark=False) if record.claims is None else None
        if found is not None:
            # The cards leave room for the dashboard's narrow letters; what a reader's machine has may be wider.
            found.figure.update_traces(textfont_size=LINES, selector={"name": "lines"})
            drawn.append(Chart(found, f"network-{record.run}", run_label(record)))
    if not drawn:
        return None
    return Section("networks", t("report.networks_title"), [Prose(t("report.networks_lead")), *drawn])
