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
