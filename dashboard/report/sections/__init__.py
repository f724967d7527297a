"""The sections of a report in the order of the page: each takes the material and gives its part, or nothing."""

from collections.abc import Callable

from dashboard.report.blocks import Section
from dashboard.report.material import Material
from dashboard.report.sections.ablation import ablation
from dashboard.report.sections.calibration import calibration
from dashboard.report.sections.checks import checks
from dashboard.report.sections.conclusion import conclusion
from dashboard.report.sections.confusion import confusion
from dashboard.report.sections.data import data
from dashboard.report.sections.environment import environment
from dashboard.report.sections.family import family
from dashboard.report.sections.networks import networks
from dashboard.report.sections.published import published
from dashboard.report.sections.runs import runs
from dashboard.report.sections.scores import scores
from dashboard.report.sections.studied import studied
from dashboard.report.sections.training import training
from dashboard.report.sections.verdicts import verdicts

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    conclusion,
    studied,
    data,
    runs,
    networks,
    verdicts,
    ablation,
    family,
    training,
    confusion,
    scores,
    calibration,
    checks,
    published,
    environment,
)


def sections_of(material: Material) -> list[Section]:
    """Return all sections that have something to say of a study, in the order of the page."""
    return [found for section in SECTIONS if (found := section(material)) is not None]
