"""What tests of the commands share."""

import pathlib

import keras
import PIL.Image
import pytest

from picasso_tb.jobs.ahead import Batch
from tests.commands.making import PIXELS, network


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[Batch]:
    """What `compute` chose to compute; it is not done, as workers take seconds to start."""
    batches: list[Batch] = []
    monkeypatch.setattr(
        "picasso_tb.commands.compute._compute", lambda options, chosen, *rest: batches.extend(chosen)
    )
    return batches


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Three checkpoints of one network, and names of its classes."""
    folder = tmp_path_factory.mktemp("models")
    keras.utils.set_random_seed(2)
    model = network()
    for epoch in (1, 2, 10):
        model.set_weights([weight + 0.1 for weight in model.get_weights()])
        model.save(folder / f"epoch-{epoch}-0.{epoch}3.keras")
    (folder / "names.txt").write_text("bird\ncat\ndog\n")
    PIL.Image.fromarray(PIXELS).resize((28, 20)).save(folder / "picture [1].png")
    return folder
