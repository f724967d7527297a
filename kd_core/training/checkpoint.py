"""The state of a training between two epochs: one file, replaced in one step, so that a kill loses little."""

import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from kd_core.atomic import write_atomic
from kd_core.backend import keras


@dataclass
class State:
    """Everything a training goes on from.

    ``history``: one dict an epoch. ``weights``, ``slots``, ``best``: the network's weights, the optimizer's variables
    and the weights of the best epoch so far, each in Keras' order.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    weights: list[np.ndarray] = field(default_factory=list)
    slots: list[np.ndarray] = field(default_factory=list)
    best: list[np.ndarray] = field(default_factory=list)


def save_state(path: Path, state: State) -> None:
    """Write the state, replacing an older one in one step.

    Raises:
        WriteError: if the disk is full or the folder may not be written; the older state stays.
    """
    arrays = {
        f"{kind}{number:04d}": array
        for kind in ("weights", "slots", "best")
        for number, array in enumerate(getattr(state, kind))
    }
    history = np.array(json.dumps(state.history))

    def write(file: Path) -> None:
        with file.open("wb") as stream:
            np.savez(stream, history=history, **arrays)

    write_atomic(path, write)


def load_state(path: Path) -> State | None:
    """Return the stored state, or None when there is none, or none that can be read: a power cut may damage it."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            names = sorted(stored.files)
            parts = {
                kind: [stored[name] for name in names if name.startswith(kind)] for kind in ("weights", "slots", "best")
            }
            return State(history=json.loads(str(stored["history"])), **parts)
    except (ValueError, KeyError, EOFError, OSError, BadZipFile, zlib.error):
        return None


def restore(state: State, network: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Put a state's weights and slots into a network and its optimizer, whose variables are built."""
    network.set_weights(state.weights)
    for variable, value in zip(optimizer.variables, state.slots, strict=True):
        variable.assign(value)
