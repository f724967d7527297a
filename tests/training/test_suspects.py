"""Planted wrong labels in drawn pictures are found with the real backbone; what cannot be judged is a sentence."""

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.frame import fingerprint
from kd_core.data.index import build_index
from kd_core.data.synthetic import CLASSES, draw
from kd_core.errors import KdError
from kd_core.progress import Silent
from kd_core.study import parse_study
from kd_core.training.job import Job
from kd_core.training.plain_features import plain_features, teacher_named
from kd_core.training.suspects import find_suspects
from tests.conftest import TINY

SHAPES = CLASSES[:4]
PLANTED = 8


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A job on drawn pictures of which some training pictures lie in the folder of the next class, and their paths."""
    root = tmp_path_factory.mktemp("planted")
    draw(root / "set", classes=SHAPES, per_split={"train": 60, "val": 8, "test": 8}, size=64, seed=3)
    moved = set()
    for number in range(PLANTED):
        source, target = SHAPES[number % 4], SHAPES[(number + 1) % 4]
        file = root / "set" / "train" / source / f"{source}-{number + 1:04d}.png"
        file.rename(root / "set" / "train" / target / file.name)
        moved.add(f"train/{target}/{file.name}")
    raw = {"runs": {"teacher": TINY["runs"]["teacher"] | {"epochs": 1, "input_size": 96, "unfreeze": 2}}}
    index = build_index(root / "set", near_copies=False)
    study = parse_study(raw, "planted", "planted.toml")
    return Job(study, index, ArtifactStore(root / "artifacts"), root / "cache", Silent()), moved


@pytest.fixture(scope="module")
def found(planted):
    """What is found among them."""
    return find_suspects(planted[0])


def test_planted_labels_are_among_the_first_suspects(planted, found):
    job, moved = planted
    first = [one.path for one in found.pictures[: 2 * PLANTED]]
    # By chance it would be one of them in two tries.
    assert len(moved & set(first)) >= 0.75 * PLANTED
    right = [one for one in found.pictures if one.path in moved]
    # The file keeps the name of what was drawn.
    assert np.mean([one.suggested == one.path.split("/")[2].rpartition("-")[0] for one in right]) >= 0.75
    assert found.audited["train"][SHAPES[0]] == 60
    assert (found.n_audited, found.fingerprint) == (304, fingerprint(job.frame))
    assert found.accuracy > 0.8
    assert (found.teacher, found.network, found.input_size) == ("teacher", "efficientnet-lite0", 96)


def test_asked_again_it_answers_the_same_and_the_list_is_capped_where_the_count_is_not(planted, found):
    short = find_suspects(planted[0], most=3)
    assert short.pictures == found.pictures[:3]
    assert short.flagged == found.flagged
    assert short.n_flagged == len(found.pictures)


def test_features_are_pooled_kept_and_those_of_the_index(planted):
    job, _ = planted
    _, settings = teacher_named(job)
    features = plain_features(job, settings)
    assert features.shape == (304, 1280)
    assert len(list((job.cache / "arrays").glob("*.npy"))) == 1
    np.testing.assert_array_equal(plain_features(job, settings), features)


def test_a_study_without_a_teacher_is_a_sentence(planted):
    job, _ = planted
    raw = {"runs": {"scratch": TINY["runs"]["scratch"] | {"epochs": 1}}}
    bare = Job(parse_study(raw, "bare", "bare.toml"), job.index, job.store, job.cache, Silent())
    with pytest.raises(KdError, match="The study bare has no teacher"):
        find_suspects(bare)


def test_a_teacher_of_another_study_is_asked(tiny_made, planted):
    job, _ = planted
    table = TINY["runs"]["distilled"] | {"teacher": "tiny/teacher", "epochs": 1}
    raw = {"runs": {"scratch": TINY["runs"]["scratch"] | {"epochs": 1}, "distilled": table}}
    guest = Job(parse_study(raw, "guest", "guest.toml"), job.index, tiny_made.store, job.cache, Silent())
    name, settings = teacher_named(guest)
    assert (name, settings.input_size) == ("tiny/teacher", 32)
