"""What goes into a classifier of pictures and what comes out, whatever framework made it."""

import dataclasses
import enum
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.errors import ModelRefused
from picasso_tb.models.input_spec import InputSpec

MOST_VALUES = 2**28  # of one tensor for one picture: more than any usual network at 1024 x 1024
FAR = 100  # see `seen_in`
_TOLERANCE = 1e-3  # of a sum of probabilities
ANY_SIZE = (224, 224)  # what most networks are made for


class Squash(enum.Enum):
    """What a network's outputs passed through last."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    NOTHING = "nothing"  # the outputs are logits already
    UNKNOWN = "unknown"  # it could not be taken off: the outputs are probabilities
    INDEPENDENT = "independent"  # neither, and each probability is for itself


@dataclasses.dataclass(frozen=True)
class Shapes:
    """What goes in and comes out; None where the model leaves it open.

    Attributes:
        units: length of the row of class values.
        takes_channels: False for a model whose input is (batch, height, width).
        channels_first: True for a model whose input is (batch, channels, height, width).
        is_number: True where the only unit is a number to be explained, and not the logit of two classes.
        logits_of: what makes probabilities of the outputs, as the loss says; None where it says nothing.
    """

    height: int | None
    width: int | None
    channels: int | None
    units: int
    takes_channels: bool = True
    channels_first: bool = False
    is_number: bool = False
    logits_of: Squash | None = None

    @property
    def classes(self) -> int:
        return 2 if self.units == 1 and not self.is_number else self.units

    def as_input(self, images: Any) -> Any:
        """What the network takes for images (n, h, w, c), an array or a tensor."""
        import tensorflow as tf

        if not self.takes_channels:
            return images[..., 0]
        return tf.transpose(images, (0, 3, 1, 2)) if self.channels_first else images


def squash_named(name: Any) -> Squash | None:
    """Of `Shapes.logits_of`, as an architecture's text keeps it; None for what nobody wrote."""
    return {one.value: one for one in (Squash.SOFTMAX, Squash.SIGMOID)}.get(str(name))


def classifier_shapes(inputs: tuple[int | None, ...], outputs: tuple[int | None, ...]) -> Shapes:
    """The shapes of a classifier of pictures.

    Raises:
        ModelRefused: they are not.
    """
    if len(inputs) not in (3, 4) or 0 in inputs[1:]:
        way = " Make one that takes pictures and makes rows of them itself." if len(inputs) == 2 else ""
        raise ModelRefused(
            "Expected a model of pictures, (batch, height, width, channels). Received: input of shape "
            f"{inputs}.{way}"
        )
    if len(outputs) != 2 or not outputs[1]:
        raise ModelRefused(
            f"Expected one row of class values for each picture, (batch, classes). Received: output of shape "
            f"{outputs}. Models that segment or detect come later: pass the part that classifies."
        )
    takes_channels = len(inputs) == 4
    height, width, channels = inputs[1:] if takes_channels else (*inputs[1:], 1)
    channels_first = height in (1, 3) and channels not in (1, 3, 4)
    if channels_first:
        height, width, channels = width, channels, height
    return Shapes(height, width, channels, outputs[1], takes_channels, channels_first)


def seen_in(rows: npt.NDArray[np.float32], far: npt.NDArray[np.float32], squash: Squash) -> Squash:
    """What the outputs (n, units) of a network show them to be.

    Args:
        far: the same for inputs far beyond the usual (`FAR` times), where only what is bounded stays within
            0 to 1.
        squash: what stood in the way of the logits, of those that were not taken off.
    """
    if rows.shape[-1] == 1:
        return squash if squash is Squash.NOTHING else Squash.UNKNOWN
    excludes = bool((rows >= 0).all() and np.allclose(rows.sum(-1), 1, atol=_TOLERANCE))
    if squash is Squash.NOTHING:  # a softmax may have come before, out of sight
        return Squash.UNKNOWN if excludes else squash
    bounded = in_unit_range(rows) and in_unit_range(far)
    return Squash.INDEPENDENT if bounded and not excludes else squash


def in_unit_range(rows: npt.NDArray[np.float32]) -> bool:
    """Whether outputs may be probabilities."""
    return bool(((rows >= 0) & (rows <= 1)).all())


def noise(shapes: Shapes, spec: InputSpec, size: tuple[int, int] = ANY_SIZE) -> npt.NDArray[np.float32]:
    """Two images of noise over the value range, (2, h, w, c); the same at every call.

    Args:
        spec: complete, as far as the model goes.
        size: height and width, where neither says.
    """
    channels = channels_of(shapes, spec)
    values = spec.value_range(channels)
    shape = (2, spec.height or size[0], spec.width or size[1], channels)
    return np.random.default_rng(0).uniform(values.low, values.high, shape).astype(np.float32)


def channels_of(shapes: Shapes, spec: InputSpec) -> int:
    return shapes.channels or (1 if spec.mode == "L" else 3)
