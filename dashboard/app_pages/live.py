"""The page: live."""

from dashboard.components.header import page_header
from dashboard.selection import pick_study

with page_header("live"):
    study = pick_study()
