import numpy as np
import pytest

from kd_core.backend import keras, tf
from kd_core.models.frozen import split_at_frozen
from kd_core.models.inputs import NetworkError
from kd_core.models.summary import head_kernel, parameter_counts
from kd_core.models.teachers import build_teacher

NAME = "efficientnet-lite0"
PICTURES = np.random.default_rng(0).uniform(-1, 1, (4, 64, 64, 3)).astype("float32")


@pytest.fixture(scope="module", params=["pooled", "published"])
def teacher(request):
    keras.utils.set_random_seed(1)
    return build_teacher(NAME, 3, 64, head=request.param)


def test_the_published_teacher_has_the_published_counts():
    model = build_teacher("resnet50", 15, 256, head="published", weights=None)
    counts = parameter_counts(model)

    assert (counts.total, counts.trainable) == (57_701_519, 33_851_663)
    assert model.get_layer("features").output_shape == (None, 8, 8, 2048)


def test_a_pooled_head_trains_one_dense_layer(teacher):
    split_at_frozen(teacher, NAME)
    trained = [weight.shape.as_list() for weight in teacher.trainable_weights]

    if teacher.get_layer("embedding").__class__ is keras.layers.GlobalAveragePooling2D:
        assert trained == [[1280, 3], [3]]
    else:
        flat = 2 * 2 * 1280
        assert trained == [[flat], [flat], [flat, 256], [256], [256, 128], [128], [128, 3], [3]]


@pytest.mark.parametrize(("unfreeze", "cut"), [(0, None), (1, (2, 2, 192)), (2, (4, 4, 112))])
def test_trunk_and_top_make_the_whole(teacher, unfreeze, cut):
    trunk, top = split_at_frozen(teacher, NAME, unfreeze)
    whole = teacher(PICTURES).numpy()

    assert whole.std() > 0.01
    np.testing.assert_allclose(top(trunk(PICTURES)).numpy(), whole, atol=1e-5)
    assert trunk.output_shape[1:] == (cut or teacher.get_layer("embedding").output_shape[1:])
    assert trunk.trainable_weights == []


@pytest.mark.parametrize("unfreeze", [0, 1])
def test_a_step_of_the_top_trains_the_model_and_leaves_the_trunk(teacher, unfreeze):
    trunk, top = split_at_frozen(teacher, NAME, unfreeze)
    frozen_before = [weight.copy() for weight in trunk.get_weights()]
    features, before = trunk(PICTURES), teacher(PICTURES).numpy()
    stage_before = [weight.copy() for weight in teacher.get_layer("block15_project_conv").get_weights()]
    statistics_before = [weight.copy() for weight in teacher.get_layer("block15_project_bn").get_weights()]

    with tf.GradientTape() as tape:
        loss = keras.losses.sparse_categorical_crossentropy([0, 1, 2, 0], top(features, training=True), True)
    gradients = tape.gradient(loss, top.trainable_weights)
    keras.optimizers.SGD(0.1).apply_gradients(zip(gradients, top.trainable_weights, strict=True))

    after = teacher(PICTURES).numpy()
    assert np.abs(after - before).max() > 1e-3
    np.testing.assert_allclose(top(features).numpy(), after, atol=1e-4)
    for old, new in zip(frozen_before, trunk.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    moved = not np.array_equal(stage_before[0], teacher.get_layer("block15_project_conv").get_weights()[0])
    assert moved == (unfreeze == 1)
    for old, new in zip(statistics_before, teacher.get_layer("block15_project_bn").get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_only_the_pooled_head_is_linear_over_the_features(teacher):
    head = head_kernel(teacher)

    if teacher.get_layer("embedding").__class__ is keras.layers.Flatten:
        assert head is None
    else:
        both = keras.Model(teacher.input, [teacher.get_layer("features").output, teacher.output])
        features, logits = (tensor.numpy() for tensor in both(PICTURES))
        found = np.einsum("nhwc,hwck->nk", features, head["kernel"]) + head["bias"]
        np.testing.assert_allclose(found, logits, atol=1e-4)


def test_the_graph_is_flat(teacher):
    assert not [layer.name for layer in teacher.layers if isinstance(layer, keras.Model)]
    assert teacher.layers[-1].name == "logits"


def test_more_stages_than_there_are_is_a_sentence(teacher):
    with pytest.raises(NetworkError, match="efficientnet-lite0 has 7 stages: unfreeze 0 to 7 of them, not 8"):
        split_at_frozen(teacher, NAME, 8)


def test_an_unknown_head_is_a_sentence():
    with pytest.raises(NetworkError, match='no head "wide": choose one of pooled, published'):
        build_teacher(NAME, 3, 64, head="wide")


def test_an_unknown_backbone_is_a_sentence():
    with pytest.raises(NetworkError, match='no backbone "vgg": choose one of resnet50, efficientnet-lite0'):
        build_teacher("vgg", 3, 64)
