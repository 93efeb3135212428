"""A graph as the text of an architecture, and back."""

import base64
import binascii
import dataclasses
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.architecture import as_text
from picasso_tb.models.graphs.nodes import Nodes, Tensor, graph_of, needed
from picasso_tb.models.graphs.safety import check
from picasso_tb.models.graphs.variables import weight_name
from picasso_tb.models.protocol import Layer
from picasso_tb.models.shapes import Shapes, Squash, squash_named

FORMAT = "graph"
_RARE = ("is_number", "logits_of")  # of `Shapes`; kept on their own, where they are set


@dataclasses.dataclass(frozen=True)
class GraphLayer:
    """A place in the graph to look at."""

    layer: Layer
    tensor: Tensor


@dataclasses.dataclass(frozen=True)
class GraphArchitecture:
    """A classifier as a flat graph of pure operations, from pictures and weights to class values.

    Attributes:
        input: name of the placeholder of the pictures.
        weights: path and shape of each array; array i is fed to the placeholder `weights/i`, where the
            outputs depend on it.
        squash: what was taken off the outputs.
        notes: what was chosen on the way here, in words for the user.
    """

    nodes: Nodes
    input: str
    output: Tensor
    weights: tuple[tuple[str, tuple[int, ...]], ...]
    shapes: Shapes
    squash: Squash
    layers: tuple[GraphLayer, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def fed(self) -> set[str]:
        """Names of the placeholders that get values."""
        return {self.input, *(weight_name(index) for index in range(len(self.weights)))}

    @property
    def graph(self) -> Any:
        """As TensorFlow's GraphDef."""
        return graph_of(self.nodes)

    def to_text(self) -> str:
        """Equal architectures have equal texts."""
        content = {
            "format": FORMAT,
            "graph": base64.b64encode(self.graph.SerializeToString(deterministic=True)).decode(),
            "input": self.input,
            "output": str(self.output),
            "weights": self.weights,
            "shapes": {key: value for key, value in vars(self.shapes).items() if key not in _RARE},
            "squash": self.squash.value,
            "layers": [[*one.layer, str(one.tensor)] for one in self.layers],
            "notes": self.notes,
            **({"is_number": True} if self.shapes.is_number else {}),
            **({"logits_of": self.shapes.logits_of.value} if self.shapes.logits_of else {}),
        }
        return as_text(content)

    @classmethod
    def from_content(cls, content: dict[str, Any]) -> "GraphArchitecture":
        """What a decoded text says, checked to be pure operations of bounded size.

        Raises:
            ModelRefused: it is not.
        """
        from google.protobuf.message import DecodeError
        from tensorflow.core.framework import graph_pb2

        try:
            graph = graph_pb2.GraphDef.FromString(base64.b64decode(content["graph"], validate=True))
            output = Tensor.parse(content["output"])
            layers = [
                GraphLayer(Layer(name, height, width, channels), Tensor.parse(tensor))
                for name, height, width, channels, tensor in content["layers"]
            ]
            found = cls(
                nodes=needed({node.name: node for node in graph.node}, [output.node]),
                input=str(content["input"]),
                output=output,
                weights=tuple((str(path), tuple(map(int, shape))) for path, shape in content["weights"]),
                shapes=Shapes(
                    **content["shapes"],
                    is_number=bool(content.get("is_number")),
                    logits_of=squash_named(content.get("logits_of")),
                ),
                squash=Squash(content["squash"]),
                layers=tuple(layers),
                notes=tuple(map(str, content["notes"])),
            )
        except (binascii.Error, DecodeError, KeyError, TypeError, ValueError) as error:
            raise ModelRefused(
                f"Expected a graph as picasso_tb writes it. Received: one with a {type(error).__name__}."
            ) from error
        check(found.nodes, found.fed)
        return found
