"""Saliency and class probabilities against closed forms."""

import numpy as np
import pytest

from picasso_tb.conformance.planted import planted_images, planted_model
from picasso_tb.models.protocol import Head
from picasso_tb.visualizations.class_probabilities import ClassProbabilitiesSettings, class_probabilities
from picasso_tb.visualizations.saliency import SaliencySettings, saliency


@pytest.mark.parametrize(
    ("channels", "expected"), [("max", 9), ("mean", 4), ("sum", 12), ("l2", np.sqrt(86))], ids=str
)
def test_sizes_are_taken_before_the_channels_join(channels: str, expected: float) -> None:
    model = planted_model()
    model.weights[1, 3, 30] = (-9, 1, 2)
    settings = SaliencySettings(channels=channels)  # type: ignore[arg-type]
    maps = saliency.compute(model, planted_images(1), np.array([[1]]), settings).maps
    assert maps[0, 0, 3, 30] == pytest.approx(expected)


@pytest.mark.parametrize("head", [Head.SOFTMAX, Head.SIGMOID])
def test_class_probabilities_are_those_of_the_head(head: Head) -> None:
    model, images = planted_model(), planted_images(2)
    model.head = head
    z = model.scores(images).astype(np.float64)
    softmax = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    expected = softmax if head is Head.SOFTMAX else 1 / (1 + np.exp(-z))
    found = class_probabilities.compute(model, images, np.array([[0], [0]]), ClassProbabilitiesSettings())
    np.testing.assert_allclose(found.arrays["probabilities"], expected, rtol=1e-5)
