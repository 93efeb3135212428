"""A classifier whose right answers are known in closed form."""

import dataclasses

import numpy as np
import numpy.typing as npt

from picasso_tb.models.protocol import (
    CoveredScores,
    Gradients,
    Head,
    Images,
    Patch,
    Scores,
    Targets,
    ValueRange,
)

HEIGHT, WIDTH = 20, 40
REGIONS = {0: np.s_[2:8, 28:38], 1: np.s_[12:18, 4:10]}


@dataclasses.dataclass
class PlantedModel:
    """Linear: a class's score is its offset and the weighted sum of one off-centre, oblong region.

    The image is twice as wide as high and a region lies beyond its square part, so swapped axes miss it; the
    slope is negative in one channel and zero in the rest, so joining the channels before taking the size
    loses it. The third class looks at nothing.
    """

    weights: npt.NDArray[np.float32]  # (classes, h, w, c)
    offsets: npt.NDArray[np.float32]  # (classes,)
    value_range: ValueRange
    head: Head = Head.SOFTMAX
    score_name: str = "logit"
    notes: tuple[str, ...] = ()

    @property
    def classes(self) -> int:
        return len(self.weights)

    def scores(self, images: Images) -> Scores:
        sums = np.einsum("nhwc,jhwc->nj", images.astype(np.float64), self.weights.astype(np.float64))
        return (sums + self.offsets).astype(np.float32)

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        return self.weights[targets].copy()

    def covered_scores(
        self, images: Images, patches: list[Patch], fill: npt.NDArray[np.float32]
    ) -> CoveredScores:
        scores = []
        for top, left, bottom, right in patches:
            covered = images.copy()
            covered[:, top:bottom, left:right] = fill
            scores.append(self.scores(covered))
        return np.stack(scores, axis=1)


def planted_model(channels: int = 3) -> PlantedModel:
    """Classes 0 and 1 look at their regions, class 2 at nothing; none is certain on `planted_images`."""
    weights = np.zeros((3, HEIGHT, WIDTH, channels), np.float32)
    for label, region in REGIONS.items():
        weights[label][region] = (-0.02,) if channels == 1 else (0.0, -0.02, 0.0)
    low = np.linspace(-0.4, 0.0, channels, dtype=np.float32)  # a range of its own for each channel
    return PlantedModel(weights, np.array([1.0, 0.6, 0.0], np.float32), ValueRange(low, np.ones_like(low)))


def uniform_model() -> PlantedModel:
    """Class 0 is the mean of all values, wherever they are."""
    model = planted_model()
    model.weights[:] = 0
    model.weights[0] = 1 / (HEIGHT * WIDTH * 3)
    model.offsets[:] = 0
    model.value_range = ValueRange(np.zeros(3, np.float32), np.ones(3, np.float32))
    return model


def planted_images(n: int = 2, channels: int = 3) -> Images:
    """Noise well above grey, so that covering anything changes it."""
    return np.random.default_rng(0).uniform(0.7, 1.0, (n, HEIGHT, WIDTH, channels)).astype(np.float32)
