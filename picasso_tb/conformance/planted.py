"""A classifier whose right answers are known in closed form."""

import dataclasses

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import InvalidArgument
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
    ValueRange,
)

HEIGHT, WIDTH = 20, 40
REGIONS = {0: np.s_[2:8, 28:38], 1: np.s_[12:18, 4:10]}
_SIDE_OF_CELL = {"evidence": 1, "pooled": 2}  # layer: pixels along each side of one of its cells


@dataclasses.dataclass
class PlantedModel:
    """Linear: a class's score is its offset and the weighted sum of one off-centre, oblong region.

    The image is twice as wide as high and a region lies beyond its square part, so swapped axes miss it; the
    slope is negative in one channel and zero in the rest, so joining the channels before taking the size
    loses it. The third class looks at nothing.

    Seen as a network, it rectifies at each pixel what speaks for each class, `evidence`, and sums it up over
    cells of 2 x 2 pixels, `pooled`: both have a channel for each class, whose sum is the score but for an
    offset. With one sigmoid there is one channel, which speaks for class 1 and against class 0.
    """

    weights: npt.NDArray[np.float32]  # (classes, h, w, c)
    offsets: npt.NDArray[np.float32]  # (classes,)
    value_range: ValueRange
    head: Head = Head.SOFTMAX
    score_name: str = "logit"
    score_source: str = "from the outputs as they are"
    notes: tuple[str, ...] = ()
    computation: str = "in closed form"
    passes: int = 0  # asked for so far, each target's way back being one

    def __post_init__(self) -> None:
        self.classes, height, width, _ = self.weights.shape
        channels = self._readout.shape[1]
        self.layers = tuple(
            Layer(name, height // side, width // side, channels) for name, side in _SIDE_OF_CELL.items()
        )

    def scores(self, images: Images) -> Scores:
        self.passes += len(images)
        sums = np.einsum("nhwc,jhwc->nj", images.astype(np.float64), self.weights.astype(np.float64))
        return np.asarray(sums + self.offsets, np.float32)

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        self.passes += len(images) * (1 + targets.shape[1])
        slopes: Gradients = self.weights[targets]  # a copy, as the targets are an array
        return slopes

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        if layer not in _SIDE_OF_CELL:
            expected = ", ".join(_SIDE_OF_CELL)
            raise InvalidArgument(f"layer: Expected one of {expected}. Received: {layer!r}", "layer")
        self.passes += len(images) * (1 + targets.shape[1])
        side, units = _SIDE_OF_CELL[layer], self.weights[-len(self._readout[0]) :]
        # What the score gains over the value that speaks least for the class: never negative.
        least = np.where(units > 0, self.value_range.low, self.value_range.high)
        evidence = np.einsum("jhwc,njhwc->nhwj", units, images[:, None] - least)
        n, height, width, channels = evidence.shape
        cells = evidence.reshape(n, height // side, side, width // side, side, channels).sum(axis=(2, 4))
        gradients = np.broadcast_to(
            self._readout[targets][:, :, None, None], (*targets.shape, *cells.shape[1:])
        )
        return ActivationsAndGradients(cells.astype(np.float32), gradients.astype(np.float32))

    @property
    def _readout(self) -> npt.NDArray[np.float32]:
        """(classes, channels): how much each class's score rises with each channel of a layer."""
        one_unit = self.head is Head.SIGMOID and self.classes == 2
        return np.array([[-1], [1]], np.float32) if one_unit else np.eye(self.classes, dtype=np.float32)

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        painted = np.broadcast_to(fill, images.shape)
        scores = []
        for top, left, bottom, right in patches:
            covered = images.copy()
            covered[:, top:bottom, left:right] = painted[:, top:bottom, left:right]
            scores.append(self.scores(covered))
        return np.stack(scores, axis=1)


def planted_model(channels: int = 3) -> PlantedModel:
    """Classes 0 and 1 look at their regions, class 2 at nothing; none is certain on `planted_images`."""
    weights = np.zeros((3, HEIGHT, WIDTH, channels), np.float32)
    for label, region in REGIONS.items():
        weights[label][region] = (-0.02,) if channels == 1 else (0.0, -0.02, 0.0)
    low = np.linspace(-0.4, 0.0, channels, dtype=np.float32)  # a range of its own for each channel
    return PlantedModel(weights, np.array([1.0, 0.6, 0.0], np.float32), ValueRange(low, np.ones_like(low)))


def one_sigmoid() -> PlantedModel:
    """One unit that looks at class 1's region: what speaks for class 1 speaks against class 0."""
    model = planted_model()
    weights, offsets = model.weights[:2].copy(), model.offsets[:2].copy()
    weights[0], offsets[0] = -weights[1], -offsets[1]
    return PlantedModel(weights, offsets, model.value_range, Head.SIGMOID)


def uniform_model(channels: int = 3) -> PlantedModel:
    """Class 0 is the mean of all values, wherever they are."""
    model = planted_model(channels)
    model.weights[:] = 0
    model.weights[0] = 1 / (HEIGHT * WIDTH * channels)
    model.offsets[:] = 0
    model.value_range = ValueRange(np.zeros(channels, np.float32), np.ones(channels, np.float32))
    return model


def planted_images(n: int = 2, channels: int = 3) -> Images:
    """Noise well above grey, so that covering anything changes it."""
    return np.random.default_rng(0).uniform(0.7, 1.0, (n, HEIGHT, WIDTH, channels)).astype(np.float32)
