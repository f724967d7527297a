"""The kernels inside a deployed ``.tflite``: what the file holds, and what it stands for; read without TensorFlow."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from kd_core.artifacts import ArtifactError

# Graph names are joined by semicolons; the one that ends in the operation names the layer before it.
_LAYER = re.compile(r"(?:.*/)?(?:quant_)?([^/]+)/(Conv2D|MatMul|depthwise)")


@dataclass(frozen=True)
class StoredKernel:
    """One kernel as the file has it, batch normalisation folded in where the converter did that.

    ``raw``: float32, float16 or int8, [out, h, w, in], [1, h, w, channels] of a depthwise convolution, or [out, in].
    ``axis``: that of the output channels. ``scales`` float32 and ``zero_points`` int64: one for all or one a channel,
    by which an integer stands for ``scale * (integer - zero point)``; empty for floats.
    """

    raw: np.ndarray
    axis: int
    scales: np.ndarray
    zero_points: np.ndarray

    @property
    def values(self) -> np.ndarray:
        """The real numbers that the file stands for, float32, in the shape of ``raw``."""
        if not self.scales.size:
            return self.raw.astype(np.float32)
        shape = [1] * self.raw.ndim
        if self.scales.size > 1:
            shape[self.axis] = -1
        integers = self.raw.astype(np.float32) - self.zero_points.reshape(shape).astype(np.float32)
        return integers * self.scales.reshape(shape)


def stored_kernels(path: Path) -> dict[str, StoredKernel]:
    """Return the kernels of a ``.tflite`` by the name of their layer, in the order of the file.

    Raises:
        ArtifactError: if the file is missing or no model.
    """
    try:
        interpreter = Interpreter(model_content=path.read_bytes())
    # LiteRT answers a damaged file with ValueError or RuntimeError, depending on where it is damaged.
    except (OSError, ValueError, RuntimeError) as error:
        raise ArtifactError(f"{path} cannot be loaded as a model: restore it, or train the run again.") from error
    found = {}
    for details in interpreter.get_tensor_details():
        named = _layer(details["name"])
        if named is None or len(details["shape"]) < 2:
            continue
        try:
            raw = interpreter.get_tensor(details["index"])
        except ValueError:
            # No constant: what flows through the network bears the names of its layers too.
            continue
        layer, operation = named
        how = details["quantization_parameters"]
        axis = raw.ndim - 1 if operation == "depthwise" else 0
        found[layer] = StoredKernel(raw, axis, how["scales"], how["zero_points"].astype(np.int64))
    return found


def _layer(name: str) -> tuple[str, str] | None:
    for part in name.split(";"):
        found = _LAYER.fullmatch(part)
        if found:
            return found[1], found[2]
    return None
