"""What a classifier is, apart from the values of its weights."""

import dataclasses

from picasso_tb.models.protocol import Layer


@dataclasses.dataclass(frozen=True)
class WeightInfo:
    """One array of weights. Paths are for people and checks: nested models may repeat one."""

    path: str
    shape: tuple[int, ...]
    dtype: str


@dataclasses.dataclass(frozen=True)
class Architecture:
    """A classifier without its weights.

    Attributes:
        config: JSON text from which the model is built again; equal architectures have equal texts.
        classes: a single sigmoid unit counts as two.
        height, width, channels: of the input; None where the model leaves them open.
        weights: in the order of `get_weights()`.
        layers: from input to output, for methods that look inside.
        offers: what the model can be asked for: "scores", "gradients", "activations".
    """

    config: str
    classes: int
    height: int | None
    width: int | None
    channels: int | None
    weights: tuple[WeightInfo, ...]
    layers: tuple[Layer, ...] = ()
    offers: tuple[str, ...] = ("scores", "gradients")
