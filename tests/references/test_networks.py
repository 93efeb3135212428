"""Before anything is compared: the networks are the same, and no method is left out."""

import pathlib

import numpy as np

from picasso_tb.visualizations.declare import CATALOGUE
from tests.references.comparing import assert_same, ours
from tests.references.networks import Pair, as_torch, images


def test_both_say_the_same(pair: Pair) -> None:
    logits = pair.torch(as_torch(images()))
    probabilities = np.asarray(pair.keras(images(), training=False))
    assert probabilities.dtype == np.float64
    np.testing.assert_allclose(probabilities, pair.head(logits).detach().numpy(), rtol=1e-12)
    assert_same(ours(pair, "class_probabilities").class_scores, logits.detach().numpy())


def test_every_method_is_compared() -> None:
    here = pathlib.Path(__file__).parent
    assert {file.stem.removeprefix("test_") for file in here.glob("test_*.py")} == {"networks", *CATALOGUE}
