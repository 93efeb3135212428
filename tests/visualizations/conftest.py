"""Every visualization, and what it is asked about the planted model."""

import numpy as np
import pytest

from picasso_tb.conformance.planted import PlantedModel, planted_images, planted_model
from picasso_tb.models.protocol import Images, Targets
from picasso_tb.visualizations.declare import CATALOGUE, Visualization


@pytest.fixture(params=sorted(CATALOGUE))
def entry(request: pytest.FixtureRequest) -> Visualization:
    """Each visualization there is: a new file is tested by existing."""
    return CATALOGUE[request.param]


@pytest.fixture(params=sorted(name for name, entry in CATALOGUE.items() if entry.draws_map))
def drawing(request: pytest.FixtureRequest) -> Visualization:
    """Each visualization that draws maps."""
    return CATALOGUE[request.param]


@pytest.fixture
def model() -> PlantedModel:
    return planted_model()


@pytest.fixture
def images() -> Images:
    return planted_images()


@pytest.fixture
def targets() -> Targets:
    return np.array([[0, 1], [1, 0]])
