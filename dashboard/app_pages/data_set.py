"""The page: data_set."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("data_set"):
    study = pick_study()
