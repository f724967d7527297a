"""Where a shipped model looked when it answered: its last map and the weights over it, read and brought together."""

from dashboard import context
from kd_core.artifacts import ArtifactError, RunRecord
from kd_core.evaluation.activation import Attribution, attribute, has_linear_head
from kd_core.evaluation.classifier import Answer


def look(record: RunRecord, answer: Answer, name: str) -> Attribution | None:
    """Return what every position of the last map says for a class; None where the network has no such positions.

    That is a network with hidden layers between its last map and its logits (``has_linear_head``).

    Args:
        record: the run.
        answer: what its model says about a picture.
        name: the class.

    Raises:
        ArtifactError: if the run's ``head.npz`` is missing where there must be one, damaged, or of another network.
    """
    head, problems = context.head(record.study, record.run)
    if head is None:
        layers, _ = context.layers(record.study, record.run)
        missing = not (context.store().folder(record.study, record.run) / "head.npz").is_file()
        if missing and layers is not None and has_linear_head(layers) is False:
            return None
        raise ArtifactError(problems[0].sentence)
    try:
        return attribute(answer, head, record.classes.index(name))
    except ArtifactError as error:
        raise ArtifactError(f"{record.study}/{record.run}/head.npz: {error}") from error
