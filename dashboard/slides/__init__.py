"""The talk: its agenda is that of the original's, and every slide is one message with its figure."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboard.slides import comparison, conclusion, live, review, students, teacher, techniques
from dashboard.slides.scene import Scene, Slide


@dataclass(frozen=True)
class Point:
    """A slide: the point of the agenda that it belongs to, and what makes it (and may raise ``MissingError``)."""

    section: str
    make: Callable[[Scene], Slide]


AGENDA = ("review", "techniques", "teacher", "students", "comparison", "live", "conclusion")
TALK = (
    Point("review", review.claims),
    Point("review", review.contradictions),
    Point("techniques", techniques.softening),
    Point("teacher", teacher.knowledge),
    Point("students", students.taught),
    Point("students", students.shrunk),
    Point("comparison", comparison.kept),
    Point("comparison", comparison.saved),
    Point("live", live.asked),
    Point("conclusion", conclusion.proven),
)
