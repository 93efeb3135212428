"""What every classifier that TensorFlow runs has in common, behind the Model protocol."""

import difflib
import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import InvalidArgument, ModelRefused
from picasso_tb.models.batch_size import BatchSize
from picasso_tb.models.input_spec import InputSpec
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
from picasso_tb.models.shapes import Shapes, Squash, channels_of
from picasso_tb.models.slopes import NO_SLOPE, refusing_without_slope, slopes_at_input, slopes_at_layer

_VALUES_AT_ONCE = 2**21  # input values in one batch: bounds the memory, whatever the size of the pictures
_VALUES_INSIDE_AT_ONCE = 2**27  # of the largest tensor in the network
_VALUES_KEPT_AT_ONCE = 2**28  # of all tensors in the network, which the way back needs
_LARGEST_BATCH = 256
_LAYERS_AT_ONCE = 4  # traces that are kept

_NOTES = {  # by what was taken off, and whether there is a single unit
    (Squash.NOTHING, False): "The model ends in plain values: they were taken for the logits of a softmax.",
    (Squash.NOTHING, True): "The model ends in one plain value: it was taken for the logit of a sigmoid.",
    (Squash.UNKNOWN, False): (
        "The logits could not be found behind the model's last layer: scores are log-probabilities, whose "
        "slopes vanish where the model is certain."
    ),
    (Squash.INDEPENDENT, False): (
        "The logits could not be found behind the model's last layer: they were computed back from the "
        "probabilities, each for itself, and are cut off where those round to 0 or 1."
    ),
    (Squash.UNKNOWN, True): (
        "The logit could not be found behind the model's last layer: it was computed back from the "
        "probability, and is cut off where that rounds to 0 or 1."
    ),
}
_SOURCES = {
    Squash.SOFTMAX: "before the softmax",
    Squash.SIGMOID: "before the sigmoid",
    Squash.NOTHING: "from the outputs as they are",
    Squash.UNKNOWN: "from the probabilities",
    Squash.INDEPENDENT: "from the probabilities",
}
_NUMBER = (
    "The model gives one plain value, no classes: the value itself is explained, and there is no "
    "probability. If it is the logit of two classes, give both their names."
)


class Network:
    """A function of TensorFlow from pictures to class values.

    One trace serves every batch size, every number of targets and every checkpoint. An adapter says what the
    function is (`_outputs`), where its layers are (`_scores_by_way_of`) and what memory its weights take.

    Args:
        squash: what was taken off the outputs; they are probabilities where it is unknown.
        input_spec: what it leaves open is taken from the model.
        layers: that it offers, from input to output.
        sizes: number of values of each tensor in it for one picture; empty where nobody looked.
    """

    def __init__(
        self,
        squash: Squash,
        input_spec: InputSpec,
        shapes: Shapes,
        layers: Sequence[Layer] = (),
        sizes: Sequence[int] = (),
    ) -> None:
        if shapes.units == 1 and squash is Squash.SOFTMAX:
            raise ModelRefused(
                "Expected at least two classes behind a softmax. Received: one unit, whose probability is "
                "always 1. End the model in Dense(1, activation='sigmoid') or Dense(2, activation='softmax')."
            )
        is_number = shapes.is_number
        if is_number:
            squash = Squash.NOTHING
        single = shapes.units == 1 and not is_number
        self.input_spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
        channels = channels_of(shapes, self.input_spec)
        self.value_range = self.input_spec.value_range(channels)
        self.classes = shapes.classes
        logits_of = shapes.logits_of if squash is Squash.NOTHING else None
        is_sigmoid = single or Squash.SIGMOID in (squash, logits_of) or squash is Squash.INDEPENDENT
        self.head = Head.SIGMOID if is_sigmoid else Head.SOFTMAX
        self.score_name = "log-probability" if squash is Squash.UNKNOWN and not single else "logit"
        self.score_source = _SOURCES[squash]
        note = _NOTES.get((squash, single))
        if logits_of is not None:
            self.score_source, note = "from the outputs, which the loss takes for logits", None
        if is_number:
            self.head, self.score_name, note = Head.NUMBER, "value", _NUMBER
        self.notes: tuple[str, ...] = (note,) if note else ()
        self.layers = tuple(layers)
        self.ends_in_probabilities = squash is not Squash.NOTHING
        self._gives_probabilities = squash in (Squash.UNKNOWN, Squash.INDEPENDENT)
        self._each_for_itself = single or squash is Squash.INDEPENDENT
        self._single = single
        self._shapes = shapes
        self._largest, self._kept = max([1, *sizes]), max(1, sum(sizes))
        self._image_shape = (shapes.height, shapes.width, channels)
        self._batch_sizes: dict[Hashable, BatchSize] = {}  # by work and shape of the images
        self._compile()

    @property
    def computation(self) -> str:
        """How the last covered scores were computed and why not faster, in words."""
        return "in full: the short way knows networks of Keras layers only"

    def scores(self, images: Images) -> Scores:
        self._refuse_other_shapes(images)
        parts = self._parts("scores", images[0], len(images))
        scores = np.concatenate([self._scores(images[part]).numpy() for part in parts])
        if self._gives_probabilities:
            _refuse_other_than_probabilities(scores, self._each_for_itself)
        return scores

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        self._refuse_other_shapes(images)
        parts = self._parts(("gradients", targets.shape[1]), images[0], len(images), slopes=True)
        with refusing_without_slope():
            found = [_arrays(self._slopes(images[part], targets[part])) for part in parts]
        return np.concatenate([slopes for (slopes,) in found])

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        self._refuse_other_shapes(images)
        compute = self._at_layer(layer)
        parts = self._parts((layer, targets.shape[1]), images[0], len(images), slopes=True)
        with refusing_without_slope():
            found = [_arrays(compute(images[part], targets[part])) for part in parts]
        return ActivationsAndGradients(*(np.concatenate(some) for some in zip(*found, strict=True)))

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        self._refuse_other_shapes(images)
        fills = np.broadcast_to(fill, images.shape)
        return np.stack([self._scores_covered(*pair, patches) for pair in zip(images, fills, strict=True)])

    def _outputs(self, inputs: Any) -> Any:
        """What the network gives (n, units) for what it takes, as a tensor."""
        raise NotImplementedError

    def _outputs_without_slopes(self, inputs: Any) -> Any:
        """The same, as fast as it can be had where nobody asks for slopes."""
        return self._outputs(inputs)

    def _scores_by_way_of(self, layer: str, images: Any, heed: Callable[[Any], None]) -> Any:
        """Scores of images, with what the layer gives (n, h', w', channels) shown to `heed` on the way."""
        raise NotImplementedError

    def _scores_covered(self, image: Images, fill: Images, patches: list[Patch]) -> Scores:
        """Scores (p, classes) of an image (h, w, c), each patch covered by what `fill` has there."""
        return self._covered_in_full(image, fill, patches)

    def _covered_in_full(self, image: Images, fill: Images, patches: list[Patch]) -> Scores:
        top, left, bottom, right = np.array(patches, np.int32).reshape(-1, 4, 1).swapaxes(0, 1)
        rows, columns = np.arange(image.shape[0]), np.arange(image.shape[1])
        inside = (rows >= top) & (rows < bottom), (columns >= left) & (columns < right)
        parts = self._parts("covered", image, len(patches))
        return np.concatenate(
            [self._covered(image, inside[0][part], inside[1][part], fill).numpy() for part in parts]
        )

    def _parts(
        self, work: Hashable, image: npt.NDArray[np.float32], items: int, slopes: bool = False
    ) -> Iterator[slice]:
        """Slices of the items, each with as many as make that work on such images the fastest."""
        inside = _VALUES_KEPT_AT_ONCE // self._kept if slopes else _VALUES_INSIDE_AT_ONCE // self._largest
        most = max(1, min(_LARGEST_BATCH, _VALUES_AT_ONCE // max(1, image.size), inside))
        return self._batch_sizes.setdefault((work, image.shape), BatchSize(most)).parts(items)

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

    def _compile(self) -> None:
        """What TensorFlow compiles. The batch size stays open, so that no size needs a trace of its own.

        Layers are called as they are written, not converted, as Keras itself does in a training.
        """
        import tensorflow as tf

        image = self._image_shape
        picture, pictures = tf.TensorSpec(image, tf.float32), tf.TensorSpec((None, *image), tf.float32)
        targets = tf.TensorSpec((None, None), tf.int64)
        places, fill = tf.TensorSpec((None, None), tf.bool), tf.TensorSpec((None, None, image[-1]))
        compiled = functools.partial(tf.function, autograph=False)
        self._scores = compiled(self._score_only, [pictures])
        self._slopes = compiled(functools.partial(slopes_at_input, self._score), [pictures, targets])
        self._of_layer = functools.partial(compiled, input_signature=[pictures, targets])
        self._at_layers: dict[str, Any] = {}
        self._covered = compiled(self._cover_and_score, [picture, places, places, fill])

    def _at_layer(self, layer: str) -> Any:
        """The compiled function that answers for a layer.

        Raises:
            InvalidArgument: the network has no such layer.
        """
        names = [one.name for one in self.layers]
        if layer not in names:
            near = difflib.get_close_matches(layer, names, 3, 0) or ["no layer with rows and columns"]
            raise InvalidArgument(
                f"layer: Expected a layer of the model, such as {', '.join(near)}. Received: {layer!r:.200}",
                "layer",
            )
        if layer not in self._at_layers:
            if len(self._at_layers) == _LAYERS_AT_ONCE:
                del self._at_layers[next(iter(self._at_layers))]
            compute = functools.partial(slopes_at_layer, functools.partial(self._scores_by_way_of, layer))
            self._at_layers[layer] = self._of_layer(compute)
        return self._at_layers[layer]

    def _score(self, images: Any) -> Any:
        return self._scores_from(self._outputs(self._shapes.as_input(images)))

    def _score_only(self, images: Any) -> Any:
        return self._scores_from(self._outputs_without_slopes(self._shapes.as_input(images)))

    def _cover_and_score(self, image: Any, rows: Any, columns: Any, fill: Any) -> Any:
        """(p, classes) for one image and the rows (p, h) and columns (p, w) that each patch covers."""
        import tensorflow as tf

        inside = rows[:, :, None, None] & columns[:, None, :, None]
        return self._score_only(tf.where(inside, fill, image))

    def _scores_from(self, outputs: Any) -> Any:
        """Scores (n, classes) from what the network gives (n, units)."""
        import tensorflow as tf

        outputs = tf.cast(outputs, tf.float32)
        smallest = np.finfo(np.float32).tiny
        if self._gives_probabilities and self._each_for_itself:
            certain = 1 - np.finfo(np.float32).epsneg
            inside = tf.clip_by_value(outputs, smallest, certain)
            outputs = tf.where(
                (outputs >= 0) & (outputs <= 1), tf.math.log(inside) - tf.math.log1p(-inside), np.nan
            )
        elif self._gives_probabilities:
            outputs = tf.math.log(tf.maximum(outputs, smallest))
        return tf.concat([-outputs, outputs], axis=-1) if self._single else outputs


def _arrays(found: Any) -> list[npt.NDArray[np.float32]]:
    """What TensorFlow computed, waited for.

    Raises:
        ModelRefused: there was no way back.
    """
    import tensorflow as tf

    if found is None:
        raise ModelRefused(NO_SLOPE)
    return [one.numpy() for one in tf.nest.flatten(found)]


def refuse_other_weights(
    expected: Sequence[tuple[str, tuple[int, ...]]], weights: Sequence[npt.NDArray[Any]]
) -> None:
    """
    Args:
        expected: path and shape of each array.

    Raises:
        InvalidArgument: the weights are of another architecture.
    """
    for index, ((path, wanted), given) in enumerate(zip(expected, weights, strict=False)):
        if wanted != tuple(given.shape):
            raise InvalidArgument(
                f"weights[{index}]: Expected shape {wanted} for {path}. Received: {given.shape}", "weights"
            )
    if len(expected) != len(weights):
        raise InvalidArgument(
            f"weights: Expected {len(expected)} arrays. Received: {len(weights)}", "weights"
        )


def put_values(variables: Iterable[Any], values: Iterable[Any]) -> None:
    """Give variables of TensorFlow their values, arrays or tensors that fit.

    Not by `Variable.assign`: its checks and the value that it returns take four times as long, which counts
    with hundreds of variables.
    """
    import tensorflow as tf

    for variable, value in zip(variables, values, strict=True):
        fits = isinstance(value, np.ndarray) and value.dtype == variable.dtype.as_numpy_dtype
        fitting = value if fits else tf.convert_to_tensor(value, variable.dtype)
        tf.raw_ops.AssignVariableOp(resource=variable.handle, value=fitting)


def _refuse_other_than_probabilities(scores: Scores, each_for_itself: bool) -> None:
    """
    Args:
        each_for_itself: they are logits, none where an output was no probability; else log-probabilities.

    Raises:
        ModelRefused: the outputs that these scores were made from are no probabilities.
    """
    sums = np.exp(scores).sum(axis=-1)
    if np.isnan(sums).any() and not each_for_itself:
        raise ModelRefused(
            "Expected probabilities. Received: NaN. Has the training diverged before this checkpoint, or "
            "does the model overflow, as exp(x) / sum(exp(x)) does at large x? End it in "
            "keras.layers.Activation('softmax')."
        )
    if np.isnan(scores).any() if each_for_itself else (abs(sums - 1) > 0.01).any():
        raise ModelRefused(
            "Expected a model that ends in probabilities, or in a layer of Keras with a softmax, a sigmoid "
            "or no activation. Received: outputs of an unknown layer that are no probabilities. End the "
            "model in keras.layers.Activation('softmax'), or, if its values are logits, in "
            "keras.layers.Activation('linear')."
        )
