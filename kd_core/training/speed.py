"""How fast a student trains with cached targets, beside plain training and a teacher that runs in every step.

All ways are measured in one session, in rounds; the first steps of each turn are not counted. The order is drawn anew
each round: some ways go on computing ahead for a while, which the next one pays for, and that shall not always be the
same one. A ratio is the median over the rounds of the two rates in one round, since a machine is not equally fast all
the time.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import cycle
from typing import Any

import numpy as np

from kd_core.artifacts.schema import TrainingSpeed
from kd_core.backend import keras, tf
from kd_core.data.augment import Augmentation
from kd_core.errors import KdError
from kd_core.models.of_run import network_of
from kd_core.models.precision import precision
from kd_core.models.registry import input_spec
from kd_core.settings import Distill, Training
from kd_core.training.arrays import computed
from kd_core.training.distiller import Distiller, Recipe
from kd_core.training.drawn import drawn
from kd_core.training.job import Job
from kd_core.training.optimizers import optimizer
from kd_core.training.restored import is_quantized, restored, unquantized
from kd_core.training.streams import Examples, normalised, training_stream
from kd_core.training.targets import BATCH, deployed_answers

ROUNDS = 9
SECONDS = 4.0
# As many steps as the input pipeline prepares ahead while other ways are measured, or what ``SECONDS`` have of them:
# beside the seconds that a large teacher takes for a step, what was prepared does not count.
_WARM_UP = 8


@dataclass(frozen=True)
class _Way:
    """One way to train: ``step`` does one optimizer step on the next batch and returns how many pictures it had."""

    name: str
    step: Callable[[], int]


def training_speed(job: Job) -> TrainingSpeed:
    """Measure the first distilled run of a study on this machine.

    Of a quantized teacher the network that it was made from runs in every step; its answers, by which the cache is
    filled, come from the deployed model, as they do in a training.

    Raises:
        KdError: if the study distils nothing, or the teacher's run cannot be read.
    """
    run, settings = next(((n, s) for n, s in job.study.runs.items() if isinstance(s, Distill)), (None, None))
    if run is None or settings is None:
        raise KdError(f"The study {job.study.name} has no distilled run whose training could be measured.")
    found = restored(job, unquantized(job, settings.teacher))
    teacher, teacher_settings = found.network, found.trained
    views = settings.augmentation.views
    # All of them, however few epochs are trained: what is measured goes round through every view.
    examples = drawn(job, job.training_rows, settings.input_size, settings.augmentation, views)
    _read_once(job, examples)
    with _answering(job, settings, teacher, teacher_settings) as answers:
        ways = [
            _plain(settings, examples),
            _cached(settings, examples),
            _live(job, settings, examples, teacher, teacher_settings),
            _model_alone(settings, examples),
            answers,
        ]
        turns = _interleaved(job, ways)
    rates = {name: float(np.median(of_turns)) for name, of_turns in turns.items()}
    # What one epoch saves, against what the answers to all views of all pictures took, in seconds per picture.
    saved = 1 / rates["live"] - 1 / rates["cached"]
    spent = examples.views / rates["teacher"]
    return TrainingSpeed(
        study=job.study.name,
        run=run,
        teacher_run=settings.teacher,
        precision=settings.precision,
        views=examples.views,
        rounds=ROUNDS,
        cached_to_plain=float(np.median(turns["cached"] / turns["plain"])),
        cached_to_live=float(np.median(turns["cached"] / turns["live"])),
        pipeline_share=1 - float(np.median(turns["plain"] / turns["model_alone"])),
        pays_from_epoch=max(1, int(np.ceil(spent / saved))) if saved > 0 else 0,
        **rates,
    )


def _read_once(job: Job, examples: Examples) -> None:
    """Show every picture once: the first epoch waits for the disk, and what is measured stands for all the others."""
    with job.progress.task("Reading pictures", len(examples)) as advance:
        for positions in np.array_split(np.arange(len(examples)), max(1, len(examples) // 256)):
            examples.fetch(positions, 0)
            advance(len(positions))


def _plain(settings: Distill, examples: Examples) -> _Way:
    return _stepping("plain", settings, Recipe(), examples.classes, iter(_stream(settings, examples)))


def _cached(settings: Distill, examples: Examples) -> _Way:
    # What the targets say does not change how long a step takes; where they are read from does: an array like theirs.
    targets = [np.zeros((len(examples), examples.classes), np.float16)] * examples.views
    stream = _stream(settings, replace(examples, targets=targets))
    return _stepping("cached", settings, _recipe(settings), examples.classes, iter(stream))


def _live(job: Job, settings: Distill, examples: Examples, teacher: keras.Model, of_teacher: Training) -> _Way:
    large = job.pixels(job.training_rows, of_teacher.input_size, settings.augmentation)
    spec = input_spec(of_teacher.network, of_teacher.input_size)
    seen_by_teacher = normalised(training_stream(large, settings.batch_size, settings.seed, _EPOCHS), spec)
    both = tf.data.Dataset.zip((_stream(settings, examples), seen_by_teacher))
    answer = tf.function(lambda inputs: teacher(inputs, training=False), reduce_retracing=True)
    batches = (small | {"targets": answer(big["inputs"])} for small, big in both)
    return _stepping("live", settings, _recipe(settings), examples.classes, batches)


def _model_alone(settings: Distill, examples: Examples) -> _Way:
    batch = next(iter(_stream(settings, examples)))

    def again() -> Iterator[dict[str, tf.Tensor]]:
        while True:
            yield batch

    return _stepping("model_alone", settings, Recipe(), examples.classes, again())


@contextmanager
def _answering(job: Job, settings: Distill, teacher: keras.Model, of_teacher: Training) -> Iterator[_Way]:
    """Give the way in which the targets are computed; what it computes ahead ends with the block."""
    record = job.record(settings.teacher)
    if not is_quantized(record):
        yield _network(job, teacher, of_teacher, settings.augmentation)
        return
    spec = record.input
    assert spec is not None
    examples = job.pixels(job.training_rows, spec.height, settings.augmentation)
    compute = deployed_answers(job.store.model_path(record.study, record.run), spec, examples)
    batches = np.array_split(np.arange(len(examples)), max(1, len(examples) // BATCH))
    with closing(computed(partial(compute, 0), cycle(batches))) as answers:
        yield _Way("teacher", lambda: len(next(answers)))


def _network(job: Job, teacher: keras.Model, settings: Training, views: Augmentation) -> _Way:
    examples = job.pixels(job.training_rows, settings.input_size, views)
    spec = input_spec(settings.network, settings.input_size)
    batches = iter(normalised(training_stream(examples, BATCH, 0, _EPOCHS), spec))
    answer = tf.function(lambda inputs: teacher(inputs, training=False), reduce_retracing=True)

    def step() -> int:
        return int(answer(next(batches)["inputs"]).numpy().shape[0])

    return _Way("teacher", step)


# More epochs than any measurement shows.
_EPOCHS = range(1000)


def _stream(settings: Distill, examples: Examples) -> tf.data.Dataset:
    spec = input_spec(settings.network, settings.input_size)
    return normalised(training_stream(examples, settings.batch_size, settings.seed, _EPOCHS), spec)


def _recipe(settings: Distill) -> Recipe:
    return Recipe(settings.alpha, settings.temperature, settings.scale_by_t2)


def _stepping(name: str, settings: Distill, recipe: Recipe, classes: int, batches: Iterator[dict[str, Any]]) -> _Way:
    with precision(settings.precision):
        student = network_of(settings, classes)
    distiller = Distiller(student, recipe)
    distiller.compile(optimizer=optimizer(settings, 100))
    train = tf.function(distiller.train_step, reduce_retracing=True)

    def step() -> int:
        batch = next(batches)
        float(train(batch)["loss"])
        return int(batch["labels"].shape[0])

    return _Way(name, step)


def _steps(way: _Way, most: int | None = None) -> float:
    """Return the pictures a second of as many steps as begin within ``SECONDS``, no more than ``most``."""
    pictures, steps, spent, began = 0, 0, 0.0, time.perf_counter()
    while spent < SECONDS and steps != most:
        pictures, steps = pictures + way.step(), steps + 1
        spent = time.perf_counter() - began
    return pictures / spent


def _interleaved(job: Job, ways: list[_Way]) -> dict[str, np.ndarray]:
    """Return the pictures a second of each way in each round: float64 [rounds]."""
    rates = {way.name: np.zeros(ROUNDS) for way in ways}
    with job.progress.task("Measuring training", ROUNDS * len(ways)) as advance:
        for turn in range(ROUNDS):
            for number in np.random.default_rng(turn).permutation(len(ways)):
                way = ways[number]
                _steps(way, most=_WARM_UP)
                rates[way.name][turn] = _steps(way)
                advance(1, way.name)
    return rates
