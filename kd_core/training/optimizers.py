"""Optimizers and learning-rate schedules from a run's settings; the schedules are TensorFlow's own."""

from kd_core.backend import keras
from kd_core.settings import Fitting, Training


def learning_rate(settings: Fitting, steps_per_epoch: int) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Return the learning rate as a number or as a function of the step."""
    if settings.schedule == "exponential":
        return keras.optimizers.schedules.ExponentialDecay(
            settings.learning_rate, settings.decay_steps, settings.decay_rate
        )
    if settings.schedule == "cosine":
        total = settings.epochs * steps_per_epoch
        warmup = min(round(settings.warmup_epochs * steps_per_epoch), total - 1)
        return keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=0.0 if warmup else settings.learning_rate,
            decay_steps=total - warmup,
            warmup_target=settings.learning_rate if warmup else None,
            warmup_steps=warmup,
        )
    return settings.learning_rate


def optimizer(settings: Fitting, steps_per_epoch: int) -> keras.optimizers.Optimizer:
    """Return Adam or AdamW (Loshchilov and Hutter 2019); biases and normalisation are not decayed.

    With ``ema`` it keeps the weights' moving averages among its variables.
    """
    shared = {"learning_rate": learning_rate(settings, steps_per_epoch), "global_clipnorm": settings.clip_norm}
    if isinstance(settings, Training) and settings.ema:
        shared |= {"use_ema": True, "ema_momentum": settings.ema}
    if settings.optimizer == "adam":
        return keras.optimizers.Adam(**shared)
    made = keras.optimizers.AdamW(weight_decay=settings.weight_decay, **shared)
    made.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return made
