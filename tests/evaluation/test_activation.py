"""Where a network looked: gradient times input as TensorFlow has it, and what does not add up is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kd_core.artifacts import ArtifactError, ArtifactStore
from kd_core.backend import keras, tf
from kd_core.compression.export import convert
from kd_core.evaluation.activation import attribute, contributions, has_linear_head
from kd_core.evaluation.classifier import Answer, Classifier
from kd_core.models.registry import build, input_spec
from kd_core.models.summary import head_kernel, layer_table
from kd_core.models.teachers import build_teacher

CLASSES = 4
RANDOM = np.random.default_rng(0)


def network(name: str, size: int, random: np.random.Generator = RANDOM) -> keras.Model:
    """A network for deployment with weights that are random, those of its normalisations and its head included."""
    keras.utils.set_random_seed(size)
    if name.startswith("efficientnet"):
        model = build_teacher(name, CLASSES, size, weights=None, batch_size=1)
    else:
        model = build(name, CLASSES, size, batch_size=1)
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    for norm in norms:
        # Without statistics that fit, a deep network answers every position with the same.
        norm.trainable, norm.momentum = True, 0.0
        norm.gamma.assign(random.uniform(0.5, 1.5, norm.gamma.shape))
        norm.beta.assign(random.uniform(-0.5, 0.5, norm.beta.shape))
    model(random.uniform(-1, 1, (1, size, size, 3)).astype(np.float32), training=True)
    head = model.get_layer("logits")
    head.set_weights([head.get_weights()[0], random.normal(size=CLASSES)])
    return model


def gradient_times_input(model: keras.Model, tensor: np.ndarray, of: int) -> tuple[np.ndarray, np.ndarray]:
    """The logits, and the gradient of one of them by the features times the features, summed over the channels."""
    both = keras.Model(model.input, [model.get_layer("features").output, model.output])
    with tf.GradientTape() as tape:
        picture = tf.constant(tensor)
        tape.watch(picture)
        features, logits = both(picture, training=False)
        wanted = logits[0, of]
    return logits.numpy()[0], tf.reduce_sum(tape.gradient(wanted, features) * features, axis=-1).numpy()[0]


@pytest.mark.parametrize(
    ("name", "size", "grid"),
    [
        ("student1", 32, (4, 4)),
        ("student3", 32, (4, 4)),
        ("student3", 64, (4, 4)),
        ("student3", 96, (4, 4)),
        ("student4", 32, (2, 2)),
        ("student4", 96, (6, 6)),
        ("efficientnet-lite0", 64, (2, 2)),
    ],
)
def test_contributions_are_gradient_times_input_of_the_deployed_model(tmp_path, name, size, grid):
    model = network(name, size)
    (tmp_path / "model.tflite").write_bytes(convert(model, "float32"))
    classifier = Classifier(tmp_path / "model.tflite", input_spec(name, size))
    head = head_kernel(model)
    pixels = RANDOM.integers(0, 256, (size, size, 3), dtype=np.uint8)

    answer = classifier(pixels)

    for of in range(CLASSES):
        logits, expected = gradient_times_input(model, classifier.prepare(pixels), of)
        assert expected.shape == grid
        assert np.ptp(expected) > 0.01
        np.testing.assert_allclose(contributions(answer.features, head, of), expected, atol=1e-4)
        found = attribute(answer, head, of)
        np.testing.assert_allclose(found.grid, expected, atol=1e-4)
        # A sum of so many, each of which may be off by as much.
        assert found.grid.sum() + found.bias == pytest.approx(logits[of], abs=1e-4 * found.grid.size)
        assert (found.difference, found.excess) == (pytest.approx(0, abs=1e-4), 0)


def test_an_int8_model_is_explained_up_to_its_rounding(tmp_path):
    # Its own generator: which pictures there are must not depend on what ran before.
    random = np.random.default_rng(0)
    model = network("student3", 32, random)
    spec = input_spec("student3", 32)
    pictures = random.integers(0, 256, (60, 32, 32, 3), dtype=np.uint8)
    inputs = [(p * np.float32(spec.scale) + np.float32(spec.offset))[np.newaxis].astype(np.float32) for p in pictures]
    (tmp_path / "model.tflite").write_bytes(convert(model, "int8", inputs))
    classifier = Classifier(tmp_path / "model.tflite", spec)

    answers = [classifier(picture) for picture in pictures]
    found = [attribute(answer, head_kernel(model), of) for answer in answers for of in range(CLASSES)]

    low, high = answers[0].limits
    step = (high - low) / 255
    written = {float(logit) for answer in answers for logit in answer.logits}
    assert (min(written), max(written)) == (pytest.approx(low, abs=4 * step), pytest.approx(high, abs=4 * step))
    differences = np.array([one.difference for one in found])
    # Half a step of the logits, and what rounded weights add to it.
    assert 0 < np.abs(differences).max() < step
    for one in found:
        assert one.grid.sum() + one.bias - one.excess - one.logit == pytest.approx(one.difference, abs=1e-9)


HEIGHT, WIDTH, CHANNELS = 2, 3, 5


def answer_of(features: np.ndarray, head: dict, *, limits: tuple[float, float] = (-np.inf, np.inf)) -> Answer:
    """What a network with this head says: the sums written out."""
    kernel = np.broadcast_to(head["kernel"], (*features.shape, head["kernel"].shape[-1]))
    logits = [float((features * kernel[..., k]).sum() + head["bias"][k]) for k in range(len(head["bias"]))]
    return Answer(np.clip(np.float32(logits), *limits), features.astype(np.float32), limits)


def make(seed: int, grid: tuple[int, int] = (HEIGHT, WIDTH)) -> tuple[np.ndarray, dict]:
    random = np.random.default_rng(seed)
    features = random.uniform(0, 2, (HEIGHT, WIDTH, CHANNELS)).astype(np.float32)
    kernel = random.normal(size=(*grid, CHANNELS, 3)).astype(np.float32)
    return features, {"kernel": kernel, "bias": random.normal(size=3).astype(np.float32)}


@given(seed=st.integers(0, 10**6), pooled=st.booleans())
def test_the_parts_make_the_logit(seed, pooled):
    features, head = make(seed, (1, 1) if pooled else (HEIGHT, WIDTH))
    answer = answer_of(features, head)
    for of in range(3):
        found = attribute(answer, head, of)
        assert found.grid.shape == (HEIGHT, WIDTH)
        assert found.grid.sum() + found.bias == pytest.approx(float(answer.logits[of]), abs=1e-5)


def test_one_position_by_hand():
    features, head = make(1)
    by_hand = sum(float(features[1, 2, c]) * float(head["kernel"][1, 2, c, 0]) for c in range(CHANNELS))
    assert contributions(features, head, 0)[1, 2] == pytest.approx(by_hand, abs=1e-12)
    assert contributions(features * 0, head, 0).tolist() == [[0.0] * WIDTH] * HEIGHT


def test_a_logit_that_was_cut_off_leaves_an_excess_and_no_difference():
    features, head = make(2)
    whole = answer_of(features, head).logits
    best = int(whole.argmax())
    answer = answer_of(features, head, limits=(-100.0, float(whole[best]) - 0.5))
    found = attribute(answer, head, best)
    assert found.logit == pytest.approx(float(whole[best]) - 0.5, abs=1e-5)
    assert (found.difference, found.excess) == (pytest.approx(0, abs=1e-5), pytest.approx(0.5, abs=1e-5))


def test_another_networks_head_is_refused():
    features, head = make(3)
    with pytest.raises(ArtifactError, match="it is another network's"):
        attribute(answer_of(features, head), make(4)[1], 0)
    with pytest.raises(ArtifactError, match="2 x 3 x 4 x 3, the network has 2 x 3 x 5 x 3"):
        attribute(answer_of(features, head), {**head, "kernel": head["kernel"][:, :, :4]}, 0)
    broken = {**head, "kernel": np.full_like(head["kernel"], np.nan)}
    with pytest.raises(ArtifactError, match="it is another network's"):
        attribute(answer_of(features, head), broken, 0)


def test_the_share_of_the_picture_is_the_heads():
    features, head = make(5)
    answer = answer_of(features, head)
    assert attribute(answer, head, 0).covered == (1.0, 1.0)
    assert attribute(answer, head | {"covered": np.array([0.875, 0.5], np.float32)}, 0).covered == (0.875, 0.5)


def test_a_table_of_layers_tells_whether_there_can_be_a_map():
    assert has_linear_head(layer_table(build("student1", 5, 32))) is True
    assert has_linear_head(layer_table(build("student3", 5, 32))) is True
    assert has_linear_head(layer_table(build("student4", 5, 32))) is True
    assert has_linear_head(layer_table(build_teacher("efficientnet-lite0", 5, 32, weights=None))) is True
    for model in (
        build("student2", 5, 32),
        build_teacher("efficientnet-lite0", 5, 32, head="published", weights=None),
    ):
        assert has_linear_head(layer_table(model)) is False
        assert head_kernel(model) is None
    assert has_linear_head(pd.DataFrame({"name": ["conv1", "logits"], "type": ["Conv2D", "Dense"]})) is None


def test_a_head_is_read_as_it_was_written_and_a_damaged_one_is_a_sentence(tmp_path):
    store, file = ArtifactStore(tmp_path), tmp_path / "study" / "run" / "head.npz"
    file.parent.mkdir(parents=True)
    head = head_kernel(network("student3", 32))
    np.savez_compressed(file, **head)
    read = store.head("study", "run")
    assert sorted(read) == ["bias", "covered", "kernel"]
    assert all(np.array_equal(read[name], head[name]) for name in head)

    np.savez_compressed(file, kernel=head["kernel"], bias=head["bias"][1:])
    with pytest.raises(ArtifactError, match=r"head\.npz cannot be read \(ValueError\)"):
        store.head("study", "run")
    np.savez_compressed(file, kernel=head["kernel"])
    with pytest.raises(ArtifactError, match=r"head\.npz cannot be read \(KeyError\)"):
        store.head("study", "run")
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(ArtifactError, match=r"head\.npz cannot be read"):
        store.head("study", "run")
    file.unlink()
    with pytest.raises(ArtifactError, match=r"head\.npz is missing"):
        store.head("study", "run")
