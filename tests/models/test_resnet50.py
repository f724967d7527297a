import socket

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.models.inputs import NetworkError
from kd_core.models.registry import build, input_spec


def test_published_weights_see_through_the_contract_what_their_own_preprocessing_shows_them(tmp_path):
    keras.utils.set_random_seed(3)
    original = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(32, 32, 3))
    path = tmp_path / "notop.h5"
    original.save_weights(path)
    rgb = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3)).astype("float32")

    teacher = build("resnet50", 4, 32, weights=path)
    features = keras.Model(teacher.input, teacher.get_layer("features").output)
    spec = input_spec("resnet50", 32)
    found = features(rgb * np.float32(spec.scale) + np.float32(spec.offset)).numpy()

    expected = original(keras.applications.resnet50.preprocess_input(rgb.copy())).numpy()
    assert expected.std() > 0.1
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * expected.std())


def test_a_download_that_fails_says_what_to_do(tmp_path, monkeypatch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    monkeypatch.setenv("HOME", str(tmp_path))  # where Keras keeps what it has downloaded before
    for scheme in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(scheme, nobody)
    monkeypatch.delenv("no_proxy", raising=False)
    # urllib keeps the proxies of its first request for all that follow: afterwards it shall be as it was.
    monkeypatch.setattr("urllib.request._opener", None)

    with pytest.raises(NetworkError, match=r'cannot be downloaded: .*give the path .*or use "efficientnet-lite0"'):
        build("resnet50", 4, 32)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NetworkError, match=r"nowhere\.h5 are missing"):
        build("resnet50", 4, 32, weights=tmp_path / "nowhere.h5")


def test_a_file_that_is_none_is_named(tmp_path):
    path = tmp_path / "broken.h5"
    path.write_bytes(b"no weights")

    with pytest.raises(NetworkError, match=r"broken\.h5 do not fit ResNet-50"):
        build("resnet50", 4, 32, weights=path)
