"""Review: what the original claims, and where its slides contradict themselves."""

import streamlit as st

from dashboard import context, derived
from dashboard.components.contradictions import told
from dashboard.components.duel import show_duels
from dashboard.formats import fmt_count, fmt_ratio
from dashboard.names import study_name
from dashboard.roles import PUBLISHED
from dashboard.slides.scene import MissingError, Scene, Slide, called, figures, points
from dashboard.tables.headline import duels
from dashboard.text import t

# A stage has room for four cards, and for three paragraphs: those on what was saved and what it cost.
SHOWN = ("accuracy", "size_bytes", "parameters", "test_seconds")
TOLD = ("savings-disk", "parameters-with-masks", "accuracy-vs-matrix")


def claims(scene: Scene) -> Slide:
    """Return what the original's slides state of its teacher and its best student."""
    teacher, student = derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)
    if teacher is None or student is None:
        raise MissingError(t("presenter.no_claims"))
    cards = {card.figure: card for card in duels(figures(teacher), figures(student))}
    size, accuracy = cards.get("size_bytes"), cards.get("accuracy")
    if size is None or accuracy is None or size.factor is None or accuracy.difference is None:
        raise MissingError(t("presenter.no_claims"))
    names = {"teacher": called(teacher), "student": called(student)}
    return Slide(
        title=t("presenter.claims_title", factor=fmt_ratio(size.factor), points=points(accuracy.difference)),
        draw=lambda: show_duels([cards[name] for name in SHOWN if name in cards], **names, with_claims=False),
        caption=t("overview.caption_published", runs=", ".join(f"{r.study}/{r.run}" for r in (teacher, student))),
    )


def contradictions(scene: Scene) -> Slide:
    """Return where the figures of the original do not fit one another."""
    found = context.contradictions(PUBLISHED)[0]
    words = {one.code: said for one in found if (said := told(one)) is not None}
    if not words:
        raise MissingError(t("presenter.no_contradictions"))
    shown = [words[code] for code in TOLD if code in words] or list(words.values())[: len(TOLD)]
    others = [title for title, text in words.values() if (title, text) not in shown]

    def draw() -> None:
        with st.container(key="presenter.large"):
            for column, (title, text) in zip(st.columns(len(shown)), shown, strict=True):
                with column.container(border=True, height="stretch"):
                    st.markdown(f"**{title}**")
                    st.markdown(text)
            if others:
                st.markdown(t("presenter.contradictions_also", titles=" · ".join(others)))

    once = "contradictions_once" if len(words) == 1 else "contradictions_title"
    return Slide(t(f"presenter.{once}", count=fmt_count(len(words))), draw, study_name(PUBLISHED))
