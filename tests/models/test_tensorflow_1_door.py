"""Graphs of TensorFlow 1 with their checkpoints: how the ends are found, and what has to be built again."""

import pathlib
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.doors import open_model, read_weights
from picasso_tb.models.protocol import probabilities
from tests.models.networks import (
    HEIGHT,
    WIDTH,
    loaded,
    noise,
)


def tensorflow_1(folder: pathlib.Path, step: Any, checkpoint: str = "") -> tuple[str, Any]:
    """A graph with a step between picture and probabilities: its checkpoint, and what it predicts.

    Args:
        checkpoint: whose values it takes.
    """
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        predictions = tf.nn.softmax(step(tf.reshape(images, (-1, HEIGHT * WIDTH))) @ kernel)
        saver = tf.compat.v1.train.Saver()
        if checkpoint:
            saver.restore(session, checkpoint)
        else:
            session.run(tf.compat.v1.global_variables_initializer())
        placeholders = {one.name: one for one in tf.compat.v1.get_default_graph().get_operations()}
        fed = {images: noise(channels=1)}
        if "keep" in placeholders:
            fed[placeholders["keep"].outputs[0]] = 1.0
        if "training" in placeholders:
            fed[placeholders["training"].outputs[0]] = False
        return saver.save(session, str(folder / "model")), session.run(predictions, fed)


def test_a_graph_without_a_softmax_lists_what_it_ends_in(tmp_path: pathlib.Path) -> None:
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        tf.identity(tf.reshape(images, (-1, HEIGHT * WIDTH)) @ kernel, name="logits")
        session.run(tf.compat.v1.global_variables_initializer())
        path = tf.compat.v1.train.Saver().save(session, str(tmp_path / "model"))
    with pytest.raises(ModelRefused, match=r"what follows from the input ends in logits\. Give output="):
        open_model(path)
    assert open_model(path, output="logits").architecture.classes == 3


def dropout_by_placeholder(x: Any) -> Any:
    return tf.compat.v1.nn.dropout(x, keep_prob=tf.compat.v1.placeholder(tf.float32, (), name="keep"))


def dropout_by_default(x: Any) -> Any:
    return tf.compat.v1.nn.dropout(x, keep_prob=tf.compat.v1.placeholder_with_default(1.0, (), name="keep"))


def branch_by_placeholder(x: Any) -> Any:
    tf.compat.v1.disable_control_flow_v2()
    training = tf.compat.v1.placeholder(tf.bool, (), name="training")
    return tf.cond(training, lambda: x * 2, lambda: x)


def branch_by_default(x: Any) -> Any:
    tf.compat.v1.enable_control_flow_v2()
    training = tf.compat.v1.placeholder_with_default(False, (), name="training")
    return tf.cond(training, lambda: x * 2, lambda: x)


def fed_besides(x: Any) -> Any:
    return x * tf.compat.v1.placeholder(tf.float32, (), name="keep")


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (dropout_by_placeholder, "draws numbers anew.*TensorFlow 1 is to be built again without dropout"),
        (dropout_by_default, "draws numbers anew.*TensorFlow 1 is to be built again without dropout"),
        (branch_by_placeholder, r"branches on 'training' \(Placeholder\).*constant in its place: False"),
        (branch_by_default, "repeats or branches.*built again without loops and branches"),
        (fed_besides, "has to be fed besides.*build the graph again with a constant there"),
    ],
)
def test_a_graph_that_was_made_to_train_is_built_again(step: Any, says: str, tmp_path: pathlib.Path) -> None:
    trained, expected = tensorflow_1(tmp_path, step)
    with pytest.raises(ModelRefused, match=says):
        open_model(trained)
    (tmp_path / "again").mkdir()
    again, _ = tensorflow_1(tmp_path / "again", lambda x: x, checkpoint=trained)
    network = loaded(open_model(again))
    found = probabilities(network.scores(noise(channels=1)), network.head)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_a_graph_of_tensorflow_1_finds_its_ends(tmp_path: pathlib.Path) -> None:
    """With a value that is True while training, and dropout that it switches."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        images = tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1), name="images")
        training = tf.compat.v1.placeholder_with_default(False, (), name="training")
        flat = tf.reshape(images, (-1, HEIGHT * WIDTH))
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3), use_resource=False)
        with tf.compat.v1.variable_scope("branch"):
            tf.compat.v1.disable_control_flow_v2()
            kept = tf.cond(training, lambda: tf.nn.dropout(flat, 0.5), lambda: flat)
        tf.nn.softmax(kept @ kernel, name="predictions")
        session.run(tf.compat.v1.global_variables_initializer())
        picture = noise(2, channels=1)
        expected = session.run("predictions:0", {images: picture})
        prefix = tf.compat.v1.train.Saver().save(session, str(tmp_path / "model"), global_step=3)
    for path in (tmp_path, f"{prefix}.meta", f"{prefix}.index", prefix):
        snapshot = open_model(path)
    network = loaded(snapshot)
    assert any("'predictions' was taken" in note for note in network.notes)
    np.testing.assert_allclose(probabilities(network.scores(picture), network.head), expected, atol=1e-6)
    with pytest.raises(InvalidArgument, match=r"output \(--output\): Expected a tensor"):
        open_model(prefix, input="images", output="elsewhere:0")
    np.testing.assert_array_equal(read_weights(prefix, snapshot.architecture)[0], snapshot.weights[0])


def test_a_graph_that_looks_on_at_its_values_opens(tmp_path: pathlib.Path) -> None:
    module = tf.Module()
    spec = tf.TensorSpec((None, HEIGHT, WIDTH, 3), tf.float32)

    def serve(images: Any) -> Any:
        rows = tf.ensure_shape(tf.reduce_mean(images, (1, 2)), (None, 3))
        return tf.ensure_shape(tf.nn.softmax(tf.debugging.check_numerics(rows * 2, "rows")), (None, 3))

    module.serve = tf.function(serve, [spec])
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures=module.serve)
    model, pictures = loaded(open_model(tmp_path / "saved")), noise(2)
    np.testing.assert_allclose(probabilities(model.scores(pictures), model.head), serve(pictures), atol=1e-6)
    assert "before the softmax" in model.score_source


def test_a_graph_of_rows_is_to_be_built_again_with_pictures(tmp_path: pathlib.Path) -> None:
    def saved(pictures: Any, checkpoint: str = "") -> str:
        kernel = tf.compat.v1.get_variable("kernel", (HEIGHT * WIDTH, 3))
        tf.nn.softmax(tf.reshape(pictures, (-1, HEIGHT * WIDTH)) @ kernel, name="predictions")
        saver = tf.compat.v1.train.Saver()
        with tf.compat.v1.Session() as session:
            session.run(tf.compat.v1.global_variables_initializer())
            if checkpoint:
                saver.restore(session, checkpoint)
            return saver.save(session, str(tmp_path / f"model-{len(checkpoint)}"))

    with tf.Graph().as_default():
        rows = saved(tf.compat.v1.placeholder(tf.float32, (None, HEIGHT * WIDTH), name="rows"))
    size = HEIGHT * WIDTH
    with pytest.raises(
        ModelRefused, match=rf"Received: rows, 'rows' \(None, {size}\)\. Build the graph again"
    ):
        open_model(rows)
    with pytest.raises(ModelRefused, match=rf"shape \(None, {size}\)\. Make one that takes pictures"):
        open_model(rows, input="rows")
    with tf.Graph().as_default():
        again = saved(tf.compat.v1.placeholder(tf.float32, (None, HEIGHT, WIDTH, 1)), rows)
    np.testing.assert_array_equal(
        open_model(again).weights[0], tf.train.load_variable(rows, "kernel").astype(np.float32)
    )
