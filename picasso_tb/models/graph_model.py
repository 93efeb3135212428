"""Classifiers kept as TensorFlow graphs, behind the Model protocol."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy.typing as npt

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.building import sample_shape
from picasso_tb.models.graphs.logits import moving_nodes
from picasso_tb.models.graphs.nodes import Tensor
from picasso_tb.models.graphs.safety import checked_shapes, numbers_of_values
from picasso_tb.models.graphs.text import GraphArchitecture
from picasso_tb.models.graphs.variables import weight_name
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.network import Network, put_values, refuse_other_weights


class GraphModel(Network):
    """A flat graph of pure operations, with the weights of one checkpoint after the other.

    Raises:
        ModelRefused: the graph is inconsistent or too large.
        InvalidArgument: the weights or the input specification are of another model.
    """

    def __init__(
        self, graph: GraphArchitecture, weights: Sequence[npt.NDArray[Any]], input_spec: InputSpec
    ) -> None:
        import tensorflow as tf

        refuse_other_weights(graph.weights, weights)
        spec = input_spec.complete(graph.shapes.height, graph.shapes.width, graph.shapes.channels)
        sizes = checked_shapes(graph.nodes, graph.input, sample_shape(graph.shapes, spec))
        self._graph = graph
        self._fed = [index for index in range(len(weights)) if weight_name(index) in graph.nodes]
        self._variables = [tf.Variable(weights[index], trainable=False) for index in self._fed]
        self._tensors = {one.layer.name: one.tensor for one in graph.layers}
        try:
            self._whole = tf.compat.v1.wrap_function(
                lambda: tf.graph_util.import_graph_def(graph.graph, name=""), []
            )
        except ValueError as error:
            raise ModelRefused(
                f"Expected a graph that TensorFlow {tf.__version__} can build. Received: {error!s:.200}"
            ) from error
        self._input_type = self._tensor(Tensor(graph.input)).dtype
        moving = moving_nodes(graph.nodes, graph.input)
        self._network = self._part([Tensor(graph.input)], graph.output)
        layers = [one.layer for one in graph.layers]
        super().__init__(graph.squash, spec, graph.shapes, layers, numbers_of_values(sizes, moving))
        self.notes += graph.notes

    @property
    def weight_bytes(self) -> int:
        return sum(one.shape.num_elements() * one.dtype.size for one in self._variables)

    def assign(self, weights: Sequence[npt.NDArray[Any]]) -> None:
        refuse_other_weights(self._graph.weights, weights)
        put_values(self._variables, [weights[index] for index in self._fed])

    def _tensor(self, tensor: Tensor) -> Any:
        return self._whole.graph.get_tensor_by_name(f"{tensor.node}:{tensor.place}")

    def _part(self, sources: list[Tensor], end: Tensor) -> Callable[..., Any]:
        """A function from the sources to the end."""
        feeds = [self._tensor(one) for one in [*sources, *(Tensor(weight_name(i)) for i in self._fed)]]
        part = self._whole.prune(feeds, self._tensor(end))
        return lambda *values: part(*values, *(one.value() for one in self._variables))

    def _outputs(self, inputs: Any) -> Any:
        import tensorflow as tf

        return self._row(self._network(tf.cast(inputs, self._input_type)))

    def _scores_by_way_of(self, layer: str, images: Any, heed: Callable[[Any], None]) -> Any:
        import tensorflow as tf

        tensor, pictures = self._tensors[layer], Tensor(self._graph.input)
        inputs = tf.cast(self._shapes.as_input(images), self._input_type)
        reached = tf.identity(self._part([pictures], tensor)(inputs))
        heed(reached)
        rest = self._part([pictures, tensor], self._graph.output)
        return self._scores_from(self._row(rest(inputs, reached)))

    def _row(self, outputs: Any) -> Any:
        import tensorflow as tf

        return tf.ensure_shape(outputs, (None, self._shapes.units))
