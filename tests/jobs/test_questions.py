"""What is asked about a checkpoint."""

import pytest

from picasso_tb.jobs.catalogue import Catalogue
from picasso_tb.jobs.questions import seen_by
from picasso_tb.store.records import ModelRecord


@pytest.mark.parametrize(
    ("classes", "quantity", "sign"),
    [(1, "value when covered", "signed"), (2, "class probability when covered", "magnitude")],
)
def test_a_plain_value_has_no_probability(classes: int, quantity: str, sign: str) -> None:
    model = ModelRecord.model_validate(
        {
            "name": "model",
            "architecture": "",
            "class_names": [],
            "classes": classes,
            "height": None,
            "width": None,
            "channels": 3,
            "input_spec": {},
            "wall_time": 0,
        }
    )
    catalogue = Catalogue()
    resolved = catalogue.resolve("occlusion", {"value": "value"}, 1, 0)
    seen = seen_by(model, resolved, catalogue, 0)
    assert (seen.quantity, seen.sign) == (quantity, sign)
    assert resolved.settings["score"] == "probability"
