"""Keras 3 classifiers on TensorFlow, behind the Model protocol."""

import dataclasses
import functools
import json
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import CannotCompute
from picasso_tb.models.incremental.covering import Covering
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import CannotFollow, nodes_of
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import shapes_of
from picasso_tb.models.keras_building import build
from picasso_tb.models.keras_layers import Use, listening, tensors_in, uses_in_graph
from picasso_tb.models.keras_twin import assign, uncovered
from picasso_tb.models.network import Network, refuse_other_weights
from picasso_tb.models.protocol import Images, Patch, Scores
from picasso_tb.models.shapes import Shapes, Squash, noise, squash_named


class KerasNetwork(Network):
    """A Keras model behind the `Model` protocol.

    Args:
        network: its outputs are logits, or probabilities where `squash` is unknown.
        squash: what was taken off its outputs.
        input_spec: what it leaves open is taken from the model.
        uses: the layers to offer; those of the network's graph by default.
    """

    def __init__(
        self,
        network: Any,
        squash: Squash,
        input_spec: InputSpec,
        shapes: Shapes,
        uses: Sequence[Use] | None = None,
    ) -> None:
        import keras

        if keras.backend.backend() != "tensorflow":
            raise CannotCompute(
                f"Expected Keras on TensorFlow. Received: Keras on {keras.backend.backend()}. Set "
                "KERAS_BACKEND=tensorflow before Keras is imported."
            )
        uses = uses_in_graph(network) if uses is None else uses
        self._network = network
        self._folded: FoldedNetwork | CannotFollow
        try:
            self._folded = FoldedNetwork(nodes_of(network))
        except CannotFollow as obstacle:
            self._folded = obstacle
        self._uses = {use.layer.name: use for use in uses}
        sizes = [math.prod(side or 1 for side in one.shape[1:]) for one in tensors_in(network)]
        super().__init__(squash, input_spec, shapes, [use.layer for use in uses], sizes)

    @property
    def computation(self) -> str:
        return self._covering.computation

    @property
    def weight_bytes(self) -> int:
        import tensorflow as tf

        own: int = sum(int(np.prod(one.shape)) * tf.as_dtype(one.dtype).size for one in self._network.weights)
        return own + (self._folded.weight_bytes if isinstance(self._folded, FoldedNetwork) else 0)

    def _compile(self) -> None:
        super()._compile()
        self._covering = Covering(self._folded, self._scores_from, self._covered_in_full)

    def _outputs(self, inputs: Any) -> Any:
        import tensorflow as tf

        return tf.nest.flatten(self._network(inputs, training=False))[0]

    def _outputs_without_slopes(self, inputs: Any) -> Any:
        if isinstance(self._folded, FoldedNetwork) and self._folded.folds:
            return self._folded.outputs(inputs)
        return self._outputs(inputs)

    def _scores_by_way_of(self, layer: str, images: Any, heed: Callable[[Any], None]) -> Any:
        with listening(self._uses[layer], heed):
            return self._score(images)

    def _scores_covered(self, image: Images, fill: Images, patches: list[Patch]) -> Scores:
        return self._covering.scores(image, fill, patches)


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
        config = json.loads(architecture)
        own_notes, is_number = tuple(config.pop("notes", ())), bool(config.pop("is_number", False))
        logits_of = squash_named(config.pop("logits_of", None))
        make = functools.partial(build, most_weights=sum(one.size for one in weights))
        original = make(config)
        _refuse_other_weights(original, weights)
        assign(original, weights)
        shapes = dataclasses.replace(shapes_of(original), is_number=is_number, logits_of=logits_of)
        spec = input_spec.complete(shapes.height, shapes.width, shapes.channels)
        network, squash, notes = uncovered(original, make, shapes.as_input(noise(shapes, spec)), logits_of)
        super().__init__(network, squash, spec, shapes)
        self.notes += (*own_notes, *notes)

    def assign(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        """Take another checkpoint of the same architecture; without a new trace, where its layers allow it.

        Raises:
            InvalidArgument: the weights are of another architecture; nothing was changed then.
        """
        _refuse_other_weights(self._network, weights)
        made_constants = assign(self._network, weights)
        if isinstance(self._folded, FoldedNetwork):
            self._folded.take_weights()
        if made_constants:
            self._compile()
        else:
            self._covering.take_weights()


def _refuse_other_weights(network: Any, weights: Sequence[npt.NDArray[Any]]) -> None:
    refuse_other_weights([(one.path, tuple(one.shape)) for one in network.weights], weights)
