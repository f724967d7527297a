"""A study says what it means, or which line to mend."""

import pytest

from kd_core.settings import Distill, Quantize
from kd_core.study import StudyError, load_study, parse_study, settings_of

TEACHER = {"stage": "teacher", "network": "efficientnet-lite0", "epochs": 3}
SCRATCH = {"stage": "scratch", "network": "student3", "epochs": 3}
DISTILL = {
    "stage": "distill",
    "network": "student3",
    "epochs": 3,
    "teacher": "teacher",
    "twin": "scratch",
    "alpha": 0.1,
    "temperature": 4,
    "scale_by_t2": True,
}
INT8 = {"stage": "quantize", "parent": "distilled", "scheme": "int8"}


def raw(**changes) -> dict:
    runs = {"teacher": TEACHER, "scratch": SCRATCH, "distilled": DISTILL, "int8": INT8}
    return {"runs": {name: dict(table) for name, table in runs.items()}} | changes


def study(**changes):
    return parse_study(raw(**changes), "demo", "demo.toml")


def test_runs_keep_their_order_and_defaults_reach_those_that_know_them():
    parsed = study(defaults={"batch_size": 32, "precision": "bfloat16", "representative": 77})
    assert list(parsed.runs) == ["teacher", "scratch", "distilled", "int8"]
    assert parsed.runs["distilled"].batch_size == 32
    assert isinstance(parsed.runs["int8"], Quantize)
    assert parsed.runs["int8"].representative == 77
    assert parsed.needs("distilled") == ["teacher", "scratch"]


def test_a_run_overrides_its_defaults():
    parsed = study(defaults={"epochs": 9, "learning_rate": 0.5})
    assert parsed.runs["teacher"].epochs == 3
    assert parsed.runs["teacher"].learning_rate == 0.5


def test_seeds_make_one_run_each_and_twins_stay_twins():
    runs = raw()["runs"]
    runs["scratch"]["seeds"] = [1, 2]
    runs["distilled"] |= {"seeds": [1, 2], "twin": "scratch-seed"}
    del runs["int8"]
    parsed = parse_study({"runs": runs}, "demo", "demo.toml")
    assert list(parsed.runs) == ["teacher", "scratch-seed1", "scratch-seed2", "distilled-seed1", "distilled-seed2"]
    second = parsed.runs["distilled-seed2"]
    assert isinstance(second, Distill)
    assert (second.seed, second.twin, second.teacher) == (2, "scratch-seed2", "teacher")


def test_inputs_change_with_the_run_its_parents_and_the_data_but_not_with_its_neighbours():
    before = study()
    runs = raw()["runs"]
    runs["teacher"]["epochs"] = 4
    after = parse_study({"runs": runs}, "demo", "demo.toml")
    assert after.inputs("teacher") != before.inputs("teacher")
    assert after.inputs("distilled") != before.inputs("distilled")
    assert after.inputs("int8") != before.inputs("int8")
    assert after.inputs("scratch") == before.inputs("scratch")
    # What a training goes on from is a part of it.
    runs["larger"] = SCRATCH | {"start": "scratch"}
    larger = parse_study({"runs": runs}, "demo", "demo.toml")
    assert larger.needs("larger") == ["scratch"]
    runs["scratch"]["epochs"] = 5
    assert parse_study({"runs": runs}, "demo", "demo.toml").inputs("larger") != larger.inputs("larger")
    runs["scratch"]["epochs"] = 3
    assert study(data={"drop_leaks": True}).inputs("scratch") != before.inputs("scratch")
    # A default that is written out changes nothing, and so a setting that is new and not used does not either.
    runs["scratch"]["clip_norm"] = 1.0
    clipped = parse_study({"runs": runs}, "demo", "demo.toml")
    runs["scratch"] |= {"decay_rate": 0.96, "precision": "float32"}
    assert parse_study({"runs": runs}, "demo", "demo.toml").inputs("scratch") == clipped.inputs("scratch")
    assert clipped.inputs("scratch") != before.inputs("scratch")


def test_settings_come_back_from_a_record():
    settings = study().runs["distilled"]
    assert settings_of(settings.model_dump(mode="json")) == settings
    with pytest.raises(StudyError, match="config"):
        settings_of({"stage": "distill", "something": "else"})


def change(run: str, **changes):
    def apply(table: dict) -> dict:
        table["runs"][run] |= changes
        return table

    return apply


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda t: t | {"extra": 1}, "unknown key extra"),
        (lambda t: t | {"defaults": {"epoch": 3}}, "defaults: no kind of run has the key epoch"),
        (lambda t: {}, "names no run"),
        (change("scratch", epoch=3), "run scratch: unknown key epoch"),
        (
            change("scratch", stage="guess"),
            "run scratch: stage must be one of teacher, scratch, distill, prune, cluster, qat, quantize",
        ),
        (change("distilled", teacher="professor"), "teacher names the run professor, which does not stand above it"),
        (change("int8", parent="student9"), "parent names the run student9"),
        (change("distilled", twin="int8"), "twin names the run int8, which does not stand above it"),
        (change("distilled", start="student9"), "start names the run student9, which does not stand above it"),
        (change("distilled", alpha=1.5), "run distilled: alpha"),
        (
            change("distilled", objective="dkd", augmentation={"mixing": {"kind": "mixup"}}),
            "run distilled: dkd needs one true class a picture",
        ),
        (change("scratch", network="student9"), "run scratch: network: Input should be 'resnet50', "),
        (change("scratch", epochs=0), "run scratch: epochs"),
        (change("scratch", augmentation={"views": 0}), "augmentation.views"),
        (change("scratch", seeds="three"), "seeds must be a list"),
        (lambda t: t | {"data": {"source": "moon"}}, "data: source"),
        (lambda t: t | {"defaults": 3}, "defaults must be a table, [defaults]"),
        (lambda t: t | {"runs": [{"stage": "scratch"}]}, "runs must be a table, [runs.NAME]"),
        (lambda t: t | {"runs": {"a": 3}}, "run a must be a table, [runs.a]"),
        (change("scratch", stage=["scratch"]), "run scratch: stage must be one of"),
        (change("scratch", seed=-1), "run scratch: seed: Input should be greater than or equal to 0"),
        (change("scratch", augmentation={"seed": -1}), "augmentation.seed"),
    ],
)
def test_every_mistake_is_a_sentence_that_names_file_and_key(damage, says):
    with pytest.raises(StudyError) as caught:
        parse_study(damage(raw()), "demo", "demo.toml")
    assert says in str(caught.value)
    assert str(caught.value).startswith("demo.toml")


def test_an_unknown_study_and_a_broken_file_are_sentences(tmp_path):
    with pytest.raises(StudyError, match=r'no study "nothing": choose one of .*showcase, smoke'):
        load_study("nothing")
    broken = tmp_path / "broken.toml"
    broken.write_text("[runs.a\n")
    with pytest.raises(StudyError, match=r"broken\.toml is no valid TOML"):
        load_study(str(broken))


@pytest.mark.parametrize("name", ["showcase", "smoke"])
def test_shipped_studies_are_sound_and_every_distilled_student_has_its_twin(name):
    parsed = load_study(name)
    for run in parsed.runs.values():
        if isinstance(run, Distill):
            twin = parsed.runs[run.twin]
            same = set(type(twin).model_fields) - {"stage", "start"}
            # What goes on from another run has a twin that goes on from that one's.
            assert twin.start == (parsed.runs[run.start].twin if run.start else None)
            assert {key: getattr(twin, key) for key in same} == {key: getattr(run, key) for key in same}
