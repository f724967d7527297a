"""A real .tflite small enough for every test: it answers with the class whose hue a picture has."""

import numpy as np

from tests.dashboard.artifacts_fixture import CLASSES, SPEC, picture_colour


def tiny_model() -> bytes:
    """Return a LiteRT model, input [1, 64, 64, 3] in 0..1, outputs ``logits`` [1, 15] and ``features`` [1, 4, 4, 3].

    Its logits are a linear function of the mean colour that is largest for the class whose pictures
    (``write_pictures``) have that red and blue; green, which differs from picture to picture, does not count.
    """
    from kd_core.backend import keras, tf

    picture = keras.Input((SPEC.height, SPEC.width, 3), batch_size=1)
    features = keras.layers.AveragePooling2D(16)(picture)
    mean = keras.layers.GlobalAveragePooling2D()(features)
    dense = keras.layers.Dense(len(CLASSES))
    logits = dense(mean)
    dense.set_weights(_weights())
    model = keras.Model(picture, [logits, features])

    @tf.function(input_signature=[tf.TensorSpec((1, SPEC.height, SPEC.width, 3), tf.float32, name="picture")])
    def serve(x: "tf.Tensor") -> "dict[str, tf.Tensor]":
        answer, spatial = model(x)
        return {"logits": answer, "features": spatial}

    converter = tf.lite.TFLiteConverter.from_concrete_functions([serve.get_concrete_function()], model)
    return bytes(converter.convert())


def tiny_head() -> dict[str, np.ndarray]:
    """Return what ``head.npz`` holds for the model: every one of the 16 positions has the same weights."""
    kernel, bias = _weights()
    return {"kernel": kernel[np.newaxis, np.newaxis] / 16, "bias": bias, "covered": np.ones(2, np.float32)}


def _weights() -> list[np.ndarray]:
    red_blue = np.array([picture_colour(f"({0})", name) for name in CLASSES], np.float32)[:, [0, 2]] / 255
    # For centres c the nearest one to x has the largest 2 c.x - |c|^2.
    kernel = np.zeros((3, len(CLASSES)), np.float32)
    kernel[[0, 2]] = 2 * red_blue.T
    bias = -(red_blue**2).sum(axis=1)
    # Sharpened, so that one class stands out in the bars.
    return [kernel * 400, bias * 400]
