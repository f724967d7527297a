"""The page: techniques."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("techniques"):
    study = pick_study()
