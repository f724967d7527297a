"""Pruning with tfmot: wrappers that hold the smallest weights of a kernel at zero while the network learns.

Zhu and Gupta 2017, "To prune, or not to prune". What is measured is always the stripped network.
"""

import math
from functools import partial

import numpy as np

from kd_core.backend import keras
from kd_core.compression.errors import CompressionError
from kd_core.compression.masking import Masked
from kd_core.compression.toolkit import tfmot
from kd_core.compression.wrapping import trained_kernels, with_wrapped
from kd_core.models.summary import kernel_of
from kd_core.settings import Prune
from kd_core.training.fit import Compressing

TOLERANCE = 0.005
_PER_UPDATES = 20  # mask updates on the way to the target: often enough for a smooth way, seldom enough to cost nothing


def targets(network: keras.Model, settings: Prune) -> dict[str, float]:
    """Return the sparsity that each kernel is to have, 0..1, by the layer's name, in the order of the graph.

    Layers that are not trained are left out; so are, for "2:4", those whose input channels are no multiple of four.

    Raises:
        CompressionError: if the settings name a layer that is not there or has no kernel, or nothing remains.
    """
    shapes = trained_kernels(network, (*settings.exclude, *settings.layers))
    wanted = {
        name: settings.layers.get(name, settings.sparsity)
        for name, shape in shapes.items()
        if name not in settings.exclude and (settings.pattern == "unstructured" or shape[-2] % 4 == 0)
    }
    if not wanted:
        raise CompressionError(f"Nothing of {network.name} is left to prune: exclude fewer layers.")
    return wanted


def prunable(network: keras.Model, settings: Prune, steps_per_epoch: int) -> tuple[keras.Model, Compressing]:
    """Return the network in pruning wrappers, sharing its layers, and what its training has to do besides.

    Args:
        network: images to logits, with the weights to begin from.
        settings: what is pruned, how far and along which schedule.
        steps_per_epoch: optimizer steps of an epoch.

    Raises:
        CompressionError: as ``targets``.
    """
    wanted = targets(network, settings)
    end, frequency = ramp_steps(settings, steps_per_epoch)
    two_of_four = {"sparsity_m_by_n": (2, 4)} if settings.pattern == "2:4" else {}
    wrappers = {
        name: partial(Masked, pruning_schedule=_schedule(settings, target, end, frequency), **two_of_four)
        for name, target in wanted.items()
    }
    masked = [network.get_layer(name) for name in wanted]
    return with_wrapped(network, wrappers), Compressing(
        callbacks=(tfmot.sparsity.keras.UpdatePruningStep(),),
        sparsity=lambda: sparsity_of(masked),
        settled=math.ceil(end / steps_per_epoch),
    )


def stripped(model: keras.Model) -> keras.Model:
    """Return the network without its wrappers, its masked weights exactly zero."""
    return tfmot.sparsity.keras.strip_pruning(model)


def shortfalls(network: keras.Model, settings: Prune) -> tuple[str, ...]:
    """Return a sentence for every kernel that missed its target by more than half a point, with the reason."""
    sentences = []
    for name, wanted in targets(network, settings).items():
        layer = network.get_layer(name)
        reached = sparsity_of([layer])
        if reached > wanted + TOLERANCE:
            reason = "more of its weights were zero before, or became zero by themselves"
        elif reached < wanted - TOLERANCE:
            reason = f"it has only {layer.kernel.shape.num_elements():,} weights, and whole ones are pruned"
        else:
            continue
        sentences.append(f"{name} has a sparsity of {reached:.1%} where {wanted:.1%} was wanted: {reason}.")
    return tuple(sentences)


def sparsity_of(layers: list[keras.layers.Layer]) -> float:
    """Return the share of zeros in the kernels of some layers together, 0..1."""
    kernels = [kernel for layer in layers if (kernel := kernel_of(layer)) is not None]
    return 1 - sum(np.count_nonzero(kernel) for kernel in kernels) / sum(kernel.size for kernel in kernels)


def ramp_steps(settings: Prune, steps_per_epoch: int) -> tuple[int, int]:
    """Return the step at which the target is reached, and the steps between two updates of the masks.

    The first is a multiple of the second: tfmot looks at the schedule at such steps only, and would otherwise stop
    short of the target.
    """
    wanted = settings.ramp * settings.epochs * steps_per_epoch
    frequency = max(1, int(wanted / _PER_UPDATES))
    return max(1, int(wanted / frequency)) * frequency, frequency


def _schedule(settings: Prune, target: float, end: int, frequency: int) -> tfmot.sparsity.keras.PruningSchedule:
    if settings.sparsity_schedule == "constant" or settings.pattern == "2:4":
        return tfmot.sparsity.keras.ConstantSparsity(target, begin_step=0, end_step=end, frequency=frequency)
    return tfmot.sparsity.keras.PolynomialDecay(
        settings.initial_sparsity, target, begin_step=0, end_step=end, frequency=frequency
    )
