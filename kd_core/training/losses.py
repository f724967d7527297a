"""The distillation loss, on logits.

No network of this package ends in a softmax: softening probabilities a second time teaches almost nothing.
"""

from kd_core.backend import tf


def cross_entropy(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return the cross-entropy with the true classes, in nats: float32, shape [batch].

    Args:
        labels: integer class indices, shape [batch].
        logits: shape [batch, classes].
    """
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.cast(logits, tf.float32))


def distillation_divergence(teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return KL(softmax(t / T) || softmax(s / T)), summed over the classes, in nats: float32, shape [batch].

    Hinton, Vinyals, Dean 2015, "Distilling the knowledge in a neural network". No gradient reaches the teacher.

    Args:
        teacher_logits: t, shape [batch, classes].
        student_logits: s, shape [batch, classes].
        temperature: T > 0.
    """
    teacher = tf.nn.log_softmax(tf.cast(tf.stop_gradient(teacher_logits), tf.float32) / temperature)
    student = tf.nn.log_softmax(tf.cast(student_logits, tf.float32) / temperature)
    return tf.reduce_sum(tf.exp(teacher) * (teacher - student), axis=-1)


def distillation_weight(alpha: float, temperature: float, scale_by_t2: bool) -> float:
    """Return the factor of the divergence: ``1 - alpha``, times T squared if ``scale_by_t2``.

    The factor T² keeps the gradients' size when T changes (Hinton et al. 2015, section 2.1).
    """
    return (1.0 - alpha) * (temperature**2 if scale_by_t2 else 1.0)


def mixed_cross_entropy(
    labels: tf.Tensor, partner_labels: tf.Tensor, shares: tf.Tensor, logits: tf.Tensor
) -> tf.Tensor:
    """Return the cross-entropy with the classes of both pictures of a mixture: float32, shape [batch].

    Zhang et al. 2018, "mixup: Beyond empirical risk minimization".

    Args:
        labels: integer class indices, shape [batch].
        partner_labels: those of what each picture is mixed with, shape [batch].
        shares: the partner's share of the picture, 0..1, shape [batch].
        logits: shape [batch, classes].
    """
    return (1 - shares) * cross_entropy(labels, logits) + shares * cross_entropy(partner_labels, logits)


def softened_twice(teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return the divergence between softened probabilities that are softened again, in nats: float32, shape [batch].

    The fault that the original's kind of code has: both networks end in a softmax, and the loss applies another. It is
    here to be measured, not to be used. The arguments are those of ``distillation_divergence``.
    """
    teacher, student = (tf.nn.softmax(tf.cast(logits, tf.float32)) for logits in (teacher_logits, student_logits))
    return distillation_divergence(teacher, student, temperature)


def correlation_distance(teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return DIST's loss: one minus Pearson's correlation within pictures, plus that within classes; float32, scalar.

    Huang et al. 2022, "Knowledge distillation from a stronger teacher", equations 8 to 10 with beta = gamma = 1: the
    softened probabilities of teacher and student are compared over the classes of each picture (mean over the batch)
    and over the batch's pictures of each class (mean over the classes). 0..4; no gradient reaches the teacher.

    Args:
        teacher_logits: shape [batch, classes].
        student_logits: shape [batch, classes].
        temperature: T > 0.
    """
    teacher = tf.nn.softmax(tf.cast(tf.stop_gradient(teacher_logits), tf.float32) / temperature)
    student = tf.nn.softmax(tf.cast(student_logits, tf.float32) / temperature)
    within_pictures = 1 - tf.reduce_mean(_pearson(teacher, student, axis=1))
    within_classes = 1 - tf.reduce_mean(_pearson(teacher, student, axis=0))
    return within_pictures + within_classes


def decoupled_divergence(
    labels: tf.Tensor, teacher_logits: tf.Tensor, student_logits: tf.Tensor, temperature: float, beta: float
) -> tf.Tensor:
    """Return DKD's loss, the divergence about the true class plus ``beta`` times that among the others, in nats.

    Zhao et al. 2022, "Decoupled knowledge distillation", equation 7 with alpha = 1: KL between (p_true, 1 - p_true) of
    teacher and student, and KL between their distributions over the other classes, which the usual divergence weighs
    by 1 - p_true of the teacher: a sure teacher then teaches nothing about them. No gradient reaches the teacher.

    Args:
        labels: integer class indices, shape [batch].
        teacher_logits: shape [batch, classes].
        student_logits: shape [batch, classes].
        temperature: T > 0.
        beta: the weight of the other classes, 0 or more.

    Returns:
        float32, shape [batch].
    """
    teacher = tf.cast(tf.stop_gradient(teacher_logits), tf.float32) / temperature
    student = tf.cast(student_logits, tf.float32) / temperature
    others = tf.one_hot(labels, tf.shape(student)[1], on_value=_EXCLUDED, off_value=0.0)
    target = tf.reduce_sum(_divergence(_about_the_true(labels, teacher), _about_the_true(labels, student)), axis=-1)
    rest = tf.reduce_sum(_divergence(tf.nn.log_softmax(teacher + others), tf.nn.log_softmax(student + others)), axis=-1)
    return target + beta * rest


# Added to a logit it leaves its class no probability in float32.
_EXCLUDED = -1e9


def _about_the_true(labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """Return log p and log (1 - p) of the true class: shape [batch, 2]."""
    true = tf.gather(logits, labels, batch_dims=1)
    excluded = tf.one_hot(labels, tf.shape(logits)[1], on_value=_EXCLUDED, off_value=0.0)
    # Its logit against the logarithm of the sum of the others' exponentials.
    odds = true - tf.reduce_logsumexp(logits + excluded, axis=-1)
    return tf.stack([-tf.nn.softplus(-odds), -tf.nn.softplus(odds)], axis=-1)


def _divergence(teacher: tf.Tensor, student: tf.Tensor) -> tf.Tensor:
    return tf.exp(teacher) * (teacher - student)


def _pearson(a: tf.Tensor, b: tf.Tensor, axis: int) -> tf.Tensor:
    a, b = (x - tf.reduce_mean(x, axis=axis, keepdims=True) for x in (a, b))
    # Rows that do not vary correlate with nothing; their gradient must be 0, not a division by it.
    norms = tf.sqrt(tf.reduce_sum(a * a, axis=axis) * tf.reduce_sum(b * b, axis=axis) + 1e-12)
    return tf.reduce_sum(a * b, axis=axis) / norms
