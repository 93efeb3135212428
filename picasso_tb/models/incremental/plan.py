"""What each operation does for patches of a given size: as little as it can, exactly."""

import dataclasses
import enum

import numpy as np

from picasso_tb.models.incremental import layers
from picasso_tb.models.incremental.graph import INPUT, Node
from picasso_tb.models.incremental.spread import Boxes, Pair, Window

_AS_GOOD_AS_WHOLE = 0.9  # of the map: putting together what a larger box sees costs more than it saves
_BLOCKS = 6  # along each side: neighbouring positions that share a batch, and so the size of their boxes


class Action(enum.Enum):
    """What is computed for each position."""

    PAINT = "paint"  # the image's box
    PASS = "pass"  # nothing: the input's box is the output's
    PIXELS = "pixels"  # the operation on the box alone
    WINDOWS = "windows"  # a layer of windows on the box and what it sees around it
    JOIN = "join"  # boxes of several maps, brought to a common one
    MEAN = "mean"  # the untouched mean and what the box changes of it
    WHOLE = "whole"  # the operation on whole values


@dataclasses.dataclass(frozen=True)
class Step:
    """An operation and what is done for it.

    Attributes:
        keeps_box: whether a box comes out, and not a whole value.
        as_they_are: places of the inputs whose boxes are used without anything around them.
    """

    node: Node
    action: Action
    keeps_box: bool = False
    window: Window | None = None
    as_they_are: frozenset[int] = frozenset()

    def follow(self, inputs: list[Boxes]) -> Boxes | None:
        """The boxes of the output, given those of the inputs that have any; None where it has none."""
        if not inputs:
            return None
        if self.action is Action.WINDOWS and self.window is not None:
            return inputs[0].through(self.window, whole=not self.keeps_box)
        if self.action is Action.JOIN:
            return inputs[0].grown(inputs[1:], whole=not self.keeps_box)
        if self.action is Action.PASS and (padding := layers.padding_of(self.node)):
            return inputs[0].moved(padding, self.node.extent)
        return inputs[0] if self.keeps_box else None


@dataclasses.dataclass(frozen=True)
class Plan:
    """Steps for every node, and what they save.

    Attributes:
        saving: multiplications of brute force over those of the plan, for one position.
        multiplications: of the network, for one image.
        in_full: share of those that are left which are done where the patch reaches the whole map.
        on_boxes: convolutions that work on boxes smaller than their map.
        convolutions: all of them.
        stopped_by: name of the operation before which everything had to be computed in full, if any did.
    """

    steps: list[Step]
    saving: float
    multiplications: float
    in_full: float
    on_boxes: int
    convolutions: int
    stopped_by: str | None


def make_plan(nodes: list[Node], patch: Pair, joins_fit: bool = True) -> Plan:
    """The plan for patches of that height and width, spread evenly over the image.

    Args:
        joins_fit: where the widest branch of a join fits wherever it was tried, rely on it. Patches at other
            places may prove that wrong.
    """
    boxes: list[list[Boxes] | None] = [_everywhere(patch, nodes[INPUT].extent)]  # block by block; None: whole
    steps = [Step(nodes[INPUT], Action.PAINT, keeps_box=True)]
    stopped_by = None
    for node in nodes[1:]:
        inputs, sources = [nodes[i] for i in node.inputs], [boxes[i] for i in node.inputs]
        boxed = [source for source in sources if source is not None]
        step = _step(node, inputs, len(boxed))
        made = _followed(step, boxed)
        if made and _share(made) > _AS_GOOD_AS_WHOLE and step.action in (Action.WINDOWS, Action.JOIN):
            step, made = dataclasses.replace(step, keeps_box=False, as_they_are=frozenset()), None
        if made and step.action is Action.JOIN and joins_fit:
            fitting = [all(map(Boxes.fits, source, made)) for source in boxed]
            step = dataclasses.replace(step, as_they_are=frozenset(np.flatnonzero(fitting).tolist()))
        goes_on = len(node.shape) > 1  # as a map, or as tokens
        if step.action is Action.WHOLE and boxed and goes_on and not layers.joins_maps(node, inputs):
            stopped_by = stopped_by or node.name
        steps.append(step)
        boxes.append(made)
    return _weighed(nodes, steps, boxes, stopped_by)


def _everywhere(patch: Pair, extent: Pair) -> list[Boxes]:
    """Boxes of patches at the corners of blocks that tile the image."""
    ends = [
        np.linspace(0, max(0, side - size), _BLOCKS + 1) for side, size in zip(extent, patch, strict=True)
    ]
    found = []
    for top in range(_BLOCKS):
        for left in range(_BLOCKS):
            first = np.array([[ends[0][top], ends[1][left]], [ends[0][top + 1], ends[1][left + 1]]]).astype(
                int
            )
            found.append(Boxes.around(first, first + np.array(patch) - 1, extent))
    return found


def _step(node: Node, inputs: list[Node], boxed: int) -> Step:
    """What can be done for a node of whose inputs so many are boxes."""
    whole = Step(node, Action.WHOLE)
    if boxed < len(inputs) or not boxed:
        return whole
    if layers.joins_maps(node, inputs):
        return Step(node, Action.JOIN, keeps_box=True)
    if len(inputs) > 1:
        return whole
    if layers.is_identity(node) or layers.padding_of(node) is not None:
        return Step(node, Action.PASS, keeps_box=True)
    if layers.is_pixelwise(node):
        return Step(node, Action.PIXELS, keeps_box=True)
    if layers.is_global_mean(node):
        return Step(node, Action.MEAN)
    window = layers.window_of(node, inputs[0].extent)
    if window is None:
        return whole
    alone = window.reach == window.stride == (1, 1)
    return Step(node, Action.WINDOWS, True, window, frozenset([0] if alone else []))


def _followed(step: Step, inputs: list[list[Boxes]]) -> list[Boxes] | None:
    """Boxes of the output, block by block; None for a whole value."""
    made = [step.follow(list(block)) for block in zip(*inputs, strict=True)] if step.keeps_box else []
    return [one for one in made if one is not None] or None


def _share(boxes: list[Boxes]) -> float:
    """Mean area of the boxes, as a share of the map's."""
    areas = [one.size[0] * one.size[1] / (one.extent[0] * one.extent[1]) for one in boxes]
    return float(np.mean(areas))


def _weighed(
    nodes: list[Node], steps: list[Step], boxes: list[list[Boxes] | None], stopped_by: str | None
) -> Plan:
    full = part = whole = 0.0
    on_boxes = convolutions = 0
    for step, made in zip(steps[1:], boxes[1:], strict=True):
        node = step.node
        each = layers.multiplications(node, [nodes[i] for i in node.inputs])
        cost = each * float(np.prod(node.shape[:-1]))
        full += cost
        part += cost * (_share(made) if made and node.is_map else 1)
        whole += 0 if made else cost
        convolutions += layers.is_convolution(node)
        on_boxes += layers.is_convolution(node) and made is not None
    saving, in_full = (full / part, whole / part) if part else (1.0, 1.0)
    return Plan(steps, saving, full, in_full, on_boxes, convolutions, stopped_by)
