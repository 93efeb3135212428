"""Compares every method with independent packages: `make test-references`, in an environment of its own."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

if TYPE_CHECKING:
    from tests.references.networks import Pair

NETWORKS = ("plain", "residual", "depthwise")


@pytest.fixture(scope="session")
def all_pairs() -> "dict[str, Pair]":
    from tests.references.networks import pairs

    return {pair.name: pair for pair in pairs()}


@pytest.fixture(params=NETWORKS)
def pair(request: pytest.FixtureRequest, all_pairs: "dict[str, Pair]") -> "Pair":
    """Each network, in Keras and in torch."""
    return all_pairs[request.param]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[npt.NDArray[np.float32]]:
    """Every image whose slopes our methods ask for, in order."""
    from picasso_tb.models.keras_model import KerasNetwork

    found: list[npt.NDArray[np.float32]] = []
    gradients = KerasNetwork.gradients

    def recording(
        self: KerasNetwork, pictures: npt.NDArray[np.float32], targets: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float32]:
        found.extend(pictures)
        return gradients(self, pictures, targets)

    monkeypatch.setattr(KerasNetwork, "gradients", recording)
    return found
