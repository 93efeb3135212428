"""What the loss of a training says of the outputs: that of a live model, or what its file keeps of it."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from picasso_tb.models.shapes import Squash

_SQUASHES = {  # that a loss applies itself, where it is told that it gets logits
    "binarycrossentropy": Squash.SIGMOID,
    "binaryfocalcrossentropy": Squash.SIGMOID,
    "categoricalcrossentropy": Squash.SOFTMAX,
    "categoricalfocalcrossentropy": Squash.SOFTMAX,
    "sparsecategoricalcrossentropy": Squash.SOFTMAX,
}

_OF_NUMBERS = {
    *("mse", "mae", "mape", "msle", "huber", "logcosh", "poisson", "meansquarederror", "meanabsoluteerror"),
    *("meanabsolutepercentageerror", "meansquaredlogarithmicerror"),
}


@dataclasses.dataclass(frozen=True)
class Trained:
    """
    Attributes:
        on_numbers: whether the loss is one of regression.
        on_classes: whether the loss compares with classes, so that a single value is the logit of two.
        logits_of: what the loss makes probabilities by; None where it takes the outputs as they are.
    """

    on_classes: bool = False
    logits_of: Squash | None = None
    on_numbers: bool = False

    def is_number(self, units: int, squash: Squash) -> bool:
        """Whether the outputs are a number to be explained, and not what two classes are told by.

        Args:
            squash: what stands in the way of the logits.
        """
        if units != 1 or self.on_classes:
            return False
        return squash is Squash.NOTHING or (squash is Squash.UNKNOWN and self.on_numbers)


UNKNOWN = Trained()


def trained_with(loss: Any) -> Trained:
    """
    Args:
        loss: a name, function or `keras.losses.Loss`, or what Keras writes into files for one; of several
            outputs none is known to be the one that is explained. Nothing is imported or called for it.
    """
    if isinstance(loss, Mapping) and "class_name" not in loss:
        loss = list(loss.values())
    if isinstance(loss, list | tuple):
        loss = loss[0] if len(loss) == 1 else None
    names, config = _described(loss)
    plain = [name.replace("_", "").lower() for name in names]
    takes_logits = isinstance(config, Mapping) and config.get("from_logits") is True
    squashes = [_SQUASHES[name] for name in plain if name in _SQUASHES]
    return Trained(
        on_classes=any("crossentropy" in name or "hinge" in name for name in plain),
        logits_of=squashes[0] if squashes and takes_logits else None,
        on_numbers=any(name in _OF_NUMBERS for name in plain),
    )


def _described(loss: Any) -> tuple[list[str], Any]:
    """Names by which the loss may be known, and its configuration."""
    if isinstance(loss, Mapping):
        config = loss.get("config")
        kind = loss.get("class_name")
        names = [config if kind == "function" else kind]
    else:
        config = loss.get_config() if hasattr(loss, "get_config") else None
        names = [loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)]
    own = config.get("name") if isinstance(config, Mapping) else None
    return [str(names[0]), str(own)], config
