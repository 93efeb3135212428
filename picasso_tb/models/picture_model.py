"""A model that is shown pictures in place of its own input."""

import numpy as np
import numpy.typing as npt
import PIL.Image

from picasso_tb.errors import InvalidArgument
from picasso_tb.models.input_spec import InputSpec, Picture, as_image
from picasso_tb.models.protocol import (
    ActivationsAndGradients,
    CoveredScores,
    Gradients,
    Images,
    Model,
    Patch,
    Scores,
    Targets,
    ValueRange,
)

_PICTURES_AT_ONCE = 64


class PictureModel:
    """The model with its preprocessing in front: its images are pictures, float32 (n, h, w, c) of 0..255.

    Pixels are rounded to whole numbers before preprocessing, halves to even: grey, 127.5, becomes 128.
    """

    def __init__(self, model: Model, input_spec: InputSpec) -> None:
        channels = len(model.value_range.low)
        self.classes = model.classes
        self.head = model.head
        self.value_range = ValueRange(np.zeros(channels, np.float32), np.full(channels, 255, np.float32))
        self.score_name = model.score_name
        self.score_source = model.score_source
        self.notes = model.notes
        self.layers = model.layers
        self.computation = ""  # of the last covered scores
        self._model = model
        self._input_spec = input_spec

    def scores(self, images: Images) -> Scores:
        parts = [
            images[start : start + _PICTURES_AT_ONCE] for start in range(0, len(images), _PICTURES_AT_ONCE)
        ]
        return np.concatenate([self._model.scores(self._prepared(part)) for part in parts])

    def gradients(self, images: Images, targets: Targets) -> Gradients:
        raise _no_gradients()

    def activations(self, images: Images, targets: Targets, layer: str) -> ActivationsAndGradients:
        raise _no_gradients()

    def covered_scores(self, images: Images, patches: list[Patch], fill: Images) -> CoveredScores:
        scores = np.empty((len(images), len(patches), self.classes), np.float32)
        for index, (image, paint) in enumerate(zip(images, np.broadcast_to(fill, images.shape), strict=True)):
            for start in range(0, len(patches), _PICTURES_AT_ONCE):
                part = patches[start : start + _PICTURES_AT_ONCE]
                covered = np.repeat(image[None], len(part), axis=0)
                for picture, (top, left, bottom, right) in zip(covered, part, strict=True):
                    picture[top:bottom, left:right] = paint[top:bottom, left:right]
                scores[index, start : start + len(part)] = self._model.scores(self._prepared(covered))
        self.computation = "in full: patches are painted before preprocessing"
        return scores

    def _prepared(self, images: Images) -> Images:
        pixels = np.rint(np.clip(images, 0, 255)).astype(np.uint8)
        return np.stack([self._input_spec.prepare(picture) for picture in pixels])


def _no_gradients() -> InvalidArgument:
    return InvalidArgument(
        "space: Expected 'input' for a method that needs gradients: none pass through preprocessing. "
        "Received: 'picture'",
        "space",
    )


def squash(picture: Picture, size: int, channels: int) -> npt.NDArray[np.float32]:
    """The picture as a square, float32 (size, size, channels) of 0..255, as Picasso made it."""
    image = as_image(picture).convert("L" if channels == 1 else "RGB")
    image = image.resize((size, size), PIL.Image.Resampling.LANCZOS)
    return np.asarray(image, np.float32).reshape(size, size, channels)
