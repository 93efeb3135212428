"""Keras 3 classifiers on TensorFlow, behind the Model protocol."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import CannotCompute, InvalidArgument, ModelRefused
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import Shapes, build, shapes_of
from picasso_tb.models.keras_config import Squash, uncover_logits
from picasso_tb.models.protocol import CoveredScores, Gradients, Head, Images, Patch, Scores, Targets

_VALUES_AT_ONCE = 2**21  # input values in one batch: bounds the memory, whatever the size of the pictures
_LARGEST_BATCH = 256

_NOTES = {
    (Squash.NOTHING, False): "The model ends in plain values: they were taken for the logits of a softmax.",
    (Squash.NOTHING, True): "The model ends in one plain value: it was taken for the logit of a sigmoid.",
    (Squash.UNKNOWN, False): "The logits could not be found behind the model's last layer: scores are "
    "log-probabilities, whose slopes vanish where the model is certain.",
    (
        Squash.UNKNOWN,
        True,
    ): "The logit could not be found behind the model's last layer: it was computed back from "
    "the probability, and is cut off where that rounds to 0 or 1.",
}


class KerasNetwork:
    """A Keras model behind the `Model` protocol.

    One trace serves every batch size, every number of targets and every checkpoint.

    Args:
        network: its outputs are logits, or probabilities where `squash` is unknown.
        squash: what was taken off its outputs.
        input_spec: what it leaves open is taken from the model.
    """

    def __init__(self, network: Any, squash: Squash, input_spec: InputSpec, shapes: Shapes) -> None:
        import keras

        if keras.backend.backend() != "tensorflow":
            raise CannotCompute(
                f"Expected Keras on TensorFlow. Received: Keras on {keras.backend.backend()}. Set "
                "KERAS_BACKEND=tensorflow before Keras is imported."
            )
        if shapes.units == 1 and squash is Squash.SOFTMAX:
            raise ModelRefused(
                "Expected at least two classes behind a softmax. Received: one unit, whose probability is "
                "always 1. End the model in Dense(1, activation='sigmoid') or Dense(2, activation='softmax')."
            )
        single = shapes.units == 1
        self.input_spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
        channels = shapes.channels or (1 if self.input_spec.mode == "L" else 3)
        self.value_range = self.input_spec.value_range(channels)
        self.classes = shapes.classes
        self.head = Head.SIGMOID if single or squash is Squash.SIGMOID else Head.SOFTMAX
        self.score_name = "log-probability" if squash is Squash.UNKNOWN and not single else "logit"
        self.notes: tuple[str, ...] = tuple(note for key, note in _NOTES.items() if key == (squash, single))
        self._network = network
        self._gives_probabilities = squash is Squash.UNKNOWN
        self._single = single
        self._takes_channels = shapes.takes_channels
        self._trace((shapes.height, shapes.width, channels))

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        import tensorflow as tf

        return sum(int(np.prod(one.shape)) * tf.as_dtype(one.dtype).size for one in self._network.weights)

    def scores(self, images: Images) -> Scores:
        scores = np.concatenate(
            [self._scores(images[part]).numpy() for part in _batches(images, len(images))]
        )
        if self._gives_probabilities:
            _refuse_other_than_probabilities(scores, self._single)
        return scores

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        parts = _batches(images, len(images))
        return np.concatenate([self._gradients(images[part], targets[part]).numpy() for part in parts])

    def covered_scores(
        self, images: Images, patches: list[Patch], fill: npt.NDArray[np.float32]
    ) -> CoveredScores:
        scores = np.empty((len(images), len(patches), self.classes), np.float32)
        corners = np.array(patches, np.int32).reshape(-1, 4)
        for index, image in enumerate(images):
            for part in _batches(images, len(patches)):
                scores[index, part] = self._covered(image, corners[part], fill).numpy()
        return scores

    def _trace(self, shape: tuple[int | None, ...]) -> None:
        """What TensorFlow compiles. The batch size stays open, so that no size needs a trace of its own."""
        import tensorflow as tf

        def scores(images: Any) -> Any:
            inputs = images if self._takes_channels else images[..., 0]
            outputs = tf.nest.flatten(self._network(inputs, training=False))[0]
            return self._scores_from(tf.cast(outputs, tf.float32))

        def gradients(images: Any, targets: Any) -> Any:
            with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
                tape.watch(images)
                every = scores(images)

            def slope(target: Any) -> Any:
                return tape.gradient(every, images, output_gradients=tf.one_hot(target, self.classes))

            slopes = tf.map_fn(
                slope, tf.transpose(targets), fn_output_signature=tf.float32, parallel_iterations=1
            )
            return tf.einsum("knhwc->nkhwc", slopes)

        def covered(image: Any, patches: Any, fill: Any) -> Any:
            top, left, bottom, right = (patches[:, side, None, None] for side in range(4))
            rows, columns = tf.range(tf.shape(image)[0])[:, None], tf.range(tf.shape(image)[1])[None, :]
            inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
            return scores(tf.where(inside[..., None], fill, image))

        image = tf.TensorSpec(shape, tf.float32)
        images = tf.TensorSpec((None, *shape), tf.float32)
        targets = tf.TensorSpec((None, None), tf.int64)
        patches, fill = tf.TensorSpec((None, 4), tf.int32), tf.TensorSpec((shape[-1],), tf.float32)
        self._scores = tf.function(scores, input_signature=[images])
        self._gradients = tf.function(gradients, input_signature=[images, targets])
        self._covered = tf.function(covered, input_signature=[image, patches, fill])

    def _scores_from(self, outputs: Any) -> Any:
        """Scores (n, classes) from what the network gives (n, units)."""
        import tensorflow as tf

        smallest = np.finfo(np.float32).tiny
        if self._gives_probabilities and self._single:
            certain = 1 - np.finfo(np.float32).epsneg
            inside = tf.clip_by_value(outputs, smallest, certain)
            outputs = tf.where(
                (outputs >= 0) & (outputs <= 1), tf.math.log(inside) - tf.math.log1p(-inside), np.nan
            )
        elif self._gives_probabilities:
            outputs = tf.math.log(tf.maximum(outputs, smallest))
        return tf.concat([-outputs, outputs], axis=-1) if self._single else outputs


class KerasModel(KerasNetwork):
    """A Keras model rebuilt from its stored architecture and weights. Runs no code from either.

    Args:
        architecture: the text of `Architecture.config`.
        weights: in the order of `Architecture.weights`.

    Raises:
        ModelRefused: the architecture can't be built here.
        InvalidArgument: the weights or the input specification are of another model.
    """

    def __init__(self, architecture: str, weights: Sequence[npt.NDArray[Any]], input_spec: InputSpec) -> None:
        config, squash = uncover_logits(json.loads(architecture))
        network = build(config)
        super().__init__(network, squash, input_spec, shapes_of(network))
        self.assign(weights)

    def assign(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        """Take another checkpoint of the same architecture, without a new trace.

        Raises:
            InvalidArgument: the weights are of another architecture; nothing was changed then.
        """
        variables = self._network.weights
        expected, received = ([tuple(one.shape) for one in some] for some in (variables, weights))
        for index, (variable, wanted, given) in enumerate(zip(variables, expected, received, strict=False)):
            if wanted != given:
                raise InvalidArgument(
                    f"weights[{index}]: Expected shape {wanted} for {variable.path}. Received: {given}",
                    "weights",
                )
        if len(expected) != len(received):
            raise InvalidArgument(
                f"weights: Expected {len(expected)} arrays. Received: {len(received)}", "weights"
            )
        for variable, values in zip(variables, weights, strict=True):
            variable.assign(values)


def _batches(images: Images, items: int) -> Iterator[slice]:
    """Slices of the items, each with as many as one pass through the network may take."""
    size = max(1, min(_LARGEST_BATCH, _VALUES_AT_ONCE // max(1, images[0].size)))
    return (slice(start, start + size) for start in range(0, items, size))


def _refuse_other_than_probabilities(scores: Scores, single: bool) -> None:
    """
    Raises:
        ModelRefused: the outputs that these scores were made from are no probabilities.
    """
    sums = np.exp(scores).sum(axis=-1)
    if np.isnan(scores).any() if single else (abs(sums - 1) > 0.01).any():
        raise ModelRefused(
            "Expected a model that ends in probabilities, or in a layer of Keras with a softmax, a sigmoid "
            "or no activation. Received: outputs of an unknown layer that are no probabilities. End the "
            "model in keras.layers.Activation('softmax') or in Activation('linear')."
        )
