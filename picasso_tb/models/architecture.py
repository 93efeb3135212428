"""What a classifier is, apart from the values of its weights."""

import dataclasses
import json
from collections.abc import Mapping

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
        classes: a single sigmoid unit counts as two, a single number that is no class value as one.
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

    @property
    def notes(self) -> tuple[str, ...]:
        """What was chosen or assumed when it was made, in words for the user."""
        return tuple(json.loads(self.config).get("notes", ()))

    def with_two_classes(self) -> "Architecture":
        """The same with its single number taken for the logit of the second of two classes."""
        content = json.loads(self.config)
        if self.classes != 1 or not content.pop("is_number", False):
            return self
        return dataclasses.replace(self, config=as_text(content), classes=2)


def as_text(content: Mapping[str, object]) -> str:
    """JSON text of an architecture: the same for equal ones."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))
