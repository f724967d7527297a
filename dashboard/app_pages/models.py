"""The page: models."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("models"):
    study = pick_study()
