"""Keras models built from stored architectures: of their own code alone, and no larger than their weights."""

import math
from typing import Any

from picasso_tb.errors import ModelRefused
from picasso_tb.models.keras_architecture import REFUSALS, first_line, keras_functions
from picasso_tb.models.keras_config import Config, refuse_foreign_code
from picasso_tb.models.keras_layers import tensors_in
from picasso_tb.models.shapes import MOST_VALUES

_FEW_WEIGHTS = 2**22  # harmless, whatever was given


def build(config: Config, most_weights: int = _FEW_WEIGHTS) -> Any:
    """A Keras model of a stored architecture, with weights of no meaning yet; runs no code from it.

    Args:
        most_weights: numbers that there are for it. No memory is taken for a model of many more.

    Raises:
        ModelRefused: it needs code of others, a newer Keras, or more memory than can be meant.
    """
    import keras
    from keras.src.backend.common import global_state  # Keras has no public way to what is not made yet
    from keras.src.backend.common.variables import initialize_all_variables

    try:
        refuse_foreign_code(config, keras_functions())
        with keras.StatelessScope(initialize_variables=False):
            model = keras.saving.deserialize_keras_object(config, safe_mode=True)
        _refuse_large(model, max(most_weights, _FEW_WEIGHTS))
    except REFUSALS as error:
        global_state.set_global_attribute("uninitialized_variables", [])
        raise ModelRefused(
            f"Keras {keras.__version__} can't build this architecture: {first_line(error)} Was the model "
            "made with a newer Keras?"
        ) from error
    except ModelRefused:
        global_state.set_global_attribute("uninitialized_variables", [])
        raise
    initialize_all_variables()
    return model


def _refuse_large(model: Any, most_weights: int) -> None:
    weights = sum(math.prod(one.shape) for one in model.weights)
    if weights > most_weights:
        raise ModelRefused(
            f"Expected an architecture of at most {most_weights} weights, as were given. Received: {weights}."
        )
    for tensor in tensors_in(model):
        values = math.prod(side or 1 for side in tensor.shape[1:])
        if values > MOST_VALUES:
            raise ModelRefused(
                f"Expected layers of at most {MOST_VALUES} values for a picture. Received: "
                f"{tensor.name!r:.100}, of shape {tensor.shape}."
            )
