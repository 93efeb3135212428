"""A Keras network in TensorFlow that computes again only what patches of its input can change."""

import dataclasses
import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.models.incremental import layers
from picasso_tb.models.incremental.folding import FoldedNetwork
from picasso_tb.models.incremental.graph import INPUT
from picasso_tb.models.incremental.plan import Action, Plan, Step, make_plan
from picasso_tb.models.incremental.spread import Boxes, Pair, Rows
from picasso_tb.models.protocol import Patch

_ORDERS_KEPT = 64
_NUMBERS_KEPT = 2**23  # for places of patches: bounds the memory


@dataclasses.dataclass(frozen=True)
class Gathering:
    """One input of a step that is put together from a table; see `Boxes.rows`.

    Attributes:
        place: of the input among the step's.
        source: number of the node that it comes from.
        padding: value around the map.
    """

    place: int
    source: int
    padding: float


class DoesNotFit(Exception):
    """The patches lie so that the plan's joins do not fit."""


@dataclasses.dataclass(frozen=True)
class Untouched:
    """What was computed for the image alone: the output (units,), and the maps that boxes are put into."""

    image: Any
    output: Any
    maps: list[Any]


class IncrementalNetwork:
    """A Keras network that computes again only what patches of its input can change."""

    def __init__(self, network: FoldedNetwork) -> None:
        self._network = network
        self._variants: dict[tuple[Any, ...], Variant] = {}
        self._planned: dict[tuple[Pair, bool], Variant] = {}  # planning takes as long as several positions

    def variant(self, patch: Pair, joins_fit: bool = True) -> "Variant":
        """What computes patches of at most that height and width, wherever they lie.

        Sizes whose plans differ in numbers only share a variant, and so a trace.
        """
        if (patch, joins_fit) not in self._planned:
            plan = make_plan(self._network.nodes, patch, joins_fit)
            key = tuple((step.action, step.keeps_box, step.as_they_are) for step in plan.steps)
            if key not in self._variants:
                self._variants[key] = Variant(plan, self._network)
            self._planned[patch, joins_fit] = self._variants[key]
        return self._planned[patch, joins_fit]


class Variant:
    """A plan made into two TensorFlow functions: the image's own values, and the outputs for some boxes."""

    def __init__(self, plan: Plan, network: FoldedNetwork) -> None:
        import tensorflow as tf

        self.plan = plan
        self._steps = plan.steps
        self._network = network
        self._gatherings = [self._gathered(step) for step in self._steps]
        sources = [one.source for many in self._gatherings for one in many]
        means = [step.node.inputs[0] for step in self._steps if step.action is Action.MEAN]
        self._kept = sorted({*sources, *means})
        image = tf.TensorSpec(self._steps[INPUT].node.shape, tf.float32)
        maps = [tf.TensorSpec(self._steps[number].node.shape, tf.float32) for number in self._kept]
        rows = [tf.TensorSpec((None, None, None), tf.int32)] * (1 + len(sources) + len(means))
        parts = sum(map(_leaves_padding_out, self._steps))
        # Kept, as one grid serves many images and checkpoints.
        self._order_of = functools.lru_cache(_ORDERS_KEPT)(self._sorted_by_reach)
        self._places: dict[bytes, tuple[list[Any], list[Any]]] = {}  # by the edges of the patches
        self._numbers_kept = 0
        self._untouched = tf.function(self._compute_untouched, [image])
        self._covered = tf.function(
            self._compute_covered,
            [image, image, maps, rows, [tf.TensorSpec((None, None, None), tf.float32)] * parts],
        )

    def untouched(self, image: npt.NDArray[np.float32]) -> Untouched:
        """Values of the image (h, w, c) alone."""
        *maps, output = self._untouched(image)
        return Untouched(image, output, maps)

    def order(self, patches: list[Patch]) -> npt.NDArray[np.int64]:
        """An order in which patches of equal reach follow each other.

        The boxes of a batch are of one size; where a patch changes fewer pixels, at the edge or between two
        strides, they can all be smaller.
        """
        return self._order_of(_edges(patches).tobytes())

    def _sorted_by_reach(self, edges: bytes) -> npt.NDArray[np.int64]:
        boxes = self._boxes(np.frombuffer(edges, np.int64).reshape(-1, 4)).values()
        reach = np.concatenate([one.last - one.first for one in boxes], axis=1)
        return np.lexsort(reach.T)  # by the deepest layer first

    def covered(self, untouched: Untouched, fill: npt.NDArray[np.float32], patches: list[Patch]) -> Any:
        """The network's outputs (p, units) with each patch covered by what `fill` (h, w, c) has there.

        Raises:
            DoesNotFit: take the variant that relies on no joins.
        """
        rows, parts = self._places_of(_edges(patches))
        return self._covered(untouched.image, fill, untouched.maps, rows, parts)

    def _places_of(self, edges: npt.NDArray[np.int64]) -> tuple[list[Any], list[Any]]:
        """What `_located` gives, as tensors; kept, as one grid serves many images and checkpoints."""
        import tensorflow as tf

        key = edges.tobytes()
        if key not in self._places:
            rows, parts = ([tf.constant(one) for one in some] for some in self._located(edges))
            numbers = sum(int(tf.size(one)) for one in (*rows, *parts))
            if self._numbers_kept + numbers > _NUMBERS_KEPT:
                self._places.clear()
                self._numbers_kept = 0
            self._places[key] = rows, parts
            self._numbers_kept += numbers
        return self._places[key]

    def _gathered(self, step: Step) -> list[Gathering]:
        """The inputs of a step that have to be put together."""
        if step.action not in (Action.WINDOWS, Action.JOIN, Action.WHOLE):
            return []
        padding = layers.padding_value(step.node)
        return [
            Gathering(place, source, padding)
            for place, source in enumerate(step.node.inputs)
            if self._steps[source].keeps_box and place not in step.as_they_are
        ]

    def _boxes(self, edges: npt.NDArray[np.int64]) -> dict[int, Boxes]:
        """For patches (p, 4) the boxes that steps keep, by the steps' numbers."""
        extent = self._steps[INPUT].node.extent
        boxes = {INPUT: Boxes.around(edges[:, :2], edges[:, 2:] - 1, extent)}
        for number, step in enumerate(self._steps[1:], start=1):
            made = step.follow([boxes[source] for source in step.node.inputs if source in boxes])
            if made is not None and step.keeps_box:
                boxes[number] = made
        return boxes

    def _located(self, edges: npt.NDArray[np.int64]) -> tuple[list[Rows], list[npt.NDArray[np.float32]]]:
        """For patches (p, 4): the rows of the image, of every gathering and of every mean, and the parts of
        windows that lie inside the map, where a pooling wants to know."""
        boxes = self._boxes(edges)
        rows, means, parts = [_painted(boxes[INPUT], edges)], [], []
        for number, step in enumerate(self._steps[1:], start=1):
            inputs = [boxes[source] for source in step.node.inputs if source in boxes]
            made = boxes.get(number) or step.follow(inputs)
            if number in boxes and not all(
                inputs[place].fits(boxes[number]) for place in step.as_they_are if step.window is None
            ):
                raise DoesNotFit
            if step.action is Action.MEAN:
                means.append(inputs[0].untouched_rows())
            rows += [_region(step, boxes[one.source], made) for one in self._gatherings[number]]
            if _leaves_padding_out(step) and made is not None and step.window is not None:
                parts.append(made.share_inside(step.window, inputs[0].extent))
        return rows + means, parts

    def _compute_untouched(self, image: Any) -> list[Any]:
        """The kept values, each without the batch, and the output (units,)."""
        values = {INPUT: image[None]}
        for number, step in enumerate(self._steps[1:], start=1):
            values[number] = self._network.whole(number, [values[source] for source in step.node.inputs])
        return [values[number][0] for number in (*self._kept, len(self._steps) - 1)]

    def _compute_covered(
        self, image: Any, fill: Any, maps: list[Any], rows: list[Any], parts: list[Any]
    ) -> Any:
        import tensorflow as tf

        untouched = dict(zip(self._kept, maps, strict=True))
        pixels = tf.concat([tf.reshape(one, (-1, image.shape[-1])) for one in (image, fill)], 0)
        gathered = sum(map(len, self._gatherings))
        regions, means, shares = iter(rows[1 : 1 + gathered]), iter(rows[1 + gathered :]), iter(parts)
        values = {INPUT: tf.gather(pixels, rows[0])}
        for number, step in enumerate(self._steps[1:], start=1):
            inputs = [values[source] for source in step.node.inputs]
            for one in self._gatherings[number]:
                around = untouched[one.source]
                inputs[one.place] = _put_together(around, inputs[one.place], next(regions), one.padding)
            if step.action is Action.MEAN:
                values[number] = _mean(untouched[step.node.inputs[0]], inputs[0], next(means))
            elif step.action is Action.PASS:
                values[number] = inputs[0]
            elif step.action is Action.WINDOWS:
                values[number] = self._network.windows(number, inputs[0])
                if _leaves_padding_out(step):
                    values[number] /= next(shares)[..., None]
            else:
                values[number] = self._network.whole(number, inputs)
        return values[len(self._steps) - 1]


def _edges(patches: list[Patch]) -> npt.NDArray[np.int64]:
    return np.array(patches, np.int64).reshape(-1, 4)


def _leaves_padding_out(step: Step) -> bool:
    return step.action is Action.WINDOWS and layers.leaves_padding_out(step.node)


def _region(step: Step, source: Boxes, made: Boxes | None) -> Rows:
    """Rows for what a step needs of one of its inputs."""
    if made is None:
        return source.rows(np.zeros_like(source.corner), source.extent)
    return source.rows(*(made.needed(step.window) if step.window else (made.corner, made.size)))


def _painted(image: Boxes, edges: npt.NDArray[np.int64]) -> Rows:
    """Rows of the boxes in a table of the image's pixels and then the fill's."""
    height, width = image.extent
    rows = image.untouched_rows()
    top, left, bottom, right = (edges[:, side, None, None] for side in range(4))
    row, column = rows // width, rows % width
    covered = (row >= top) & (row < bottom) & (column >= left) & (column < right)
    return (rows + height * width * covered).astype(np.int32)


def _put_together(untouched: Any, boxes: Any, rows: Any, padding: float) -> Any:
    """Regions (p, h, w, c) from the untouched map (h, w, c), padding and the boxes (p, h, w, c)."""
    import tensorflow as tf

    channels = untouched.shape[-1]
    table = [tf.reshape(untouched, (-1, channels)), tf.fill((1, channels), padding)]
    return tf.gather(tf.concat([*table, tf.reshape(boxes, (-1, channels))], 0), rows)


def _mean(untouched: Any, boxes: Any, rows: Any) -> Any:
    """(p, c): the mean of the map with the boxes in it, without putting it together."""
    import tensorflow as tf

    table = tf.reshape(untouched, (-1, untouched.shape[-1]))
    change = tf.reduce_sum(boxes - tf.gather(table, rows), (1, 2))
    return tf.reduce_mean(table, 0) + change / (untouched.shape[0] * untouched.shape[1])
