"""What is kept of a map."""

import numpy as np

from picasso_tb.conformance.planted import HEIGHT, WIDTH, planted_images, planted_model
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.jobs.kept import result_of
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.visualizations.saliency import SaliencySettings, saliency


def test_classes_are_ranked_by_score_where_their_probabilities_are_alike() -> None:
    model = planted_model()
    model.weights[:] = 0
    model.offsets[:] = [200, 3, 5]
    spec, probe = InputSpec(height=HEIGHT, width=WIDTH), ProbeImage(array=planted_images(1)[0])
    found = explain_batch(model, spec, [probe], saliency, SaliencySettings(), None, 3)
    assert found.probabilities.tolist() == [[1, 0, 0]]
    info, _ = result_of(found, 0, 2, {})
    assert [one["class_index"] for one in info["predictions"]] == found.targets[0].tolist() == [0, 2, 1]
    assert info["target"] == 1 and np.isclose(info["score"], 3)
