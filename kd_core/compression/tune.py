"""Fine-tuning a trained network while it is pruned, clustered or made ready for int8."""

from dataclasses import dataclass

import numpy as np

from kd_core.artifacts import InputSpec
from kd_core.backend import keras
from kd_core.compression import cluster, prune
from kd_core.compression.qat import float_network, foldable, quantize_aware, set_ranges
from kd_core.compression.quantize import representative_inputs
from kd_core.models.precision import precision
from kd_core.models.registry import input_spec
from kd_core.models.summary import parameter_counts
from kd_core.settings import Cluster, Prune, QuantizeAware, Training
from kd_core.training.drawn import drawn
from kd_core.training.fit import Compressing, Fitted, fit
from kd_core.training.job import Job
from kd_core.training.restored import require_unseen, restored
from kd_core.training.streams import steps_per_epoch
from kd_core.training.teaching import taught


@dataclass(frozen=True)
class Tuned:
    """What a fine-tuning gave.

    ``network``: float32, batch 1, without wrappers. ``deployed``: what is converted: the same, or with the simulated
    quantization that was trained. ``trained``: the settings that the network was built from. ``wrapped_total``:
    parameters with the pruning wrappers, None without. ``notes``: what a reader must know.
    """

    network: keras.Model
    deployed: keras.Model
    trained: Training
    fitted: Fitted
    wrapped_total: int | None = None
    notes: tuple[str, ...] = ()


def fine_tune(job: Job, run: str, settings: Prune | Cluster | QuantizeAware) -> Tuned:
    """Train a run's parent on, from its stored weights, under what compresses it.

    Raises:
        KdError: if parent or teacher cannot be restored, the network cannot be compressed as asked, the training
            cannot go on, or the disk is full.
    """
    parent = restored(job, settings.parent, arithmetic=settings.precision)
    require_unseen(job, parent.record)
    trained = parent.trained
    spec = input_spec(trained.network, trained.input_size)
    pixels = drawn(job, job.training_rows, trained.input_size, settings.augmentation, settings.epochs)
    train, recipe = taught(job, settings, pixels)
    keras.utils.set_random_seed(settings.seed)
    with job.strategy.scope(), precision(settings.precision):
        if isinstance(settings, Prune):
            steps = steps_per_epoch(train, settings.batch_size)
            model, compressing = prune.prunable(parent.network, settings, steps)
        elif isinstance(settings, Cluster):
            model, compressing = cluster.clusterable(parent.network, settings), Compressing()
        else:
            model, compressing = _quantize_aware(job, parent.network, settings, spec), Compressing()
    fitted = fit(
        model,
        train,
        job.pixels(job.validation_rows, trained.input_size),
        settings,
        recipe,
        spec=spec,
        folder=job.state_folder(run),
        label=run,
        progress=job.progress,
        strategy=job.strategy,
        compressing=compressing,
    )
    network = restored(job, settings.parent, arithmetic="float32", batch_size=1).network
    if isinstance(settings, QuantizeAware):
        deployed = quantize_aware(network, settings.preserve)
        deployed.set_weights(model.get_weights())
        return Tuned(float_network(deployed, foldable(network, settings.preserve)), deployed, trained, fitted)
    strip = prune.stripped if isinstance(settings, Prune) else cluster.stripped
    network.set_weights(strip(model).get_weights())
    if isinstance(settings, Cluster):
        return Tuned(network, network, trained, fitted)
    notes = prune.shortfalls(network, settings)
    return Tuned(network, network, trained, fitted, parameter_counts(model).total, notes)


def _quantize_aware(job: Job, network: keras.Model, settings: QuantizeAware, spec: InputSpec) -> keras.Model:
    model = quantize_aware(network, settings.preserve)
    inputs = representative_inputs(job, spec, settings.representative, settings.seed)
    set_ranges(model, foldable(network, settings.preserve), np.concatenate(inputs))
    return model
