"""Models: every network with its totals, its blocks, layers and settings, measured or as the slides list them."""

from dashboard import context
from dashboard.components.architecture import show_architecture
from dashboard.components.configurations import BESIDE, show_configurations
from dashboard.components.contradictions import show_contradictions
from dashboard.components.header import page_header
from dashboard.components.network import show_bars, show_layers, show_stated, show_totals
from dashboard.selection import pick_run, pick_study
from kd_core.artifacts import Claims, RunRecord

# The published contradictions that are about what the networks are made of.
CODES = ("impossible-layer", "parameters-with-masks")


def main() -> None:
    """Draw the page."""
    with page_header("models"):
        study = pick_study()
        record = pick_run(study, forget=(BESIDE,)) if study else None
    if record is None:
        return
    if record.claims is not None:
        show_stated(record)
        _contradictions(record, record.claims)
        return
    show_totals(record)
    show_architecture(record)
    show_bars(record)
    show_configurations(record, context.runs(record.study)[0])
    # The longest comes last: a teacher has a hundred layers.
    show_layers(record)


def _contradictions(record: RunRecord, claims: Claims) -> None:
    """Show the contradictions that name this run, or its stated count."""
    found, _ = context.contradictions(record.study)
    about = (record.run, claims.total_params)
    codes = tuple(c.code for c in found if c.code in CODES and any(value in about for value in c.values.values()))
    if codes:
        show_contradictions(record.study, codes=codes)


main()
