"""Timing models that take turns, in an order that rotates, so that a slow moment of the machine meets all of them.

After MLPerf Inference's single stream (Reddi et al. 2020): a least number of calls and a least time.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from kd_core.data.load import load_pixels
from kd_core.evaluation.classifier import Classifier
from kd_core.progress import Reporter

WARM_UPS = 10
CALLS = 100
SECONDS = 2.0


def call_times(models: Mapping[str, Classifier], rounds: int, progress: Reporter) -> dict[str, list[list[float]]]:
    """Return the seconds of every counted call, by model and round.

    In each round each model has a turn: ``WARM_UPS`` calls that do not count, then calls until both ``CALLS`` of them
    and ``SECONDS`` s have passed. Only the model is timed, on an input that is prepared already.

    Args:
        models: by name.
        rounds: how many turns each has; every round begins with another model.
        progress: where to show the progress.
    """
    random = np.random.default_rng(0)
    tensors = {}
    for name, model in models.items():
        picture = random.integers(0, 256, (model.spec.height, model.spec.width, 3), dtype=np.uint8)
        tensors[name] = model.prepare(picture)
    times: dict[str, list[list[float]]] = {name: [] for name in models}
    with progress.task("Measuring latency", rounds * len(models)) as advance:
        for number in range(rounds):
            for name in _rotated(models, number):
                times[name].append(_turn(models[name], tensors[name]))
                advance(1, name)
    return times


def times_over(
    models: Mapping[str, Classifier], files: Sequence[Path], rounds: int, progress: Reporter
) -> dict[str, tuple[float, float]]:
    """Return the seconds that each model takes for all pictures: alone, and with reading, decoding and resizing them.

    Every picture goes once through every model, each decoding it for itself, a share of the pictures in each round.

    Raises:
        PictureError: if a file is no picture.
    """
    for file in files:
        # Whoever reads a file first waits for the disk, the models after it would not.
        file.read_bytes()
    alone, with_decoding = dict.fromkeys(models, 0.0), dict.fromkeys(models, 0.0)
    with progress.task("Test split", len(files) * len(models)) as advance:
        for number in range(rounds):
            share = files[number::rounds]
            for name in _rotated(models, number):
                spec = models[name].spec
                began = time.perf_counter()
                for file in share:
                    tensor = models[name].prepare(load_pixels(file, spec.height, spec.width))
                    called = time.perf_counter()
                    models[name].run(tensor)
                    alone[name] += time.perf_counter() - called
                with_decoding[name] += time.perf_counter() - began
                advance(len(share), name)
    return {name: (alone[name], with_decoding[name]) for name in models}


def _turn(model: Classifier, tensor: np.ndarray) -> list[float]:
    for _ in range(WARM_UPS):
        model.run(tensor)
    taken: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(taken) < CALLS or time.perf_counter() < end:
        began = time.perf_counter()
        model.run(tensor)
        taken.append(time.perf_counter() - began)
    return taken


def _rotated(models: Mapping[str, Classifier], number: int) -> list[str]:
    names = list(models)
    first = number % len(names)
    return names[first:] + names[:first]
