"""A deployed ``.tflite`` as a function from pixels to logits, through LiteRT and without TensorFlow."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from kd_core.artifacts import ArtifactError, InputSpec


@dataclass(frozen=True)
class Answer:
    """What a network says about one picture: ``logits`` float32 [classes]; ``features`` float32 [h, w, c].

    ``limits``: the smallest and largest logit that the network can write; infinite unless its outputs are integers.
    """

    logits: np.ndarray
    features: np.ndarray
    limits: tuple[float, float] = (-math.inf, math.inf)


class Classifier:
    """One deployed model. Not thread-safe: give every thread its own.

    Args:
        path: the ``.tflite`` file, batch 1, with the outputs ``logits`` and ``features``.
        spec: how pixels become the network's input.
        threads: threads of the XNNPACK delegate.

    Raises:
        ArtifactError: if the file is no model, or its input is not of the size that ``spec`` names.
    """

    def __init__(self, path: Path, spec: InputSpec, threads: int = 1) -> None:
        self.spec = spec
        try:
            # From memory, so that replacing the file on disk cannot pull it away from under a running model.
            self._interpreter = Interpreter(model_content=path.read_bytes(), num_threads=threads)
            self._runner = self._interpreter.get_signature_runner()
            self._input = next(iter(self._runner.get_input_details().values()))
            self._outputs = self._runner.get_output_details()
        # LiteRT answers a damaged file with ValueError or RuntimeError, depending on where it is damaged.
        except (OSError, ValueError, RuntimeError, StopIteration) as error:
            raise ArtifactError(f"{path} cannot be loaded as a model: restore it, or train the run again.") from error
        self._name = next(iter(self._runner.get_input_details()))
        shape = tuple(int(n) for n in self._input["shape"])
        if shape != (1, spec.height, spec.width, 3) or "logits" not in self._outputs:
            raise ArtifactError(f"{path} takes {shape}, the record says {spec.height} x {spec.width}: train it again.")
        self._limits = _limits(self._outputs["logits"])

    def __call__(self, pixels: np.ndarray) -> Answer:
        """Answer for uint8 RGB pixels of shape [height, width, 3]."""
        return self.run(self.prepare(pixels))

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """Return the input tensor for uint8 RGB pixels [height, width, 3]: [1, height, width, 3] in its own dtype."""
        scale = np.asarray(self.spec.scale, np.float32)
        offset = np.asarray(self.spec.offset, np.float32)
        return _quantized((pixels.astype(np.float32) * scale + offset)[np.newaxis], self._input)

    def run(self, tensor: np.ndarray) -> Answer:
        """Answer for a tensor that ``prepare`` made; this is the part that a latency measures."""
        result = self._runner(**{self._name: tensor})
        logits, features = (_dequantized(result[key][0], self._outputs[key]) for key in ("logits", "features"))
        return Answer(logits, features, self._limits)


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return probabilities over the last axis, in float64; the only place where an answer is normalised."""
    scaled = np.asarray(logits, np.float64) / temperature
    exponents = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return exponents / exponents.sum(axis=-1, keepdims=True)


def _quantized(values: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    dtype = np.dtype(details["dtype"])
    if dtype.kind == "f":
        return values.astype(dtype)
    scale, zero_point = details["quantization"]
    limits = np.iinfo(dtype)
    return np.clip(np.round(values / np.float32(scale)) + zero_point, limits.min, limits.max).astype(dtype)


def _limits(details: dict[str, Any]) -> tuple[float, float]:
    dtype = np.dtype(details["dtype"])
    if dtype.kind == "f":
        return -math.inf, math.inf
    integers = np.iinfo(dtype)
    low, high = _dequantized(np.array([integers.min, integers.max]), details)
    return float(low), float(high)


def _dequantized(values: np.ndarray, details: dict[str, Any]) -> np.ndarray:
    if np.dtype(details["dtype"]).kind == "f":
        return values.astype(np.float32)
    scale, zero_point = details["quantization"]
    return (values.astype(np.float32) - np.float32(zero_point)) * np.float32(scale)
