"""The page: confusion."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("confusion"):
    study = pick_study()
