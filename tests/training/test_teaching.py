"""What a teacher says to the very views that a student is shown."""

import numpy as np

from kd_core.data.augment import Augmentation, render, views_of
from kd_core.data.load import decode
from kd_core.data.mixing import Mixing, mix, partners_of
from kd_core.evaluation.classifier import Classifier
from kd_core.training.teaching import targets_for

VIEWS = Augmentation(views=2, seed=4, flip=True, area=0.6, colour=0.1)


def asked(job, run: str, position: int, view: int, augmentation: Augmentation) -> np.ndarray:
    """Render the view of a training picture by hand and ask the deployed model of a run."""
    rows, record = job.training_rows, job.record(run)
    spec = record.input

    def shown(at: int) -> np.ndarray:
        picture = decode(job.index.file(rows["path"].iloc[at]))
        return render(picture, views_of(augmentation, rows.index.to_numpy()[[at]], view)[0], spec.height, spec.width)

    pixels = shown(position)
    if augmentation.mixing is not None:
        number = rows.index.to_numpy()[[position]]
        (partner,), (share,), (corner,) = partners_of(augmentation.mixing, augmentation.seed, number, view, len(rows))
        pixels = mix(augmentation.mixing, pixels, shown(partner), share, corner)
    return Classifier(job.store.model_path("tiny", run), spec)(pixels).logits


def test_a_quantized_teacher_answers_as_it_is_deployed(tiny_made):
    targets = targets_for(tiny_made, "int8", VIEWS)
    assert [part.shape for part in targets] == [(len(tiny_made.training_rows), 15)] * 2
    for position, view in ((0, 0), (7, 1), (100, 1)):
        expected = asked(tiny_made, "int8", position, view, VIEWS)
        np.testing.assert_allclose(targets[view][position], expected, rtol=1e-3, atol=1e-3)


def test_a_teacher_is_asked_about_the_very_mixtures_that_the_student_sees(tiny_made):
    mixed = VIEWS.model_copy(update={"mixing": Mixing(kind="cutmix")})
    targets = targets_for(tiny_made, "teacher", mixed)
    for position, view in ((3, 0), (50, 1)):
        expected = asked(tiny_made, "teacher", position, view, mixed)
        np.testing.assert_allclose(targets[view][position], expected, rtol=0.02, atol=0.03)
    student = tiny_made.pixels(tiny_made.training_rows, 32, mixed)
    partners, shares = student.mixed(np.array([3]), 0)
    number = tiny_made.training_rows.index.to_numpy()[[3]]
    expected_partners, expected_shares, _ = partners_of(mixed.mixing, 4, number, 0, len(tiny_made.training_rows))
    assert (partners[0], shares[0]) == (expected_partners[0], expected_shares[0])
