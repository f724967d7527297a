"""The page: training_curves."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("training_curves"):
    study = pick_study()
