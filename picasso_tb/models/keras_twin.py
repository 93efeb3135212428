"""The twin of a Keras network that ends in logits, compared with the network before it is trusted."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from picasso_tb.models.keras_architecture import config_of, first_line
from picasso_tb.models.keras_config import Config
from picasso_tb.models.keras_logits import is_affine_at_end, uncover_logits
from picasso_tb.models.network import put_values
from picasso_tb.models.shapes import FAR, Squash, in_unit_range, seen_in

_TOLERANCE, _TOLERANCE_OF_16_BITS = 1e-3, 0.02  # of a probability, between the model and its twin
_OTHERWISE = (
    "the copy predicts something else. Does the activation cover more or less than the row of class values, "
    "or does a get_config leave out what its layer was made with?"
)


def uncovered(
    model: Any, copy: Callable[[Config], Any], inputs: Any, logits_of: Squash | None
) -> tuple[Any, Squash, tuple[str, ...]]:
    """The network to use, what was taken off its outputs, and what to tell the user.

    Args:
        model: with its weights; it is not changed.
        copy: builds a network of a configuration.
        inputs: what the network takes, to compare the predictions on.
        logits_of: see `Shapes`.
    """
    try:
        original = config_of(model)
        config, squash = uncover_logits(original)
        if squash in (Squash.NOTHING, Squash.UNKNOWN, Squash.INDEPENDENT):
            rows = _as_float32(_outputs(model, inputs))
            may_be_plain = logits_of is not None or is_affine_at_end(original)
            plain = may_be_plain and not in_unit_range(rows)
            far = _as_float32(_outputs(model, inputs * FAR))
            return model, Squash.NOTHING if plain else seen_in(rows, far, squash), ()
        twin = copy(config)
        assign(twin, model.weights)
        if _agree(model, twin, squash, inputs):
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
    put_values([variable.value for variable in network.weights], weights)
    finalized = [layer for layer in network._flatten_layers() if hasattr(layer, "finalize_state")]
    for layer in finalized:
        layer.finalize_state()
    return bool(finalized)


def _agree(model: Any, twin: Any, squash: Squash, inputs: Any) -> bool:
    import keras

    activation = keras.ops.softmax if squash is Squash.SOFTMAX else keras.ops.sigmoid
    expected, found = _as_float32(_outputs(model, inputs)), _as_float32(activation(_outputs(twin, inputs)))
    if (expected < 0).any():  # a log-softmax
        expected = np.exp(expected)
    coarse = any("16" in layer.compute_dtype for layer in model._flatten_layers())
    tolerance = _TOLERANCE_OF_16_BITS if coarse else _TOLERANCE
    return bool(np.allclose(found, expected, rtol=0, atol=tolerance, equal_nan=True))


def _outputs(model: Any, inputs: Any) -> Any:
    import keras

    return keras.tree.flatten(model(inputs, training=False))[0]


def _as_float32(values: Any) -> npt.NDArray[np.float32]:
    import keras

    return np.asarray(keras.ops.cast(values, "float32"))
