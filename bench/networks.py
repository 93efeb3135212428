"""Networks to measure on: known architectures, under whose weights every layer still tells pictures apart."""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.keras_architecture import describe
from picasso_tb.models.keras_model import KerasModel

SIDE = 224
_PICTURES_TO_CALIBRATE_ON = 8


def pictures(n: int, seed: int = 0) -> npt.NDArray[np.float32]:
    """Clouds of colour (n, 224, 224, 3), -1..1: as in photographs, large shapes are stronger."""
    random = np.random.default_rng(seed)
    summed = np.zeros((n, SIDE, SIDE, 3))
    for cells in (4, 7, 14, 28, 56, 112, 224):
        noise = random.normal(size=(n, cells, cells, 3)) / cells**0.5
        summed += noise.repeat(SIDE // cells, axis=1).repeat(SIDE // cells, axis=2)
    return np.asarray(np.tanh(summed / summed.std()), np.float32)


def calibrated(name: str) -> Any:
    """A network of `keras.applications` with random weights, ending in logits.

    Untrained batch normalisations pass values on as they are: activations vanish or explode, and differences
    in the scores say nothing. So their statistics are taken from pictures.
    """
    keras.utils.set_random_seed(0)
    network = getattr(keras.applications, name)(weights=None, classifier_activation=None)
    normalizations = [one for one in network.layers if isinstance(one, keras.layers.BatchNormalization)]
    momenta = [one.momentum for one in normalizations]
    for one in normalizations:
        one.momentum = 0.0
    network(pictures(_PICTURES_TO_CALIBRATE_ON), training=bool(normalizations))
    for one, momentum in zip(normalizations, momenta, strict=True):
        one.momentum = momentum
    return network


def model_of(network: Any) -> KerasModel:
    """The network, loaded as a worker loads it."""
    return KerasModel(describe(network).config, network.get_weights(), InputSpec())
