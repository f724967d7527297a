"""The page: overview."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("overview"):
    study = pick_study()
