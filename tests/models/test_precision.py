import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.models.precision import precision
from kd_core.models.registry import build

NETWORKS = [
    ("student1", {}),
    ("student2", {}),
    ("student3", {}),
    ("student4", {}),
    ("student5", {}),
    ("efficientnet-lite0", {"weights": None, "head": "published"}),
]


def built(name, network, options):
    keras.utils.set_random_seed(2)
    with precision(name):
        return build(network, 4, 32, **options)


@pytest.mark.parametrize(("network", "options"), NETWORKS)
def test_weights_have_one_order_in_both_precisions(network, options):
    half, full = built("bfloat16", network, options), built("float32", network, options)

    def order(model):
        return [(w.name, tuple(w.shape), w.dtype.name) for w in model.weights]

    assert order(half) == order(full)
    assert {dtype for *_, dtype in order(half)} == {"float32"}
    assert half.get_layer("logits").compute_dtype == "float32"


def test_weights_carried_over_give_the_same_logits_within_bfloat16():
    half = built("bfloat16", "student3", {})
    with precision("float32"):
        full = build("student3", 4, 32)
    full.set_weights(half.get_weights())
    pictures = np.random.default_rng(0).uniform(-1, 1, (4, 32, 32, 3)).astype("float32")

    logits = half(pictures).numpy()

    assert half.get_layer("stem_conv").compute_dtype == "bfloat16"
    assert logits.dtype == np.float32
    np.testing.assert_allclose(full(pictures).numpy(), logits, atol=0.05 * logits.std())


def test_the_policy_is_restored_even_after_an_error():
    before = keras.mixed_precision.global_policy().name
    with pytest.raises(RuntimeError, match="stop"), precision("bfloat16"):
        assert keras.mixed_precision.global_policy().name == "mixed_bfloat16"
        raise RuntimeError("stop")

    assert keras.mixed_precision.global_policy().name == before
