"""What fits: the most accurate run within a largest file, a longest time, and what may be lost."""

from dashboard import derived
from dashboard.components.budget import show_budget
from dashboard.components.header import page_header
from dashboard.components.limits import pick_limits, pick_size
from dashboard.components.notices import show_missing, show_problems
from dashboard.machines import machine_words, pick_machine, rows_on
from dashboard.names import run_label, study_name
from dashboard.selection import pick_study
from dashboard.tables.budget import candidate, known_limits
from dashboard.text import t

# Chosen on validation and never by test, so that the test figure shown beside it stays honest.
CHOSEN_ON, REPORTED = "val", "test"


def main() -> None:
    """Draw the page."""
    with page_header("budget"):
        study = pick_study()
        if study is None:
            return
        machine = pick_machine(study)
        rows, problems = rows_on(study, CHOSEN_ON, machine)
        size = pick_size([figures for _, figures in rows])
    reported, met = rows_on(study, REPORTED, machine)
    top = derived.teacher(study)
    best, top_problems = derived.figures(top, CHOSEN_ON) if top else (None, [])
    show_problems([*problems, *met, *top_problems])
    if not rows:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return
    candidates = [candidate(figures, best, size) for _, figures in rows]
    limits = pick_limits(known_limits(candidates))
    stated = all(figures.published for _, figures in rows)
    notes = [t("budget.stated") if stated else machine_words(machine)]
    if top is not None:
        notes.insert(0, t("budget.lost_against", teacher=run_label(top)))
    show_budget(rows, reported, candidates, limits, teacher=top, notes=" ".join(notes))


main()
