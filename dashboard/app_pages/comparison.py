"""The page: comparison."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("comparison"):
    study = pick_study()
