"""A Keras network with batch normalizations folded into the convolutions before them."""

import collections
from typing import Any

import numpy as np

from picasso_tb.models.incremental import layers
from picasso_tb.models.incremental.graph import INPUT, Node


class FoldedNetwork:
    """The operations of a Keras network, of which convolutions take over the batch normalization behind them.

    For scores only: rounding moves units across the kink of a ReLU, where slopes jump.

    Attributes:
        nodes: in the order of computation.
        folds: whether there is anything to fold.
    """

    def __init__(self, nodes: list[Node]) -> None:
        import tensorflow as tf

        self.nodes = nodes
        self._behind = _foldable(nodes)
        self._taken_over = set(self._behind.values())
        self._weights = {number: _room_for(nodes[number].operation) for number in self._behind}
        self.folds = bool(self._behind)
        self._fold()  # once, a trace would take ten times as long
        self._fold_again = tf.function(self._fold, [], autograph=False)

    @property
    def weight_bytes(self) -> int:
        return sum(4 * int(np.prod(one.shape)) for pair in self._weights.values() for one in pair)

    def take_weights(self) -> None:
        """After the network was given other weights."""
        self._fold_again()

    def _fold(self) -> None:
        for number, behind in self._behind.items():
            values = layers.folded(self.nodes[number].operation, self.nodes[behind].operation)
            for variable, value in zip(self._weights[number], values, strict=True):
                variable.assign(value)

    def outputs(self, inputs: Any) -> Any:
        """What the network gives (n, units) for what it takes, as a tensor."""
        values = {INPUT: inputs}
        for number, node in enumerate(self.nodes[1:], start=1):
            values[number] = self.whole(number, [values[source] for source in node.inputs])
        return values[len(self.nodes) - 1]

    def whole(self, number: int, inputs: list[Any]) -> Any:
        """An operation on whole values, or on boxes where each pixel stands for itself."""
        node = self.nodes[number]
        if number in self._taken_over or layers.is_identity(node):
            return inputs[0]
        if number in self._weights:
            return layers.window_function(node, self._weights[number], node.operation.padding)(inputs[0])
        return node(inputs)

    def windows(self, number: int, inputs: Any) -> Any:
        """A layer of windows on regions that hold all that it sees."""
        return layers.window_function(self.nodes[number], self._weights.get(number), "valid")(inputs)


def _foldable(nodes: list[Node]) -> dict[int, int]:
    """Convolutions and the batch normalizations right behind them, by number; none that is used twice."""
    users: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        for source in node.inputs:
            users.setdefault(source, []).append(number)
    uses = collections.Counter(id(node.operation) for node in nodes)
    return {
        number: users[number][0]
        for number, node in enumerate(nodes)
        if len(users.get(number, [])) == 1
        and layers.folds(node, nodes[users[number][0]])
        and uses[id(node.operation)] == uses[id(nodes[users[number][0]].operation)] == 1
    }


def _room_for(layer: Any) -> tuple[Any, Any]:
    """Variables for the folded kernel and bias of a convolution."""
    import tensorflow as tf

    shape = layer.kernel.shape
    units = np.prod(shape[2:]) if type(layer).__name__ == "DepthwiseConv2D" else shape[-1]
    kernel, bias = (tf.Variable(tf.zeros(size), trainable=False) for size in (shape, (units,)))
    return kernel, bias
