"""The students, for any number of classes and input size: the three of the original project, as its slides list them.

The fourth and the fifth are our own (``kd_core.models.student4`` and ``student5``). All give logits (float32 under
every precision policy); the layer that yields the last spatial map is named "features". Two builds after the same
``keras.utils.set_random_seed`` start from the same weights.
"""

from collections.abc import Callable
from typing import Any

from kd_core.backend import keras
from kd_core.models.backbones import Weights
from kd_core.models.blocks import MOMENTUM, conv_bn, convolutional_block, identity_block, penalty
from kd_core.models.inputs import NetworkError, image_input
from kd_core.models.student4 import student4
from kd_core.models.student5 import BACKBONE, student5

_Body = Callable[[Any, int, float], Any]


def build_student(
    name: str,
    classes: int,
    size: int,
    *,
    l2: float = 0.0,
    weights: Weights = None,
    batch_size: int | None = None,
) -> keras.Model:
    """Return a student before its training: image [batch, size, size, 3] float32 -> logits [batch, classes] float32.

    Args:
        name: "student1" to "student5".
        classes: number of classes, at least 2.
        size: height and width in pixels, a multiple of 32 from 32 to 256.
        l2: strength of the L2 penalty on every kernel; 0 is none.
        weights: of student 5, which inherits layers: "imagenet", the path of the published file, or None for random
            ones. The others begin with random weights.
        batch_size: None leaves the batch open; deployment wants 1.

    Raises:
        NetworkError: if the name is unknown, ``classes`` or ``size`` is out of range, or a student is given weights or
            a penalty that it cannot have.
    """
    if name not in STUDENTS:
        raise NetworkError(f'There is no student "{name}": choose one of {", ".join(STUDENTS)}.')
    image = image_input(size, classes, batch_size)
    if name in INHERITING:
        if l2:
            raise NetworkError(f"{name} inherits trained layers, which take no l2: leave it out, or use weight_decay.")
        x = student5(image, weights)
    else:
        if weights is not None:
            raise NetworkError(f"{name} has no pretrained weights: leave them out.")
        x = _BODIES[name](image, size, l2)
    # float32 even under a bfloat16 policy: softmax and the losses need the digits.
    logits = keras.layers.Dense(classes, kernel_regularizer=penalty(l2), dtype="float32", name="logits")(x)
    return keras.Model(image, logits, name=name)


def pool_for_grid(size: int) -> int:
    """Return the pooling window that leaves a 4x4 grid of the map that is ``size / 8`` wide.

    The original pools 7x7 at 256 px, where the map is 32 wide and 7x7 leaves 4x4: that stays. At smaller sizes the
    window shrinks with the map, or it would see no more than a corner of it.
    """
    window = size // 32
    return 7 if window == 8 else window


def _student1(x: Any, size: int, l2: float) -> Any:
    """Padding 3, 7x7 convolution, two convolutional blocks, one identity block, average pooling.

    The slides name neither strides nor the blocks' filters. Chosen here: stride 2 in the first convolution, as in
    ResNet-50; blocks of [64, 64, 256] at stride 1 and [128, 128, 512] at stride 2, the first ones of ResNet-50's
    stages 2 and 3; the pooling window by the rule of student 3. The order convolution, ReLU, batch normalisation is
    the slides' own.
    """
    x = keras.layers.ZeroPadding2D(3, name="pad")(x)
    x = keras.layers.Conv2D(64, 7, strides=2, kernel_regularizer=penalty(l2), name="stem_conv")(x)
    x = keras.layers.ReLU(name="stem_relu")(x)
    x = keras.layers.BatchNormalization(momentum=MOMENTUM, name="stem_bn")(x)
    x = keras.layers.MaxPooling2D(2, strides=2, name="stem_pool")(x)
    x = convolutional_block(x, (64, 64, 256), 1, "block1", l2=l2)
    x = convolutional_block(x, (128, 128, 512), 2, "block2", l2=l2)
    x = identity_block(x, (128, 128, 512), "block3", l2=l2)
    return _pooled_grid(x, size)


def _student2(x: Any, size: int, l2: float) -> Any:
    """Three plain 3x3 convolutions without padding and two dense layers, which hold 99.9 % of its parameters."""
    del size  # no layer of it depends on the input size
    x = keras.layers.BatchNormalization(momentum=MOMENTUM, name="bn1")(x)
    x = _conv_relu(x, 32, "conv1", l2)
    x = keras.layers.MaxPooling2D(2, strides=2, name="pool1")(x)
    x = keras.layers.BatchNormalization(momentum=MOMENTUM, name="bn2")(x)
    x = _conv_relu(x, 64, "conv2", l2)
    x = _conv_relu(x, 128, "conv3", l2)
    x = keras.layers.MaxPooling2D(2, strides=2, name="features")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    x = keras.layers.Dense(256, activation="relu", kernel_regularizer=penalty(l2), name="dense1")(x)
    # From a generator of its own, which training seeds anew each epoch, so that it can resume.
    x = keras.layers.Dropout(0.5, rng_type="stateful", name="dropout")(x)
    x = keras.layers.Dense(128, activation="relu", kernel_regularizer=penalty(l2), name="dense2")(x)
    return keras.layers.Flatten(name="flatten2")(x)


def _student3(x: Any, size: int, l2: float) -> Any:
    """Padding 3, 7x7 convolution, one convolutional and one identity block, average pooling.

    At 256 px and 15 classes 675,343 parameters, the published count without its pruning wrappers.
    """
    x = keras.layers.ZeroPadding2D(3, name="pad")(x)
    x = conv_bn(x, 64, 7, "stem", stride=2, l2=l2)
    x = keras.layers.ReLU(name="stem_relu")(x)
    x = keras.layers.MaxPooling2D(3, strides=2, name="stem_pool")(x)
    x = convolutional_block(x, (128, 128, 512), 2, "block1", l2=l2)
    x = identity_block(x, (128, 128, 512), "block2", l2=l2)
    return _pooled_grid(x, size)


def _conv_relu(x: Any, filters: int, name: str, l2: float) -> Any:
    x = keras.layers.Conv2D(filters, 3, kernel_regularizer=penalty(l2), name=name)(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x)


def _pooled_grid(x: Any, size: int) -> Any:
    x = keras.layers.AveragePooling2D(pool_for_grid(size), name="features")(x)
    return keras.layers.Flatten(name="flatten")(x)


_BODIES: dict[str, _Body] = {
    "student1": _student1,
    "student2": _student2,
    "student3": _student3,
    "student4": student4,
}
# Those that begin with the first layers of a pretrained backbone, and which one that is.
INHERITING = {"student5": BACKBONE}
STUDENTS = (*_BODIES, *INHERITING)
