"""The twin of a Keras network that ends in logits, compared with the network before it is trusted."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import Shapes, config_of, first_line
from picasso_tb.models.keras_config import Config, Squash, uncover_logits

_TOLERANCE, _TOLERANCE_OF_16_BITS = 1e-3, 0.02  # of a probability, between the model and its twin
_ANY_SIZE = (224, 224)  # what most networks are made for
_OTHERWISE = (
    "the copy predicts something else. Does the activation cover more or less than the row of class values, "
    "or does a get_config leave out what its layer was made with?"
)


def uncovered(
    model: Any, copy: Callable[[Config], Any], images: npt.NDArray[np.float32]
) -> tuple[Any, Squash, tuple[str, ...]]:
    """The network to use, what was taken off its outputs, and what to tell the user.

    Args:
        model: with its weights; it is not changed.
        copy: builds a network of a configuration.
        images: to compare the predictions on.
    """
    try:
        config, squash = uncover_logits(config_of(model))
        if squash is Squash.UNKNOWN:
            return model, squash, ()
        if squash is Squash.NOTHING:
            return model, Squash.UNKNOWN if _gives_probabilities(model, images) else squash, ()
        twin = copy(config)
        assign(twin, model.weights)
        if _agree(model, twin, squash, images):
            return twin, squash, ()
        why = _OTHERWISE
    except Exception as error:  # the user's own layers may raise anything; the model itself still works
        why = first_line(error)
    return model, Squash.UNKNOWN, (f"The model could not be copied without its last activation: {why}",)


def assign(network: Any, weights: Iterable[Any]) -> bool:
    """Take the weights, in the order of `network.weights`.

    Returns:
        Whether a layer made constants of its weights, which an earlier trace keeps.
    """
    for variable, values in zip(network.weights, weights, strict=True):
        variable.assign(values)
    finalized = [layer for layer in network._flatten_layers() if hasattr(layer, "finalize_state")]
    for layer in finalized:
        layer.finalize_state()
    return bool(finalized)


def noise(shapes: Shapes, spec: InputSpec, size: tuple[int, int] = _ANY_SIZE) -> npt.NDArray[np.float32]:
    """Two images of noise over the value range, as the model receives them; the same at every call.

    Args:
        spec: complete, as far as the model goes.
        size: height and width, where neither says.
    """
    channels = channels_of(shapes, spec)
    values = spec.value_range(channels)
    shape = (2, spec.height or size[0], spec.width or size[1], channels)
    drawn = np.random.default_rng(0).uniform(values.low, values.high, shape).astype(np.float32)
    return drawn if shapes.takes_channels else drawn[..., 0]


def channels_of(shapes: Shapes, spec: InputSpec) -> int:
    return shapes.channels or (1 if spec.mode == "L" else 3)


def _gives_probabilities(model: Any, images: npt.NDArray[np.float32]) -> bool:
    """Whether what looks like logits has passed through a softmax before, out of sight."""
    rows = _as_float32(_outputs(model, images))
    return bool(rows.shape[-1] > 1 and (rows >= 0).all() and np.allclose(rows.sum(-1), 1, atol=_TOLERANCE))


def _agree(model: Any, twin: Any, squash: Squash, images: npt.NDArray[np.float32]) -> bool:
    import keras

    activation = keras.ops.softmax if squash is Squash.SOFTMAX else keras.ops.sigmoid
    expected, found = _as_float32(_outputs(model, images)), _as_float32(activation(_outputs(twin, images)))
    if (expected < 0).any():  # a log-softmax
        expected = np.exp(expected)
    coarse = any("16" in layer.compute_dtype for layer in model._flatten_layers())
    tolerance = _TOLERANCE_OF_16_BITS if coarse else _TOLERANCE
    return bool(np.allclose(found, expected, rtol=0, atol=tolerance, equal_nan=True))


def _outputs(model: Any, images: npt.NDArray[np.float32]) -> Any:
    import keras

    return keras.tree.flatten(model(images, training=False))[0]


def _as_float32(values: Any) -> npt.NDArray[np.float32]:
    import keras

    return np.asarray(keras.ops.cast(values, "float32"))
