"""The page: conclusion."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("conclusion"):
    study = pick_study()
