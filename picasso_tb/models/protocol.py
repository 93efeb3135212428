"""What a visualization may ask of a classifier, whatever framework made it.

Shape letters: n images, k targets of each image, h rows, w columns, c channels, p patches.
"""

import dataclasses
import enum
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.float32]  # (n, h, w, c), exactly what the model receives
Targets = npt.NDArray[np.int64]  # (n, k), class indices
Scores = npt.NDArray[np.float32]  # (n, classes), logits
Probabilities = npt.NDArray[np.float32]  # (n, classes), 0..1
Gradients = npt.NDArray[np.float32]  # (n, k, h, w, c)
CoveredScores = npt.NDArray[np.float32]  # (n, p, classes)
Maps = npt.NDArray[np.float32]  # (n, k, h, w); NaN where nothing was measured


class Patch(NamedTuple):
    """A rectangle of pixels; bottom and right are the first row and column outside it."""

    top: int
    left: int
    bottom: int
    right: int


class Layer(NamedTuple):
    """A layer whose output has rows and columns. One of a network within the network: `backbone/conv_1`."""

    name: str
    height: int | None  # None where the size of the image decides
    width: int | None
    channels: int


class ActivationsAndGradients(NamedTuple):
    """What a layer gives for each image, and how the targets' scores depend on it."""

    activations: npt.NDArray[np.float32]  # (n, h', w', channels)
    gradients: npt.NDArray[np.float32]  # (n, k, h', w', channels)


class Head(enum.Enum):
    """How scores become probabilities."""

    SOFTMAX = "softmax"  # classes exclude each other
    SIGMOID = "sigmoid"  # each class for itself; a single unit z counts as two classes with scores (-z, z)
    NUMBER = "number"  # no classes: a number, which stands for itself wherever a probability is asked for


@dataclasses.dataclass(frozen=True)
class ValueRange:
    """Lowest and highest value the model expects, for each channel: both (c,)."""

    low: npt.NDArray[np.float32]
    high: npt.NDArray[np.float32]

    @property
    def middle(self) -> npt.NDArray[np.float32]:
        """Grey: (c,)."""
        return np.asarray((self.low + self.high) / 2, np.float32)


class Model(Protocol):
    """A loaded image classifier. Implementations batch by themselves and change no argument."""

    classes: int
    head: Head
    value_range: ValueRange
    score_name: str  # "logit"; "log-probability" where the logits could not be found; "value" of a number
    score_source: str  # where the scores are taken, in words: "before the softmax"
    notes: tuple[str, ...]  # every fallback taken while loading, in words for the user
    layers: tuple[Layer, ...]  # from input to output; none where the adapter finds none

    @property
    def computation(self) -> str:
        """How the last covered scores were computed and why not faster, in words; empty before."""
        ...

    def scores(self, images: Images) -> Scores:
        """Score of every class."""
        ...

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        """Slope of each target's score at every input value, all targets from one forward pass."""
        ...

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        """What the layer of that name gives, and each target's slope there, from one forward pass.

        Raises:
            InvalidArgument: there is no such layer; its field is "layer".
        """
        ...

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        """Score of every class with what `fill` shows in each patch in turn. The place to be fast.

        Args:
            fill: (n or 1, h or 1, w or 1, c), a picture for each image or one for all, or a plain colour.
        """
        ...


def log_probabilities(scores: npt.NDArray[np.float32], head: Head) -> npt.NDArray[np.float32]:
    """Natural logarithm of the class probabilities.

    Args:
        scores: (..., classes), logits (log-probabilities of a softmax pass unchanged).

    Returns:
        (..., classes), never above 0; of a number, the number.
    """
    if head is Head.NUMBER:
        return np.asarray(scores, np.float32)
    if head is Head.SIGMOID:
        return np.asarray(-np.logaddexp(0, -scores), np.float32)
    highest = scores.max(axis=-1, keepdims=True)
    normalizer = highest + np.log(np.exp(scores - highest).sum(axis=-1, keepdims=True))
    return np.asarray(scores - normalizer, np.float32)


def probabilities(scores: npt.NDArray[np.float32], head: Head) -> npt.NDArray[np.float32]:
    """Class probabilities of `scores` (..., classes); of a number, the number."""
    if head is Head.NUMBER:
        return np.asarray(scores, np.float32)
    return np.exp(log_probabilities(scores, head))
