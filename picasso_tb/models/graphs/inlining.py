"""One flat graph of a graph and the functions that it calls."""

from collections.abc import Iterable, Sequence
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.graphs.nodes import Nodes, Tensor, needed, outputs_of

_CALLS = {"PartitionedCall", "StatefulPartitionedCall"}
MOST_NODES = 100_000  # the largest of the usual networks have some 10,000
_DEEPEST = 100


class _Inliner:
    """Copies nodes, with the nodes of functions in place of their calls."""

    def __init__(self, library: Any) -> None:
        self.nodes: Nodes = {}
        self._functions = {one.signature.name: one for one in library.function}
        self._results: dict[Tensor, Tensor] = {}  # what a call gives, and which tensor that is
        self._passed = 0  # tensors into and out of functions

    def add(self, node: Any, name: str, inputs: Sequence[str], depth: int = 0) -> None:
        """
        Args:
            inputs: as in a graph, not as in a function.

        Raises:
            ModelRefused: there are too many, or functions call each other without an end.
        """
        function = self._called(node)
        if function is not None:
            self._call(function, name, [one for one in inputs if not one.startswith("^")], depth + 1)
            return
        _refuse_many(len(self.nodes) + 1)
        copy = self.nodes[name] = type(node)()
        copy.CopyFrom(node)
        copy.name = name
        del copy.input[:]
        copy.input.extend(inputs)

    def finish(self) -> Nodes:
        """The nodes, each with its inputs where they really come from."""
        for node in self.nodes.values():
            inputs = [
                text if text.startswith("^") else str(self._settled(Tensor.parse(text)))
                for text in node.input
            ]
            del node.input[:]
            node.input.extend(inputs)
        return self.nodes

    def _settled(self, tensor: Tensor) -> Tensor:
        for _ in range(_DEEPEST):
            if tensor not in self._results:
                return tensor
            tensor = self._results[tensor]
        raise ModelRefused("Expected functions that give what they compute. Received: a loop of calls.")

    def settled(self, tensor: Tensor) -> Tensor:
        """Where a tensor of the graph really comes from."""
        return self._settled(tensor)

    def _called(self, node: Any) -> Any:
        if node.op in self._functions:
            return self._functions[node.op]
        if node.op not in _CALLS:
            return None
        name = node.attr["f"].func.name
        if name not in self._functions:
            raise ModelRefused(f"Expected a whole graph. Received: one without its function {name!r:.100}.")
        return self._functions[name]

    def _call(self, function: Any, name: str, inputs: Sequence[str], depth: int) -> None:
        if depth > _DEEPEST:
            raise ModelRefused(
                "Expected functions that come to an end. Received: "
                f"{function.signature.name!r:.100}, which calls itself, or {_DEEPEST} functions within each "
                "other."
            )
        # Functions that are empty cost too, where each calls the next one twice.
        self._passed += 1 + len(inputs) + len(function.signature.output_arg)
        _refuse_many(self._passed)
        arguments = dict(zip((one.name for one in function.signature.input_arg), inputs, strict=True))
        bodies = {node.name: node for node in function.node_def}

        def local(text: str) -> str:
            first, *rest = text.split(":")
            if first in arguments:
                return str(arguments[first])
            if len(rest) != 2 or first not in bodies:
                raise ModelRefused(
                    f"Expected a whole graph. Received: a function with an unknown input {text!r:.100}."
                )
            place = self._place(bodies[first], rest[0]) + int(rest[1])
            return str(Tensor(f"{name}/{first}", place))

        for node in function.node_def:
            inputs_of_node = [local(one) for one in node.input if not one.startswith("^")]
            self.add(node, f"{name}/{node.name}", inputs_of_node, depth)
        for place, result in enumerate(function.signature.output_arg):
            self._results[Tensor(name, place)] = Tensor.parse(local(function.ret[result.name]))

    def _place(self, node: Any, output: str) -> int:
        """Which of a node's outputs is the first of that name."""
        function = self._called(node)
        if function is not None:
            names = [one.name for one in function.signature.output_arg]
            return names.index(output) if output in names else 0
        place = 0
        for name, number in outputs_of(node):
            if name == output:
                break
            place += number
        return place


def _refuse_many(operations: int) -> None:
    if operations > MOST_NODES:
        raise ModelRefused(f"Expected a graph of at most {MOST_NODES} operations. Received: more.")


def flat_graph(graph: Any, roots: Iterable[Tensor]) -> tuple[Nodes, list[Tensor]]:
    """The nodes of a GraphDef, with the functions that the roots are computed by in place of their calls.

    Returns:
        The nodes, and where the roots really come from. Names in a function follow that of its call.

    Raises:
        ModelRefused: it is not whole, too large, or without an end.
    """
    if len(graph.node) > MOST_NODES:
        raise ModelRefused(
            f"Expected a graph of at most {MOST_NODES} operations. Received: {len(graph.node)}."
        )
    roots = list(roots)
    given = {node.name: node for node in graph.node}
    inliner = _Inliner(graph.library)
    for name, node in needed(given, [root.node for root in roots], waiting=True).items():
        inliner.add(node, name, node.input)
    ends = [inliner.settled(root) for root in roots]
    return inliner.finish(), ends
