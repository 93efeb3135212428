"""One pass for all images, and the same numbers as one for each."""

from typing import Any

import numpy as np
import pytest

from picasso_tb.conformance.planted import HEIGHT, WIDTH, PlantedModel, planted_images, planted_model
from picasso_tb.errors import InvalidArgument
from picasso_tb.explanation import ProbeImage, explain_batch
from picasso_tb.models import together
from picasso_tb.models.input_spec import InputSpec
from picasso_tb.models.protocol import Images, Targets
from picasso_tb.models.together import Together
from picasso_tb.visualizations.declare import find


class Counting(PlantedModel):
    """Keeps how many images it was asked about at a time; the slopes differ from image to image."""

    def gradients(self, images: Images, targets: Targets) -> Any:
        self.asked.append(len(images))
        return super().gradients(images, targets) * images[:, None].mean(axis=(2, 3, 4), keepdims=True)

    def activations(self, images: Images, targets: Targets, layer: str) -> Any:
        self.asked.append(len(images))
        return super().activations(images, targets, layer)


@pytest.fixture
def model() -> Counting:
    planted = planted_model()
    counting = Counting(planted.weights, planted.offsets, planted.value_range)
    counting.asked = []
    return counting


def explained(model: Counting, name: str, count: int, **settings: Any) -> Any:
    method, probes = find(name), [ProbeImage(array=image) for image in planted_images(5)[:count]]
    spec = InputSpec(height=HEIGHT, width=WIDTH, mode="RGB", scale=1 / 255)
    return explain_batch(model, spec, probes, method, method.parse(settings), None, 2)


@pytest.mark.parametrize("name", ["saliency", "gradient_x_input", "grad_cam", "hirescam"])
def test_one_pass_answers_for_all_probes(model: Counting, name: str) -> None:
    maps = explained(model, name, 5).maps
    assert model.asked == [5]
    for row, image in enumerate(planted_images(5)):
        alone = find(name).compute(
            model, image[None], np.argsort(-model.scores(image[None]))[:, :2], find(name).settings()
        )
        np.testing.assert_array_equal(maps[row : row + 1], alone.maps)


def test_no_more_is_kept_than_the_memory_allows(model: Counting, monkeypatch: pytest.MonkeyPatch) -> None:
    together_maps = explained(model, "saliency", 5).maps
    monkeypatch.setattr(together, "_VALUES_AT_ONCE", 2 * 2 * HEIGHT * WIDTH * 3)  # of two images, two targets
    model.asked.clear()
    np.testing.assert_array_equal(explained(model, "saliency", 5).maps, together_maps)
    assert model.asked == [2, 2, 1]


def test_variants_of_an_image_are_asked_about_as_they_are(model: Counting) -> None:
    explained(model, "smoothgrad", 2, samples=7)
    assert model.asked == [7, 7]


def test_other_questions_than_the_expected_are_answered_too(model: Counting) -> None:
    images, targets = planted_images(3), np.array([[0], [1], [0]])
    one = Together(model, images, targets).of(1)
    for image, target in ((images[1:2], [[0]]), (images[:1], [[1]]), (images[1:2] + 1, [[1]])):
        expected = PlantedModel.gradients(model, image, np.array(target)) * image.mean()
        np.testing.assert_allclose(one.gradients(image, np.array(target)), expected, rtol=1e-5)
    assert model.asked == [1, 1, 1]
    with pytest.raises(InvalidArgument, match="layer: Expected"):
        one.activations(images[1:2], targets[1:2], "nowhere")


def test_an_answer_that_was_changed_is_not_given_again(model: Counting) -> None:
    images, targets = planted_images(2), np.array([[0], [1]])
    one = Together(model, images, targets).of(0)
    first = one.gradients(images[:1], targets[:1])
    kept = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(one.gradients(images[:1], targets[:1]), kept)
