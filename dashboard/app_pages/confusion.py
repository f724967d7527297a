"""Confusion matrices: one run or two, and a click on a cell shows its pictures."""

import streamlit as st

from dashboard import address, derived
from dashboard.choices import pick_option
from dashboard.components.cell import Speaker, show_cell
from dashboard.components.header import page_header
from dashboard.components.matrix import matrix_caption, show_matrix, take_click
from dashboard.components.notices import calm, notices_in, show_missing, show_problems
from dashboard.counted import Counted, counted, has_matrix
from dashboard.formats import fmt_count
from dashboard.names import class_name
from dashboard.part import Part, answers
from dashboard.selection import pick_clean, pick_other, pick_run, pick_split, pick_study
from dashboard.tables.confusion import Cell, largest_confusions, opinions, parse_cell, pictures_of
from dashboard.text import t
from kd_core.artifacts import Predictions, RunRecord
from kd_core.evaluation.metrics import NORMS

SIDES = ("1", "2")
# Beside one matrix the pictures scroll on their own, so that the matrix stays in view.
BESIDE = 620


def _page() -> None:
    with page_header("confusion"):
        study = pick_study()
        first = _pick_first(study) if study else None
        other = pick_other(first, keep=has_matrix) if first else None
    if study is None or first is None:
        return
    # The slides state one matrix a model: there is no other split, and no telling which pictures leaked.
    split, clean = "test", False
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    with notices_in(st.container()), row:
        norm = pick_option("norm", t("confusion.norm"), NORMS, label_of=lambda n: t(f"confusion.norm_{n}"))
        if first.claims is None:
            split = pick_split()
            clean = pick_clean(study)
    shown = [found for record in (first, other) if record and (found := _read(record, split, clean))]
    if shown:
        _matrices(study, shown, split, norm, clean)


def _pick_first(study: str) -> RunRecord | None:
    best = derived.best_student(study)
    return pick_run(study, keep=has_matrix, default=best.run if best else None)


def _read(record: RunRecord, split: str, clean: bool) -> Counted | None:
    found, problems = counted(record, split, clean)
    show_problems(problems)
    return found


@st.fragment
def _matrices(study: str, shown: list[Counted], split: str, norm: str, clean: bool) -> None:
    with calm(), address.one_entry():
        classes = shown[0].record.classes
        for side in SIDES[: len(shown)]:
            take_click(classes, side)
        cell, side = _chosen(shown)
        if len(shown) == 1:
            left, right = st.columns([3, 2], gap="large")
            with left:
                _matrix(shown[0], SIDES[0], cell, split=split, norm=norm, clean=clean, height=640)
            with right:
                _behind(study, shown, cell, side, split=split, clean=clean, height=BESIDE)
            return
        for column, matrix, own in zip(st.columns(2, gap="large"), shown, SIDES, strict=True):
            with column:
                st.markdown(f"#### {matrix.label}")
                _matrix(matrix, own, cell if own == side else None, split=split, norm=norm, clean=clean, height=520)
        _behind(study, shown, cell, side, split=split, clean=clean, height=None)


def _matrix(shown: Counted, side: str, cell: Cell | None, *, split: str, norm: str, clean: bool, height: int) -> None:
    caption = matrix_caption(shown, split, clean)
    show_matrix(shown.matrix, shown.record.classes, norm=norm, side=side, cell=cell, caption=caption, height=height)


def _chosen(shown: list[Counted]) -> tuple[Cell | None, str]:
    """Return the chosen cell and the side it was chosen on; at first the largest confusion of the first run."""
    classes = shown[0].record.classes
    side = address.read("side")
    side = side if side in SIDES[: len(shown)] else SIDES[0]
    wanted = address.read("cell")
    cell = parse_cell(wanted, classes)
    if wanted and cell is None:
        show_missing(t("shell.bad_address", name="cell", value=wanted))
    if cell is None:
        largest = largest_confusions(shown[0].matrix, classes, 1)
        cell = Cell(largest["true"].iloc[0], largest["predicted"].iloc[0]) if len(largest) else None
    return cell, side


def _behind(
    study: str, shown: list[Counted], cell: Cell | None, side: str, *, split: str, clean: bool, height: int | None
) -> None:
    """Draw the lists by which a cell is chosen without a mouse, and what is behind it."""
    current = shown[SIDES.index(side)]
    cell = _pick_cell(shown, cell, side)
    if current.predictions is None:
        count = int(current.matrix[_position(current, cell)])
        st.markdown(f"#### {current.label}")
        st.markdown(t("confusion.only_counts", n=fmt_count(count)))
        return
    inside = pictures_of(current.predictions, cell)
    paths = list(inside.path)
    total = int((current.predictions.label == current.predictions.classes.index(cell.true)).sum())
    speakers = [
        Speaker(record, opinions(predictions, paths))
        for record, predictions in _voices(study, shown, current, split, clean)
    ]
    show_cell(cell, paths, total, speakers, height=height)


def _pick_cell(shown: list[Counted], cell: Cell | None, side: str) -> Cell:
    classes = shown[0].record.classes
    cell = cell or Cell(classes[0], classes[0])
    names = {name: class_name(name) for name in classes}
    sides = {own: matrix.label for own, matrix in zip(SIDES, shown, strict=False)}
    with st.container(horizontal=True, gap="small"):
        for key, label, options, value in (
            ("true", t("confusion.true"), names, cell.true),
            ("predicted", t("confusion.predicted"), names, cell.predicted),
            ("side", t("shell.run"), sides, side),
        ):
            if len(options) > 1:
                st.session_state[f"cell.{key}"] = value
                st.selectbox(
                    label, list(options), format_func=options.__getitem__, key=f"cell.{key}", on_change=_store_cell
                )
    address.write("cell", cell.write())
    address.write("side", side if len(shown) > 1 else None)
    return cell


def _store_cell() -> None:
    address.write("cell", Cell(st.session_state["cell.true"], st.session_state["cell.predicted"]).write())
    if "cell.side" in st.session_state:
        address.write("side", st.session_state["cell.side"])


def _position(shown: Counted, cell: Cell) -> tuple[int, int]:
    return shown.record.classes.index(cell.true), shown.record.classes.index(cell.predicted)


def _voices(
    study: str, shown: list[Counted], current: Counted, split: str, clean: bool
) -> list[tuple[RunRecord, Predictions]]:
    """Return the run of the cell and a second one: the other matrix, else the teacher, else the best student."""
    voices = [] if current.predictions is None else [(current.record, current.predictions)]
    others = [(matrix.record, matrix.predictions) for matrix in shown if matrix is not current]
    if not others:
        candidates = [r for r in (derived.teacher(study), derived.best_student(study)) if r is not None]
        record = next((r for r in candidates if (r.study, r.run) != (current.record.study, current.record.run)), None)
        found, problems = answers(record, Part(split, clean)) if record else (None, [])
        show_problems(problems)
        others = [(record, found)] if record else []
    return voices + [(record, predictions) for record, predictions in others if predictions is not None]


_page()
