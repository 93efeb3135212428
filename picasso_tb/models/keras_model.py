"""Keras 3 classifiers on TensorFlow, behind the Model protocol."""

import difflib
import functools
import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import CannotCompute, InvalidArgument, ModelRefused
from picasso_tb.models.incremental.covering import Covering
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import Shapes, build, shapes_of
from picasso_tb.models.keras_config import Squash
from picasso_tb.models.keras_layers import Use, uses_in_graph
from picasso_tb.models.keras_slopes import NO_SLOPE, slopes_at_input, slopes_at_layer
from picasso_tb.models.keras_twin import assign, channels_of, noise, uncovered
from picasso_tb.models.protocol import (
    ActivationsAndGradients,
    CoveredScores,
    Gradients,
    Head,
    Images,
    Layer,
    Patch,
    Scores,
    Targets,
)

_VALUES_AT_ONCE = 2**21  # input values in one batch: bounds the memory, whatever the size of the pictures
_LARGEST_BATCH = 256

_NOTES = {  # by what was taken off, and whether there is a single unit
    (Squash.NOTHING, False): "The model ends in plain values: they were taken for the logits of a softmax.",
    (Squash.NOTHING, True): "The model ends in one plain value: it was taken for the logit of a sigmoid.",
    (Squash.UNKNOWN, False): (
        "The logits could not be found behind the model's last layer: scores are log-probabilities, whose "
        "slopes vanish where the model is certain."
    ),
    (Squash.UNKNOWN, True): (
        "The logit could not be found behind the model's last layer: it was computed back from the "
        "probability, and is cut off where that rounds to 0 or 1."
    ),
}
_LAYERS_AT_ONCE = 4  # traces that are kept


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
        channels = channels_of(shapes, self.input_spec)
        self.value_range = self.input_spec.value_range(channels)
        self.classes = shapes.classes
        self.head = Head.SIGMOID if single or squash is Squash.SIGMOID else Head.SOFTMAX
        self.score_name = "log-probability" if squash is Squash.UNKNOWN and not single else "logit"
        note = _NOTES.get((squash, single))
        self.notes: tuple[str, ...] = (note,) if note else ()
        self._network = network
        self._gives_probabilities = squash is Squash.UNKNOWN
        self._single = single
        self._takes_channels = shapes.takes_channels
        self.take_layers(uses_in_graph(network))
        self._image_shape = (shapes.height, shapes.width, channels)
        self._compile(self._image_shape)

    def take_layers(self, uses: Sequence[Use]) -> None:
        """Offer these layers of the network."""
        self.layers: tuple[Layer, ...] = tuple(use.layer for use in uses)
        self._uses = {use.layer.name: use for use in uses}

    @property
    def computation(self) -> str:
        return self._covering.computation

    @property
    def weight_bytes(self) -> int:
        """Memory that the weights take."""
        import tensorflow as tf

        return sum(int(np.prod(one.shape)) * tf.as_dtype(one.dtype).size for one in self._network.weights)

    def scores(self, images: Images) -> Scores:
        self._refuse_other_shapes(images)
        scores = np.concatenate(
            [self._scores(images[part]).numpy() for part in _batches(images, len(images))]
        )
        if self._gives_probabilities:
            _refuse_other_than_probabilities(scores, self._single)
        return scores

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        self._refuse_other_shapes(images)
        parts = _batches(images, len(images))
        found = [self._slopes(images[part], targets[part]) for part in parts]
        if any(slopes is None for slopes in found):
            raise ModelRefused(NO_SLOPE)
        return np.concatenate([slopes.numpy() for slopes in found])

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        self._refuse_other_shapes(images)
        compute = self._at_layer(layer)
        found = [compute(images[part], targets[part]) for part in _batches(images, len(images))]
        if None in found:
            raise ModelRefused(NO_SLOPE)
        return ActivationsAndGradients(*(np.concatenate(some) for some in zip(*found, strict=True)))

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        self._refuse_other_shapes(images)
        fills = np.broadcast_to(fill, images.shape)
        return np.stack([self._covering.scores(*pair, patches) for pair in zip(images, fills, strict=True)])

    def _covered_in_full(self, image: Images, fill: Images, patches: list[Patch]) -> Scores:
        """Scores (p, classes) of an image (h, w, c), each patch covered by what `fill` has there."""
        corners = np.array(patches, np.int32).reshape(-1, 4)
        parts = _batches(image[None], len(patches))
        return np.concatenate([self._covered(image, corners[part], fill).numpy() for part in parts])

    def _refuse_other_shapes(self, images: Images) -> None:
        """
        Raises:
            InvalidArgument: the model takes images of another shape.
        """
        fits = [
            wanted in (None, got) for wanted, got in zip(self._image_shape, images.shape[1:], strict=False)
        ]
        if images.ndim != 4 or not all(fits):
            shape = ("n", *self._image_shape)
            raise InvalidArgument(f"images: Expected shape {shape}. Received: {images.shape}", "images")

    def _compile(self, image: tuple[int | None, ...]) -> None:
        """What TensorFlow compiles. The batch size stays open, so that no size needs a trace of its own."""
        import tensorflow as tf

        picture, pictures = tf.TensorSpec(image, tf.float32), tf.TensorSpec((None, *image), tf.float32)
        targets = tf.TensorSpec((None, None), tf.int64)
        corners, fill = tf.TensorSpec((None, 4), tf.int32), tf.TensorSpec((None, None, image[-1]), tf.float32)
        self._scores = tf.function(self._score, [pictures])
        self._slopes = tf.function(functools.partial(slopes_at_input, self._score), [pictures, targets])
        self._of_layer = functools.partial(tf.function, input_signature=[pictures, targets])
        self._at_layers: dict[str, Any] = {}
        self._covered = tf.function(self._cover_and_score, [picture, corners, fill])
        self._covering = Covering(self._network, self._scores_from, self._covered_in_full)

    def _at_layer(self, layer: str) -> Any:
        """The compiled function that answers for a layer.

        Raises:
            InvalidArgument: the network has no such layer.
        """
        if layer not in self._uses:
            near = difflib.get_close_matches(layer, self._uses, 3, 0) or ["no layer with rows and columns"]
            raise InvalidArgument(
                f"layer: Expected a layer of the model, such as {', '.join(near)}. Received: {layer!r:.200}",
                "layer",
            )
        if layer not in self._at_layers:
            if len(self._at_layers) == _LAYERS_AT_ONCE:
                del self._at_layers[next(iter(self._at_layers))]
            compute = functools.partial(slopes_at_layer, self._score, self._uses[layer])
            self._at_layers[layer] = self._of_layer(compute)
        return self._at_layers[layer]

    def _score(self, images: Any) -> Any:
        import tensorflow as tf

        inputs = images if self._takes_channels else images[..., 0]
        outputs = tf.nest.flatten(self._network(inputs, training=False))[0]
        return self._scores_from(tf.cast(outputs, tf.float32))

    def _cover_and_score(self, image: Any, corners: Any, fill: Any) -> Any:
        """(p, classes) for one image and p patches."""
        import tensorflow as tf

        top, left, bottom, right = (corners[:, side, None, None] for side in range(4))
        rows, columns = tf.range(tf.shape(image)[0])[:, None], tf.range(tf.shape(image)[1])[None, :]
        inside = (rows >= top) & (rows < bottom) & (columns >= left) & (columns < right)
        return self._score(tf.where(inside[..., None], fill, image))

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
        original = build(json.loads(architecture))
        _refuse_other_weights(original, weights)
        assign(original, weights)
        shapes = shapes_of(original)
        spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
        network, squash, notes = uncovered(original, build, noise(shapes, spec))
        super().__init__(network, squash, spec, shapes)
        self.notes += notes

    def assign(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        """Take another checkpoint of the same architecture; without a new trace, where its layers allow it.

        Raises:
            InvalidArgument: the weights are of another architecture; nothing was changed then.
        """
        _refuse_other_weights(self._network, weights)
        if assign(self._network, weights):
            self._compile(self._image_shape)
        else:
            self._covering.take_weights()


def _refuse_other_weights(network: Any, weights: Sequence[npt.NDArray[Any]]) -> None:
    """
    Raises:
        InvalidArgument: the weights are of another architecture.
    """
    expected, received = ([tuple(one.shape) for one in some] for some in (network.weights, weights))
    for index, (wanted, given) in enumerate(zip(expected, received, strict=False)):
        if wanted != given:
            path = network.weights[index].path
            raise InvalidArgument(
                f"weights[{index}]: Expected shape {wanted} for {path}. Received: {given}", "weights"
            )
    if len(expected) != len(received):
        raise InvalidArgument(
            f"weights: Expected {len(expected)} arrays. Received: {len(received)}", "weights"
        )


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
            "model in keras.layers.Activation('softmax'), or, if its values are logits, in "
            "keras.layers.Activation('linear')."
        )
