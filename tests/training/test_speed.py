"""What the measurement of training speed measures; how fast that is, no test can say."""

import pytest

from kd_core.study import parse_study
from kd_core.training import speed
from kd_core.training.restored import unquantized
from tests.conftest import TINY


@pytest.mark.parametrize(("teacher", "asked"), [("tiny/teacher", []), ("tiny/int8", ["int8"])])
def test_a_quantized_teacher_is_asked_as_deployed_and_any_other_as_trained(
    teacher, asked, tiny_made, make_job, monkeypatch
):
    models, answers = [], speed.deployed_answers

    def noted(model, spec, examples):
        models.append(model.parent.name)
        return answers(model, spec, examples)

    monkeypatch.setattr(speed, "deployed_answers", noted)
    monkeypatch.setattr(speed, "SECONDS", 0.01)
    monkeypatch.setattr(speed, "ROUNDS", 2)
    tables = {"scratch": TINY["runs"]["scratch"], "pupil": TINY["runs"]["distilled"] | {"teacher": teacher}}
    job = make_job(parse_study(TINY | {"runs": tables}, "pupils", "pupils.toml"), root=tiny_made.store.root)
    found = speed.training_speed(job)
    assert models == asked
    assert (found.study, found.run, found.teacher_run, found.views) == ("pupils", "pupil", teacher, 2)
    rates = (found.plain, found.cached, found.live, found.model_alone, found.teacher)
    assert min(rates) > 0
    saved = 1 / found.live - 1 / found.cached
    assert (found.pays_from_epoch > 0) == (saved > 0)


def test_nothing_distilled_is_a_sentence(make_job):
    job = make_job(parse_study(TINY | {"runs": {"scratch": TINY["runs"]["scratch"]}}, "plain", "plain.toml"))
    with pytest.raises(Exception, match=r"The study plain has no distilled run whose training could be measured\."):
        speed.training_speed(job)


def test_the_network_behind_a_quantized_run_is_found(tiny_made):
    assert unquantized(tiny_made, "int8") == "tiny/distilled"
    assert unquantized(tiny_made, "distilled") == "distilled"
